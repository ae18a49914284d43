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

/** Lets whatever waits for the event loop go first: long work takes this pause between its parts. */
export async function nextTurn(): Promise<void> {
  await turn();
}
