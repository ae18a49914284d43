import type { RecordedCall } from '../workspace-types.ts';

const kept = 1000;

/** Counts of all calls, and the last thousand in full. */
export type CallRecords = {
  add(call: RecordedCall): void;
  calls(method: string): number;
  rateLimited(method: string): number;
  recent(): readonly RecordedCall[];
};

/** A list that keeps its last entries. Taking out the oldest half at a time keeps adding cheap. */
export function createRecent<Item>(): { add(item: Item): void; all(): readonly Item[] } {
  let items: Item[] = [];
  return {
    add(item) {
      items.push(item);
      if (items.length >= 2 * kept) items = items.slice(-kept);
    },
    all: () => items.slice(-kept),
  };
}

export function createCallRecords(): CallRecords {
  const counts = new Map<string, { calls: number; limited: number }>();
  const recent = createRecent<RecordedCall>();
  return {
    add(call) {
      const count = counts.get(call.method) ?? { calls: 0, limited: 0 };
      counts.set(call.method, { calls: count.calls + 1, limited: count.limited + (call.error === 'ratelimited' ? 1 : 0) });
      recent.add(call);
    },
    calls: (method) => counts.get(method)?.calls ?? 0,
    rateLimited: (method) => counts.get(method)?.limited ?? 0,
    recent: () => recent.all(),
  };
}
