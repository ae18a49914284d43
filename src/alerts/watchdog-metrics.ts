import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Watchdog, WatchdogStore } from './watchdog.ts';

/** What Prometheus may know of the watchdogs, read from the store at each scrape: the same on every replica. */
export function registerWatchdogMetrics(registry: Registry, deps: { watchdogs: WatchdogStore; clock: Clock; log: Log }): void {
  const gauge = (name: string, help: string, valueOf: (watchdog: Watchdog) => number) => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: ['watchdog'],
        registers: [],
        async collect() {
          this.reset();
          for (const watchdog of await listed(deps)) this.set({ watchdog: watchdog.key }, valueOf(watchdog));
        },
      }),
    );
  };
  const now = () => deps.clock.now().getTime();
  gauge('tocsin_watchdog_age_seconds', 'Seconds since the always firing alert last came; +Inf when it never did', ({ lastSeenAt }) =>
    lastSeenAt === undefined ? Number.POSITIVE_INFINITY : (now() - Date.parse(lastSeenAt)) / 1000,
  );
  gauge('tocsin_watchdog_silent', 'Whether its silence is an incident now', ({ silentSince }) => (silentSince === undefined ? 0 : 1));
}

async function listed({ watchdogs, log }: { watchdogs: WatchdogStore; log: Log }): Promise<readonly Watchdog[]> {
  try {
    return await watchdogs.list();
  } catch (error) {
    // The scrape still has to answer.
    log.warn({ error: describeError(error) }, 'the watchdogs could not be read for a scrape');
    return [];
  }
}
