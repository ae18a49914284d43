import { setImmediate as turn } from 'node:timers/promises';

/** Runs `run` on every item, `parallel` of them at a time and in their order. The first failure is thrown when all that began has ended. */
export async function forEachParallel<T>(items: Iterable<T>, parallel: number, run: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await run(next.value);
  };
  const results = await Promise.allSettled(Array.from({ length: parallel }, worker));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Asked before each part of long work that many do at once: resolves at once while the event loop's turn is short, and in a later turn else. */
export type Turns = () => Promise<void>;

/**
 * Work that waits for nothing but itself keeps the event loop for as long as all of it takes, however many promises are between. With these each
 * turn does some `budgetMs` of it: whoever asks first goes first, and everything else gets its turn in between.
 */
export function createTurns(budgetMs: number, nowMs: () => number = () => performance.now()): Turns {
  let begunMs = Number.NEGATIVE_INFINITY;
  let last = Promise.resolve();
  const pass = async () => {
    if (nowMs() - begunMs < budgetMs) return;
    await turn();
    begunMs = nowMs();
  };
  // The promise itself: whoever waits for it works before the next one's turn is thought about.
  return () => {
    last = last.then(pass);
    return last;
  };
}
