import { html } from 'htm/preact';
import type { ComponentChild, VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PageMessage } from '../../../simulator/slack/page-contract.ts';
import { dayName } from '../mrkdwn/dates.ts';
import { decodeEntities } from '../mrkdwn/entities.ts';
import { Message, sentAt, type MessageProps } from './message.ts';

export type MessageListProps = Pick<MessageProps, 'texts' | 'busy' | 'acts' | 'place' | 'openThread'> & {
  label: string;
  messages: readonly PageMessage[];
  hasNews: (message: PageMessage) => boolean;
  /** Shown above the first message. */
  opening?: ComponentChild;
  /** Where one begins to read; the newest message unless told. */
  startsAt?: 'oldest' | 'newest';
};

const page = 100;
const closeMs = 5 * 60_000;

/** Messages from old to new. It stays at the newest one unless the person reads elsewhere; what they do themselves is brought into sight. */
export function MessageList(props: MessageListProps): VNode {
  const [shown, setShown] = useState(page);
  const { box, isAway, onScroll, toNewest } = useNewest(props);
  const visible = props.messages.slice(-shown);
  const hidden = props.messages.length - visible.length;
  return html`<div class="messages-frame">
    <div class="messages" role="log" aria-label=${props.label} tabindex="0" ref=${box} onScroll=${onScroll}>
      <div class="messages-inner">
        ${hidden === 0 && props.opening}
        ${
          hidden > 0 &&
          html`<button type="button" class="button earlier" onClick=${() => setShown(shown + page)}>
            Show ${Math.min(hidden, page)} earlier messages
          </button>`
        }
        ${visible.flatMap((message, index) => drawn(props, message, visible[index - 1]))}
      </div>
    </div>
    ${isAway && html`<button type="button" class="to-newest" onClick=${toNewest}>Newest messages ↓</button>`}
  </div>`;
}

function drawn(props: MessageListProps, message: PageMessage, before: PageMessage | undefined): ComponentChild[] {
  const day = dayName(sentAt(message), props.texts.now);
  const newDay = before === undefined || dayName(sentAt(before), props.texts.now) !== day;
  const divider = newDay && props.place === 'channel';
  const item = html`<${Message}
    key=${message.ts}
    message=${message}
    texts=${props.texts}
    busy=${props.busy}
    acts=${props.acts}
    place=${props.place}
    openThread=${props.openThread}
    compact=${!newDay && followsClosely(message, before)}
    hasNews=${props.hasNews(message)}
    about=${message.isBroadcast ? titleOf(props.messages.find(({ ts }) => ts === message.threadTs)) : ''}
  />`;
  const afterRoot = props.place === 'thread' && before !== undefined && before.ts === message.threadTs;
  return [
    divider && html`<div key=${`day-${message.ts}`} class="divider" role="separator"><span>${day}</span></div>`,
    afterRoot && html`<div key="replies" class="divider" role="separator"><span>${repliesLabel(props.messages.length - 1)}</span></div>`,
    item,
  ];
}

const shownTitle = 60;

/** The first sentence of a thread's first message, without tokens for people and places. */
function titleOf(root: PageMessage | undefined): string {
  const characters = Array.from(
    decodeEntities(
      (root?.text ?? '')
        .replaceAll(/<[^>]*>/g, '')
        .trim()
        .replace(/(?:\.\s|\n).*$/s, ''),
    ),
  );
  return characters.length > shownTitle ? `${characters.slice(0, shownTitle).join('').trimEnd()}…` : characters.join('');
}

function repliesLabel(count: number): string {
  return count === 1 ? '1 reply' : `${count} replies`;
}

/** Whether a message goes on where the last one of the same person stopped. Cards and notes to one person always stand alone. */
export function followsClosely(message: PageMessage, before: PageMessage | undefined): boolean {
  if (before === undefined || before.user !== message.user || before.onlyFor !== message.onlyFor) return false;
  if (message.isBroadcast || before.ts === message.threadTs || message.replyCount > 0) return false;
  return sentAt(message) - sentAt(before) < closeMs;
}

type Newest = { box: { current: HTMLDivElement | null }; isAway: boolean; onScroll: () => void; toNewest: () => void };

function isAtNewest({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < 80;
}

function useNewest({ messages, startsAt, texts }: MessageListProps): Newest {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(startsAt !== 'oldest');
  const [isAway, setAway] = useState(false);
  const newest = messages.at(-1);
  const isOwn = newest !== undefined && (newest.user === texts.actingAs || newest.onlyFor === texts.actingAs);
  const toNewest = () => {
    following.current = true;
    setAway(false);
    const { current } = box;
    if (current !== null) current.scrollTop = current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (following.current || isOwn) toNewest();
    else if (box.current !== null) setAway(!isAtNewest(box.current));
  }, [newest?.ts, messages.length]);
  useEffect(() => {
    const { current } = box;
    if (current === null || typeof ResizeObserver === 'undefined') return undefined;
    // Cards grow when they are edited and the box shrinks when a keyboard opens: the newest message stays in sight.
    const observer = new ResizeObserver(() => {
      if (following.current) current.scrollTop = current.scrollHeight;
    });
    observer.observe(current);
    if (current.firstElementChild !== null) observer.observe(current.firstElementChild);
    return () => observer.disconnect();
  }, []);
  const onScroll = () => {
    const { current } = box;
    if (current === null) return;
    following.current = isAtNewest(current);
    setAway(!following.current);
  };
  return { box, isAway, onScroll, toNewest };
}
