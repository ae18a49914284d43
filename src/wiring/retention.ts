import type { Settings } from '../config/settings.ts';
import { pruneExecutions } from '../executions/retention.ts';
import type { Clock } from '../kernel/clock.ts';
import { addMs, toInstant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import { startLoop } from '../kernel/loop.ts';
import type { Loop } from '../kernel/loop.ts';
import type { Store } from '../store/store.ts';

const everyMs = 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

/** Removes every hour what is kept for some days only: raw deliveries, and the documents of executions. */
export function startRetention(parts: { settings: Settings; store: Store; clock: Clock; log: Log }): Loop {
  const { settings, store, clock, log } = parts;
  const daysAgo = (days: number) => addMs(toInstant(clock.now()), -days * dayMs);
  return startLoop({
    clock,
    log,
    name: 'retention',
    idleMs: everyMs,
    async work(signal) {
      const deliveries = await store.deliveries.prune(daysAgo(settings.keepDeliveriesDays));
      const executions = await pruneExecutions({ ...store, log }, daysAgo(settings.keepExecutionsDays), signal);
      if (deliveries + executions > 0) log.info({ deliveries, executions }, 'what was kept long enough was removed');
      return undefined;
    },
  });
}
