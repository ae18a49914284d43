import type { Alert } from '../alerts/alert.ts';
import type { ExecutionDocument } from '../executions/document.ts';
import { isOpen } from '../incidents/incident.ts';
import type { Incident } from '../incidents/incident.ts';
import { toInstant } from '../kernel/instant.ts';
import type { TimelineEntry } from '../timeline/entry.ts';
import { runbookOf } from './desk.ts';
import type { Desk } from './desk.ts';
import type { DrawContext } from './views/context.ts';

export type DrawSources = Pick<Desk, 'alerts' | 'timeline' | 'runbooks' | 'steps' | 'linksFor' | 'command' | 'clock'>;

/** The messages show ten instances at most; those that fire matter most, and the latest of the others. */
const maxAlerts = 10;

/** What a view shows beside the incident itself. */
export type Shown = { entry?: TimelineEntry; document?: ExecutionDocument };

/** Collects what a message about the incident is drawn from. */
export async function drawContextFor(sources: DrawSources, incident: Incident, shown: Shown = {}): Promise<DrawContext> {
  const runbook = runbookOf(sources, incident);
  const links = [...incident.alerts].sort((a, b) => (a.status === b.status ? 0 : a.status === 'firing' ? -1 : 1)).slice(0, maxAlerts);
  const [resolution, ...found] = await Promise.all([resolutionOf(sources, incident), ...links.map(({ key }) => sources.alerts.get(key))]);
  const alerts = found.filter((alert): alert is Alert => alert !== undefined);
  const runbookUrl = alerts.map(({ annotations }) => annotations['runbook_url'] ?? '').find(isWebAddress);
  return {
    incident,
    ...(runbook === undefined ? {} : { runbook }),
    ...(runbook === undefined ? {} : { readings: sources.steps.read(runbook) }),
    ...shown,
    ...(resolution === undefined ? {} : { resolution }),
    alerts,
    now: toInstant(sources.clock.now()),
    command: sources.command,
    // The team's own address for its runbooks goes before what an alert says about it.
    links: { ...(runbookUrl === undefined ? {} : { runbook: runbookUrl }), ...sources.linksFor(incident) },
  };
}

/** Entries behind a resolution are few: notes, and alerts that still change. */
const looksBack = 50;

async function resolutionOf({ timeline }: DrawSources, incident: Incident): Promise<TimelineEntry | undefined> {
  if (isOpen(incident)) return undefined;
  const stored = await timeline.read(incident.id, { afterSeq: Math.max(0, incident.timeline.seq - looksBack), limit: looksBack });
  return [...stored, ...incident.pending.entries].findLast(({ kind }) => kind === 'resolved');
}

function isWebAddress(text: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? '');
}
