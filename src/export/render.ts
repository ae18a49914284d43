import type { Alert } from '../alerts/alert.ts';
import type { AlertStore } from '../alerts/ports.ts';
import { executionsOf } from '../incidents/execution.ts';
import type { ExecutionId } from '../incidents/execution.ts';
import type { Incident } from '../incidents/incident.ts';
import type { IncidentStore } from '../incidents/ports.ts';
import type { Clock } from '../kernel/clock.ts';
import { toInstant } from '../kernel/instant.ts';
import type { RunbookLibrary } from '../runbooks/library.ts';
import type { TimelineStore } from '../timeline/ports.ts';
import { buildExport } from './build.ts';
import type { IncidentExport } from './incident-export.ts';
import { toMarkdown } from './markdown.ts';
import { readTimeline } from './read-timeline.ts';

export type ExportFormat = 'md' | 'json';

export type ExportDeps = {
  incidents: Pick<IncidentStore, 'getByNumber'>;
  timeline: Pick<TimelineStore, 'read'>;
  alerts: Pick<AlertStore, 'get'>;
  runbooks: Pick<RunbookLibrary, 'get'>;
  /** Those of these whose documents are still stored. */
  executions: { known(ids: readonly ExecutionId[]): Promise<readonly ExecutionId[]> };
  clock: Pick<Clock, 'now'>;
};

/** The export of an incident as a file; undefined when there is no such incident. */
export async function renderExport(
  deps: ExportDeps,
  request: { number: number; format: ExportFormat },
): Promise<{ contentType: string; body: string } | undefined> {
  const incident = await deps.incidents.getByNumber(request.number);
  if (incident === undefined) return undefined;
  const document = await collectExport(deps, incident);
  return request.format === 'json'
    ? { contentType: 'application/json; charset=utf-8', body: toJson(document) }
    : { contentType: 'text/markdown; charset=utf-8', body: toMarkdown(document) };
}

/** Reads everything that is known of the incident and makes the document of it. */
export async function collectExport(deps: Omit<ExportDeps, 'incidents'>, incident: Incident): Promise<IncidentExport> {
  const runbook = incident.runbook === undefined ? undefined : deps.runbooks.get(incident.runbook.path);
  const [entries, alerts, keptExecutions] = await Promise.all([
    readTimeline(deps.timeline, incident),
    Promise.all(incident.alerts.map(({ key }) => deps.alerts.get(key))),
    deps.executions.known(executionsOf(incident).map(({ id }) => id)),
  ]);
  return buildExport({
    incident,
    entries,
    alerts: alerts.filter((alert): alert is Alert => alert !== undefined),
    keptExecutions,
    ...(runbook === undefined ? {} : { runbook }),
    generatedAt: toInstant(deps.clock.now()),
  });
}

/** The document as JSON text, indented for people. */
export function toJson(document: IncidentExport): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
