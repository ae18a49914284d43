import { systemClock } from '../../src/kernel/clock.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import type { Store } from '../../src/store/store.ts';

/** Looks every so often until it is so; false when that was not within the time. */
export async function until(withinMs: number, everyMs: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) return false;
    await systemClock.sleep(everyMs);
  }
  return true;
}

/** Waits until no delivery waits any more; false when some still did after the time. */
export function untilDrained(store: Store, withinMs: number): Promise<boolean> {
  return until(withinMs, 200, async () => (await patiently(() => store.deliveries.oldestWaiting())) === undefined);
}

const patienceMs = 60_000;

/** Asks a store that is busy with what is measured, until it has the time to answer. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof TocsinError && error.retryable) || performance.now() > end) throw error;
      await systemClock.sleep(500);
    }
  }
}
