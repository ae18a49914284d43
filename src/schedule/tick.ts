import { schedule } from 'node-cron';

/** Calls `onTick` every second until stopped. The only place that knows node-cron: everything else waits by due times in documents. */
export function startTick(onTick: () => void): { stop: () => Promise<void> } {
  const task = schedule('* * * * * *', onTick, { name: 'tick', noOverlap: true });
  return {
    async stop() {
      await task.destroy();
    },
  };
}
