import { collectDefaultMetrics, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** Gauges that are named like counters, which Prometheus' own check refuses; the same figures are there by type. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** Metrics of the process itself: event loop, memory, garbage collection, and what it is. Once for each process: its watchers never end. */
export function collectProcessMetrics(registry: Registry, about: { version: string; node: string }): void {
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const build = new Gauge({
    name: 'tocsin_build_info',
    help: 'Always 1; the labels say which version runs, on which Node',
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  build.set(about, 1);
}
