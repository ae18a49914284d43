import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Clock } from '../../kernel/clock.ts';
import { describeError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { stateOf, watched, watchdogStates } from './watchdog.ts';
import type { Watchdog, WatchdogPolicy, WatchdogStore } from './watchdog.ts';

type Deps = { watchdogs: WatchdogStore; policy: WatchdogPolicy; clock: Clock; log: Log };

/** What Prometheus may know of the watchdogs, read from the store at each scrape: the same on every replica. */
export function registerWatchdogMetrics(registry: Registry, deps: Deps): void {
  const byState = new Gauge({
    name: 'tocsin_watchdogs',
    help: 'Always firing alerts: heard, silent (which is an incident), unwatched (too rare to be waited for)',
    labelNames: ['state'],
    registers: [],
    async collect() {
      const found = await listed(deps);
      for (const state of watchdogStates) {
        this.set({ state }, found?.filter((watchdog) => stateOf(watchdog, deps.policy) === state).length ?? Number.NaN);
      }
    },
  });
  const age = new Gauge({
    name: 'tocsin_watchdog_oldest_age_seconds',
    help: 'Seconds since the watchdog that is heard least lately came, of those that are waited for; not a number when there is none',
    registers: [],
    async collect() {
      const waited = (await listed(deps))?.filter((watchdog) => stateOf(watchdog, deps.policy) !== 'unwatched') ?? [];
      const ages = waited.map(({ lastSeenAt }) => ageSeconds(lastSeenAt, deps.clock));
      this.set(ages.length === 0 ? Number.NaN : Math.max(...ages));
    },
  });
  for (const metric of [byState, age]) registry.registerMetric(metric);
}

function ageSeconds(at: Watchdog['lastSeenAt'], clock: Clock): number {
  return at === undefined ? Number.POSITIVE_INFINITY : (clock.now().getTime() - Date.parse(at)) / 1000;
}

async function listed({ watchdogs, policy, log }: Deps): Promise<readonly Watchdog[] | undefined> {
  try {
    return watched(await watchdogs.list(), policy);
  } catch (error) {
    // The scrape still has to answer.
    log.warn({ error: describeError(error) }, 'the watchdogs could not be read for a scrape');
    return undefined;
  }
}
