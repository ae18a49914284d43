import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { DeliveryStore } from '../alerts/ports.ts';
import type { Clock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

const webhookOutcomes = [
  'accepted',
  'malformed',
  'unauthorized',
  'too_large',
  'unsupported',
  'aborted',
  'overloaded',
  'unavailable',
] as const;
export type WebhookOutcome = (typeof webhookOutcomes)[number];

export type Metrics = {
  /** Other parts register their own metrics here. */
  registry: Registry;
  webhook(outcome: WebhookOutcome, seconds: number): void;
  /** All metrics of the registry in the text format. */
  text(): Promise<string>;
};

/** What Prometheus may know of the intake. The backlog and the silence of the pipe are read from the store at each scrape. */
export function createMetrics(deps: { deliveries: DeliveryStore; clock: Clock; log: Log }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'tocsin_webhook_requests_total',
    help: 'Webhook requests by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'tocsin_webhook_duration_seconds',
    help: 'From the head of a webhook request to its answer',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const backlog = new Gauge({ name: 'tocsin_deliveries', help: 'Stored webhook requests by state', labelNames: ['state'], registers });
  const storeUp = new Gauge({ name: 'tocsin_store_up', help: 'Whether the store answered this scrape', registers });
  const silence = new Gauge({
    name: 'tocsin_webhook_last_received_age_seconds',
    help: 'Seconds since the last webhook request was stored; +Inf when there was none',
    registers,
  });
  for (const outcome of webhookOutcomes) requests.inc({ outcome }, 0);
  return {
    registry,
    webhook(outcome, seconds) {
      requests.inc({ outcome });
      duration.observe(seconds);
    },
    async text() {
      await readStore();
      return registry.metrics();
    },
  };

  async function readStore(): Promise<void> {
    try {
      const [counts, last] = await Promise.all([deps.deliveries.counts(), deps.deliveries.lastReceivedAt()]);
      for (const [state, count] of Object.entries(counts)) backlog.set({ state }, count);
      silence.set(last === undefined ? Number.POSITIVE_INFINITY : (deps.clock.now().getTime() - Date.parse(last)) / 1000);
      storeUp.set(1);
    } catch (error) {
      // The scrape still has to answer: that the store is away is what it has to say.
      deps.log.warn({ error: describeError(error) }, 'the store did not answer a scrape');
      backlog.reset();
      silence.set(Number.NaN);
      storeUp.set(0);
    }
  }
}
