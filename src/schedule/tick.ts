import { schedule } from 'node-cron';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

/** Calls `onTick` every second until stopped. The only place that knows node-cron: everything else waits by due times in documents. */
export function startTick(onTick: () => void, log: Log): { stop: () => Promise<void> } {
  const says = 'the clock behind due work has trouble';
  const task = schedule('* * * * * *', onTick, {
    name: 'tick',
    noOverlap: true,
    // A second that was missed is made up for by the next, and the lateness of what was due is a metric.
    suppressMissedWarning: true,
    logger: {
      debug: () => {},
      info: () => {},
      warn: (reason) => log.warn({ reason }, says),
      error: (reason) => log.error({ error: describeError(reason) }, says),
    },
  });
  return {
    async stop() {
      await task.destroy();
    },
  };
}
