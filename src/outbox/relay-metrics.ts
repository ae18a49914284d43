import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { IncidentStore } from '../incidents/ports.ts';
import type { Clock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

export type RelayMetrics = { served(incidents: number): void };

/** What Prometheus may know of the relay: how much it moved, and, read from the store at each scrape, how far it is behind. */
export function createRelayMetrics(
  registry: Registry,
  deps: { incidents: Pick<IncidentStore, 'listPending'>; clock: Clock; log: Log },
): RelayMetrics {
  const served = new Counter({
    name: 'tocsin_relay_served_total',
    help: 'Changed incidents whose timeline entries and messages this process moved on',
    registers: [registry],
  });
  const lag = new Gauge({
    name: 'tocsin_relay_lag_seconds',
    help: 'Age of the oldest change of an incident that is not on the timeline and in the outbox yet; 0 when there is none',
    registers: [],
    async collect() {
      this.set(await lagOf(deps));
    },
  });
  registry.registerMetric(lag);
  return { served: (incidents) => served.inc(incidents) };
}

async function lagOf({
  incidents,
  clock,
  log,
}: {
  incidents: Pick<IncidentStore, 'listPending'>;
  clock: Clock;
  log: Log;
}): Promise<number> {
  try {
    const [oldest] = await incidents.listPending(1);
    return oldest === undefined ? 0 : Math.max(0, clock.now().getTime() - Date.parse(oldest.updatedAt)) / 1000;
  } catch (error) {
    // The scrape still has to answer.
    log.warn({ error: describeError(error) }, 'what the relay has to move could not be read for a scrape');
    return Number.NaN;
  }
}
