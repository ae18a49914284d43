import type { Clock } from './clock.ts';

/** The result if it is there within `ms`, else undefined, and the work goes on. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<{ value: T } | undefined> {
  const timeout = new AbortController();
  try {
    return await Promise.race([work.then((value) => ({ value })), clock.sleep(ms, timeout.signal).then(() => undefined)]);
  } finally {
    timeout.abort();
  }
}
