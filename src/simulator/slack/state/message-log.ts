import type { StoredMessage } from './model.ts';

/** ts text -> microseconds, which stay far below the largest exact number. */
export function tsMicros(ts: string): number {
  const [seconds = '0', fraction = ''] = ts.split('.');
  return Number(seconds) * 1_000_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

/** microseconds -> ts text with six digits. */
export function tsText(micros: number): string {
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
}

/** Where `ts` is or would be in a list that ascends by ts. */
function placeOf(list: readonly StoredMessage[], ts: string): number {
  const wanted = tsMicros(ts);
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const message = list[middle];
    if (message !== undefined && tsMicros(message.ts) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(list: StoredMessage[], message: StoredMessage): void {
  const place = placeOf(list, message.ts);
  if (list[place]?.ts === message.ts) list[place] = message;
  else list.splice(place, 0, message);
}

function removeFrom(list: StoredMessage[], ts: string): void {
  const place = placeOf(list, ts);
  if (list[place]?.ts === ts) list.splice(place, 1);
}

/** The messages of one channel. Every operation is logarithmic at worst in the number of messages, apart from a memory move. */
export type MessageLog = {
  /** Adds a message or replaces the one with its ts. */
  put(message: StoredMessage): void;
  remove(ts: string): void;
  /** A message that is neither deleted nor ephemeral. */
  find(ts: string): StoredMessage | undefined;
  findEphemeral(ts: string): StoredMessage | undefined;
  /** What the channel shows, ascending: roots and broadcast replies. */
  readonly timeline: readonly StoredMessage[];
  readonly ephemerals: readonly StoredMessage[];
  replies(rootTs: string): readonly StoredMessage[];
  /** Who replied, in the order of their first replies. */
  replyUsers(rootTs: string): readonly string[];
  byClientId(clientMsgId: string): StoredMessage | undefined;
};

const keptEphemerals = 500;

type Thread = { replies: StoredMessage[]; repliesOf: Map<string, number> };

export function createMessageLog(): MessageLog {
  const byTs = new Map<string, StoredMessage>();
  const timeline: StoredMessage[] = [];
  const ephemerals: StoredMessage[] = [];
  const threads = new Map<string, Thread>();
  const clientIds = new Map<string, string>();

  function putReply(message: StoredMessage, rootTs: string, isNew: boolean): void {
    const thread = threads.get(rootTs) ?? { replies: [], repliesOf: new Map<string, number>() };
    threads.set(rootTs, thread);
    insert(thread.replies, message);
    if (isNew) thread.repliesOf.set(message.user, (thread.repliesOf.get(message.user) ?? 0) + 1);
    if (message.isBroadcast) insert(timeline, message);
  }
  function removeReply(message: StoredMessage, rootTs: string): void {
    const thread = threads.get(rootTs);
    if (thread === undefined) return;
    removeFrom(thread.replies, message.ts);
    const left = (thread.repliesOf.get(message.user) ?? 1) - 1;
    if (left > 0) thread.repliesOf.set(message.user, left);
    else thread.repliesOf.delete(message.user);
  }
  return {
    put(message) {
      if (message.onlyFor !== undefined) {
        insert(ephemerals, message);
        if (ephemerals.length > keptEphemerals) ephemerals.shift();
        return;
      }
      const isNew = !byTs.has(message.ts);
      byTs.set(message.ts, message);
      if (message.clientMsgId !== undefined) clientIds.set(message.clientMsgId, message.ts);
      if (message.threadTs !== undefined && message.threadTs !== message.ts) putReply(message, message.threadTs, isNew);
      else insert(timeline, message);
    },
    remove(ts) {
      const message = byTs.get(ts);
      byTs.delete(ts);
      removeFrom(ephemerals, ts);
      removeFrom(timeline, ts);
      if (message?.threadTs !== undefined) removeReply(message, message.threadTs);
    },
    find: (ts) => byTs.get(ts),
    findEphemeral(ts) {
      const found = ephemerals[placeOf(ephemerals, ts)];
      return found?.ts === ts ? found : undefined;
    },
    timeline,
    ephemerals,
    replies: (rootTs) => threads.get(rootTs)?.replies ?? [],
    replyUsers: (rootTs) => [...(threads.get(rootTs)?.repliesOf.keys() ?? [])],
    byClientId: (id) => byTs.get(clientIds.get(id) ?? ''),
  };
}

/** The messages of an ascending list within a span of ts; `inclusive` counts for both ends. */
export function within(
  list: readonly StoredMessage[],
  span: { oldest?: string | undefined; latest?: string | undefined; inclusive: boolean },
): readonly StoredMessage[] {
  let from = span.oldest === undefined ? 0 : placeOf(list, span.oldest);
  let to = span.latest === undefined ? list.length : placeOf(list, span.latest);
  if (!span.inclusive && span.oldest !== undefined && sameTs(list[from], span.oldest)) from += 1;
  if (span.inclusive && span.latest !== undefined && sameTs(list[to], span.latest)) to += 1;
  return list.slice(from, Math.max(from, to));
}

function sameTs(message: StoredMessage | undefined, ts: string): boolean {
  return message !== undefined && tsMicros(message.ts) === tsMicros(ts);
}
