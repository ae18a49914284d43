import type { Alert } from '../alerts/alert.ts';
import type { ExecutionId } from '../incidents/execution.ts';
import type { AlertLink, Incident } from '../incidents/incident.ts';
import { sha256 } from '../kernel/hash.ts';
import { msBetween } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { canonicalJson } from '../kernel/json.ts';
import type { Json } from '../kernel/json.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import { filledText } from '../runbooks/templates.ts';
import { verifyChain } from '../timeline/chain.ts';
import type { TimelineEntry } from '../timeline/entry.ts';
import { draftsOf } from './drafts.ts';
import { gapsOf } from './gaps.ts';
import { exportSchemaName } from './incident-export.ts';
import type { ExportedAlert, IncidentExport } from './incident-export.ts';

/** What an export is made from. `entries` is the whole timeline up to the incident's head. */
export type ExportSources = {
  incident: Incident;
  entries: readonly TimelineEntry[];
  /** The alert instances that are still stored, for their labels and annotations. */
  alerts: readonly Alert[];
  /** The executions whose documents are still stored. */
  keptExecutions: readonly ExecutionId[];
  runbook?: Runbook;
  generatedAt: Instant;
};

/** Puts the document together and seals it with a digest. Pure: the same sources give the same document. */
export function buildExport(sources: ExportSources): IncidentExport {
  const { incident, entries, alerts, keptExecutions, runbook, generatedAt } = sources;
  const verdict = verifyChain(incident.id, entries, incident.timeline);
  const drafts = runbook === undefined ? [] : draftsOf(runbook, incident);
  const known = {
    alertsWithLabels: incident.alerts.filter(({ key }) => alerts.some((alert) => alert.key === key)).length,
    hasDrafts: drafts.length > 0,
    keptExecutions,
    erased: verdict.ok ? verdict.erased : 0,
  };
  const unsealed: Omit<IncidentExport, 'digest'> = {
    schema: exportSchemaName,
    generatedAt,
    incident: factsOfIncident(incident),
    figures: figuresOf(incident),
    alerts: incident.alerts.map((link) => exportedAlert(link, alerts)),
    drafts: drafts.map(({ name, kind, filled }) => ({ name, kind, text: filledText(filled), missing: [...filled.missing] })),
    gaps: [...gapsOf(incident, known)],
    timeline: { head: incident.timeline, entries: [...entries] },
    verification: verdict.ok
      ? { ok: true, entries: verdict.count, erased: verdict.erased }
      : { ok: false, entries: verdict.count, firstBad: verdict.firstBad, reason: verdict.reason },
  };
  return { ...unsealed, digest: digestOf(unsealed) };
}

/** The digest over everything but itself. */
export function digestOf(document: object): string {
  const { digest: _own, ...rest } = { digest: '', ...document };
  return sha256(canonicalJson(asJson(rest)));
}

function asJson(value: object): Json {
  // Exports hold plain data alone; a function or a cycle in one would make canonicalJson throw.
  return value as Json;
}

function factsOfIncident(incident: Incident): IncidentExport['incident'] {
  const { id, number, version, title, severity, state, phase, impact, service, origin, roles, milestones } = incident;
  const { acknowledgedBy, runbook, measurement, previousNumber, thread } = incident;
  return {
    id,
    number,
    version,
    title,
    severity,
    state,
    phase,
    impact,
    service,
    origin,
    roles,
    milestones,
    ...(acknowledgedBy === undefined ? {} : { acknowledgedBy }),
    ...(runbook === undefined ? {} : { runbook }),
    ...(measurement === undefined ? {} : { measurement }),
    ...(previousNumber === undefined ? {} : { previousNumber }),
    ...(thread === undefined ? {} : { thread }),
  };
}

function figuresOf({ milestones }: Incident): IncidentExport['figures'] {
  const { startedAt, detectedAt, acknowledgedAt, resolvedAt } = milestones;
  return {
    timeToDetectMs: msBetween(startedAt, detectedAt),
    ...(acknowledgedAt === undefined ? {} : { timeToAcknowledgeMs: msBetween(detectedAt, acknowledgedAt) }),
    ...(resolvedAt === undefined ? {} : { timeToResolveMs: msBetween(startedAt, resolvedAt) }),
  };
}

function exportedAlert(link: AlertLink, alerts: readonly Alert[]): ExportedAlert {
  const stored = alerts.find(({ key }) => key === link.key);
  return { ...link, ...(stored === undefined ? {} : { labels: { ...stored.labels }, annotations: { ...stored.annotations } }) };
}
