import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { DeliveryStore } from './ports.ts';

export type IngestMetrics = {
  /** The same store, with what becomes of deliveries counted. */
  count(deliveries: DeliveryStore): DeliveryStore;
};

/** What a delivery that was worked on became; what is put back comes again. */
const outcomes = { done: 'done', parked: 'parked', waiting: 'put_back' } as const;

/** What becomes of stored webhook requests, and, read from the store at each scrape, how far the work on them is behind. */
export function createIngestMetrics(
  registry: Registry,
  deps: { deliveries: Pick<DeliveryStore, 'oldestWaiting'>; clock: Clock; log: Log },
): IngestMetrics {
  const settled = new Counter({
    name: 'tocsin_deliveries_processed_total',
    help: 'Stored webhook requests that were worked on, by what became of them; those put back come again',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of Object.values(outcomes)) settled.inc({ outcome }, 0);
  registerLag(registry, deps);
  return {
    count: (deliveries) => ({
      ...deliveries,
      async settle(lease, results) {
        await deliveries.settle(lease, results);
        for (const { result } of results) settled.inc({ outcome: outcomes[result.state] });
      },
    }),
  };
}

function registerLag(registry: Registry, deps: Parameters<typeof createIngestMetrics>[1]): void {
  const lag = new Gauge({
    name: 'tocsin_ingest_lag_seconds',
    help: 'Age of the oldest webhook request that is not worked off yet; 0 when there is none',
    registers: [],
    async collect() {
      this.set(await lagSeconds(deps));
    },
  });
  registry.registerMetric(lag);
}

async function lagSeconds({ deliveries, clock, log }: Parameters<typeof createIngestMetrics>[1]): Promise<number> {
  try {
    const oldest = await deliveries.oldestWaiting();
    return oldest === undefined ? 0 : Math.max(0, clock.now().getTime() - Date.parse(oldest)) / 1000;
  } catch (error) {
    log.warn({ error: describeError(error) }, 'the oldest waiting delivery could not be read for a scrape');
    return Number.NaN;
  }
}
