import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Inbound } from './inbound/payloads.ts';

export type SlackMetrics = { acknowledged(type: Inbound['type'], seconds: number): void };

const types = ['command', 'action', 'submission', 'mention'] as const satisfies readonly Inbound['type'][];

/** How soon Slack hears that we have a request: it gives up after three seconds, and the person sees a failure. */
export function createSlackMetrics(registry: Registry): SlackMetrics {
  const acknowledgement = new Histogram({
    name: 'tocsin_slack_acknowledge_seconds',
    help: 'From a request of Slack to its acknowledgement, by type; Slack waits for three seconds',
    labelNames: ['type'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5],
    registers: [registry],
  });
  for (const type of types) acknowledgement.zero({ type });
  return { acknowledged: (type, seconds) => acknowledgement.observe({ type }, seconds) };
}
