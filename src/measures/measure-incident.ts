import type { ChangeDeps } from '../incidents/change.ts';
import type { Incident, Measurement, RunbookLink } from '../incidents/incident.ts';
import { dropDue, recordMeasurement } from '../incidents/record.ts';
import { toInstant } from '../kernel/instant.ts';
import { measurementFor } from '../runbooks/measurement.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import type { MetricsSource, QueryResult } from './ports.ts';

export type MeasureDeps = {
  change: ChangeDeps;
  runbooks: { find(link: RunbookLink): Runbook | undefined };
  /** Absent when no metrics server is configured: the measurement then says so. */
  metrics?: MetricsSource;
};

type Wanted = { label: string; unit: string; promql: string };

/**
 * Asks the runbook's own query for how bad it is now, the one that its internal update names ("Current error rate: X%"), and stores the
 * answer or why there is none. An incident whose runbook names no such query is not asked about again.
 */
export async function measureIncident(deps: MeasureDeps, incident: Incident): Promise<void> {
  const runbook = incident.runbook === undefined ? undefined : deps.runbooks.find(incident.runbook);
  const wanted = runbook === undefined ? undefined : wantedMeasure(runbook);
  if (wanted === undefined) {
    await dropDue(deps.change, { id: incident.id, kind: 'measure' });
    return;
  }
  const result = await deps.metrics?.query(wanted.promql);
  const measurement: Measurement = {
    ...wanted,
    at: toInstant(deps.change.clock.now()),
    ...(result === undefined ? { problem: 'no Prometheus is configured (PROMETHEUS_URL)' } : readNumber(result)),
  };
  await recordMeasurement(deps.change, { id: incident.id, measurement });
}

/** The first hole of the internal update that a query of the runbook can fill. */
function wantedMeasure(runbook: Runbook): Wanted | undefined {
  for (const placeholder of runbook.templates.internal?.placeholders ?? []) {
    const found = measurementFor(runbook, placeholder);
    if (found !== undefined) return { label: placeholder.label, unit: placeholder.unit ?? '', promql: found.promql };
  }
  return undefined;
}

/** The one number of an answer, or in words why there is none. */
export function readNumber(result: QueryResult): { value: number } | { problem: string } {
  if (result.type === 'failed') return { problem: result.reason };
  const [first, ...more] = result.samples;
  if (first === undefined) return { problem: 'Prometheus has no data for this query' };
  if (more.length > 0) return { problem: `Prometheus answered with ${more.length + 1} series where one number was expected` };
  return Number.isFinite(first.value) ? { value: first.value } : { problem: `Prometheus answered ${first.value}` };
}
