import type { Clock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

/** Something that has to end before the process may. `after` names the parts before it, `withinMs` says how long it may take from then on. */
export type Part = { name: string; after?: readonly string[]; withinMs: number; stop: () => Promise<void> };

export type Shutdown = {
  /** Ends every part, each as soon as those before it have ended or had their time. Never rejects; the second call waits for the first. */
  stop(): Promise<void>;
  /** The parts that have not ended yet, in the order in which they were given. */
  left(): readonly string[];
};

/** One part that fails, or hangs for longer than it may, keeps no other from ending. What it held is found by its lease. */
export function createShutdown(parts: readonly Part[], how: { clock: Clock; log: Log }): Shutdown {
  const { clock, log } = how;
  const ended = new Set<string>();
  let running: Promise<void> | undefined;

  async function end({ name, stop, withinMs }: Part): Promise<void> {
    const done = new AbortController();
    const ending = stop()
      .catch((error: unknown) => log.warn({ part: name, error: describeError(error) }, 'a part did not end cleanly'))
      .finally(() => {
        ended.add(name);
        done.abort();
      });
    await Promise.race([ending, clock.sleep(withinMs, done.signal)]);
    if (!ended.has(name)) log.warn({ part: name, withinMs }, 'a part did not end in time, and the stop goes on without it');
  }
  async function endAll(): Promise<void> {
    const endings = new Map<string, Promise<void>>();
    for (const part of parts) {
      // Parts are given in an order in which none comes before what it waits for.
      const before = (part.after ?? []).map((name) => endings.get(name) ?? Promise.resolve());
      endings.set(
        part.name,
        Promise.all(before).then(() => end(part)),
      );
    }
    await Promise.all(endings.values());
  }
  return {
    stop: () => (running ??= endAll()),
    left: () => parts.map(({ name }) => name).filter((name) => !ended.has(name)),
  };
}
