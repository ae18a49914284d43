import { html } from 'htm/preact';
import type { ComponentChild, VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PageMessage } from '../../../simulator/slack/page-contract.ts';
import { dayName } from '../mrkdwn/dates.ts';
import { Message, sentAt, type MessageProps } from './message.ts';

export type MessageListProps = Pick<MessageProps, 'texts' | 'busy' | 'acts' | 'place' | 'openThread'> & {
  label: string;
  messages: readonly PageMessage[];
  hasNews: (message: PageMessage) => boolean;
  /** Shown above the first message. */
  opening?: ComponentChild;
};

const page = 100;
const closeMs = 5 * 60_000;

/** Messages from old to new. It stays at the newest one unless the person has scrolled away to read. */
export function MessageList(props: MessageListProps): VNode {
  const [shown, setShown] = useState(page);
  const { box, isAway, onScroll, toNewest } = useNewest(props.messages.at(-1)?.ts ?? '', props.messages.length);
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
  />`;
  const afterRoot = props.place === 'thread' && before !== undefined && before.ts === message.threadTs;
  return [
    divider && html`<div key=${`day-${message.ts}`} class="divider" role="separator"><span>${day}</span></div>`,
    afterRoot && html`<div key="replies" class="divider" role="separator"><span>${repliesLabel(props.messages.length - 1)}</span></div>`,
    item,
  ];
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

function useNewest(newestTs: string, count: number): Newest {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [isAway, setAway] = useState(false);
  const toNewest = () => {
    following.current = true;
    setAway(false);
    const { current } = box;
    if (current !== null) current.scrollTop = current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (following.current) toNewest();
  }, [newestTs, count]);
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
    following.current = current.scrollHeight - current.scrollTop - current.clientHeight < 80;
    setAway(!following.current);
  };
  return { box, isAway, onScroll, toNewest };
}
