import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { dueKinds } from '../incidents/incident.ts';
import type { DueKind } from '../incidents/incident.ts';

export type DueWorkMetrics = { late: (kind: DueKind, ms: number) => void };

/** How long after its due time each piece of work was claimed: a second is the tick's own, minutes are a process that was away. */
export function createDueWorkMetrics(registry: Registry): DueWorkMetrics {
  const lateness = new Histogram({
    name: 'tocsin_due_work_lateness_seconds',
    help: 'From the due time of a piece of work to its claim, by kind',
    labelNames: ['kind'],
    buckets: [0.1, 0.25, 0.5, 1, 1.5, 2.5, 5, 10, 30, 60, 300, 1800, 7200],
    registers: [registry],
  });
  for (const kind of dueKinds) lateness.zero({ kind });
  return { late: (kind, ms) => lateness.observe({ kind }, Math.max(0, ms) / 1000) };
}
