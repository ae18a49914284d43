import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { PageMessage, PagePerson } from '../../../simulator/slack/page-contract.ts';
import type { Acts } from '../acts.ts';
import { pageOrigin } from '../blocks/image.ts';
import type { BlockScope } from '../blocks/scope.ts';
import { clockTime, fullTime, relativeTime } from '../mrkdwn/dates.ts';
import type { TextScope } from '../mrkdwn/view.ts';
import { Avatar } from '../people/avatar.ts';
import { busyKey, type BusyKey, type PressTarget } from '../state/model.ts';
import { Content, Reactions } from './content.ts';
import { Files } from './files.ts';

export type MessageProps = {
  message: PageMessage;
  texts: TextScope;
  busy: readonly BusyKey[];
  acts: Acts;
  /** Follows a message of the same person closely: no name and no picture. */
  compact: boolean;
  place: 'channel' | 'thread';
  hasNews: boolean;
  /** What the thread of a reply that was also sent to the channel is about. */
  about: string;
  openThread: (ts: string) => void;
};

/** When a message was sent, in milliseconds. */
export function sentAt(message: Pick<PageMessage, 'ts'>): number {
  return Number(message.ts) * 1000;
}

/** One message, redrawn only when something that it shows has changed. */
export function Message(props: MessageProps): VNode {
  const { message, texts, busy, compact, hasNews, about } = props;
  const { people, channels, actingAs, now } = texts;
  return useMemo(() => draw(props), [message, people, channels, actingAs, now, busy, compact, hasNews, about]);
}

function draw(props: MessageProps): VNode {
  const { message, texts } = props;
  const author = texts.people.get(message.user);
  const kinds = [
    'message',
    props.compact && 'is-compact',
    message.onlyFor !== undefined && 'is-ephemeral',
    message.replyCount > 0 && 'has-replies',
  ];
  return html`<article
    class=${kinds.filter((kind) => kind !== false).join(' ')}
    data-testid="message"
    data-ts=${message.ts}
    data-channel=${message.channel}
    data-user=${message.user}
    aria-label=${`${nameOf(author, message)}, ${clockTime(sentAt(message))}`}
  >
    <div class="message-side">
      ${props.compact ? html`<${Moment} message=${message} now=${texts.now} short=${true} />` : html`<${Avatar} person=${author} size="medium" />`}
    </div>
    <div class="message-main">
      ${!props.compact && html`<${Byline} message=${message} author=${author} now=${texts.now} />`}
      ${message.onlyFor !== undefined && html`<p class="ephemeral-note"><span aria-hidden="true">👁</span> Only visible to you</p>`}
      <${BroadcastNote} ...${props} />
      <${Content} message=${message} author=${author} scope=${scopeFor(props)} />
      <${Files} message=${message} origin=${pageOrigin()} />
      <${Reactions} message=${message} people=${texts.people} />
      <${ThreadBar} ...${props} />
    </div>
    <${ReplyButton} ...${props} />
  </article>`;
}

function nameOf(author: PagePerson | undefined, message: PageMessage): string {
  return author?.realName || author?.name || message.user;
}

function scopeFor(props: MessageProps): BlockScope {
  const { message, texts, busy, acts } = props;
  const target: PressTarget = { kind: 'message', channel: message.channel, ts: message.ts };
  return {
    ...texts,
    idPrefix: `m-${message.channel}-${message.ts}-${props.place}`,
    press: (press) => acts.press(target, press),
    isBusy: (blockId, actionId) => busy.includes(busyKey(target, blockId, actionId)),
  };
}

function Byline(props: { message: PageMessage; author: PagePerson | undefined; now: number }): VNode {
  const { author } = props;
  return html`<div class="byline">
    <span class="author">${nameOf(author, props.message)}</span>
    ${author?.isBot === true && html`<span class="badge">APP</span>`}
    ${author?.isRestricted === true && html`<span class="badge">GUEST</span>`}
    ${author?.isBot === false && author.title !== '' && html`<span class="author-title">${author.title}</span>`}
    <${Moment} message=${props.message} now=${props.now} short=${false} />
  </div>`;
}

function Moment(props: { message: PageMessage; now: number; short: boolean }): VNode {
  const at = sentAt(props.message);
  const text = props.short ? clockTime(at).replace(' UTC', '') : `${clockTime(at)} · ${relativeTime(at, props.now)}`;
  return html`<time class="moment" datetime=${new Date(at).toISOString()} title=${fullTime(at)}>${text}</time>`;
}

function BroadcastNote(props: MessageProps): VNode | null {
  const { message } = props;
  const root = message.threadTs;
  if (!message.isBroadcast || root === undefined) return null;
  if (props.place === 'thread') return html`<p class="broadcast-note">Also sent to the channel</p>`;
  const thread = props.about === '' ? 'a thread' : `a thread: ${props.about}`;
  return html`<p class="broadcast-note">
    <span>replied to </span><button type="button" class="link-button" onClick=${() => props.openThread(root)}>${thread}</button>
  </p>`;
}

/** How many replies a root has, and that there are some which nobody here has seen. */
function ThreadBar(props: MessageProps): VNode | null {
  const { message, texts } = props;
  if (props.place === 'thread' || message.replyCount === 0) return null;
  const last = message.latestReply === undefined ? '' : `Last reply ${relativeTime(Number(message.latestReply) * 1000, texts.now)}`;
  return html`<button type="button" class="thread-bar" data-testid="open-thread" onClick=${() => props.openThread(message.ts)}>
    <span class="thread-faces"
      >${message.replyUsers.slice(0, 4).map((user) => html`<${Avatar} key=${user} person=${texts.people.get(user)} size="small" />`)}</span
    >
    <span class="thread-count">${message.replyCount === 1 ? '1 reply' : `${message.replyCount} replies`}</span>
    ${props.hasNews && html`<span class="news">new</span>`}
    <span class="thread-last">${last}</span>
  </button>`;
}

function ReplyButton(props: MessageProps): VNode | null {
  const { message } = props;
  if (props.place === 'thread' || message.onlyFor !== undefined) return null;
  const root = message.threadTs ?? message.ts;
  return html`<div class="message-tools">
    <button
      type="button"
      class="tool-button"
      aria-label="Reply: open the thread"
      title="Reply in a thread"
      onClick=${() => props.openThread(root)}
    >
      ↩ Reply
    </button>
  </div>`;
}
