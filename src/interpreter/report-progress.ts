import type { Clock } from '../kernel/clock.ts';

const INTERVAL_MS = 300;

/** Calls `report` soon after something changed, but at most a few times a second; `stop` ends it without a last call. */
export function createReporter(clock: Clock, report: (() => void) | undefined, signal: AbortSignal): { changed(): void } {
  let isWaiting = false;
  let lastAt = -Infinity;
  const wait = async (ms: number): Promise<void> => {
    isWaiting = true;
    await clock.sleep(ms, signal);
    isWaiting = false;
    if (!signal.aborted) send();
  };
  const send = (): void => {
    lastAt = clock.now().getTime();
    report?.();
  };
  return {
    changed() {
      if (report === undefined || isWaiting || signal.aborted) return;
      const due = lastAt + INTERVAL_MS - clock.now().getTime();
      if (due <= 0) send();
      else void wait(due);
    },
  };
}
