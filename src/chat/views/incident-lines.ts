import { actorOf } from '../../export/entry-parts.ts';
import { firingText } from '../../export/story.ts';
import {
  clockText,
  countText,
  cutText,
  durationText,
  phaseWords,
  quantityText,
  severityText,
  severityWords,
} from '../../export/wording.ts';
import { firingAlerts, hasThread, isOpen, nameOf } from '../../incidents/incident.ts';
import type { Incident } from '../../incidents/incident.ts';
import { msBetween } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Inline } from '../message.ts';
import type { DrawContext } from './context.ts';
import { actorInline, bold, missing, personInline, timeInline } from './inline.ts';
import { nextCall } from './next-call.ts';

const titleLimit = 110;

/** "🔴 Critical · INC-4 · Video Processing Error Budget Exhausted"; a resolved one says so first. */
export function headline(incident: Incident): string {
  const { word } = severityWords[incident.severity];
  const sign = isOpen(incident) ? severityText(incident.severity) : `✅ Resolved · ${word.toLowerCase()}`;
  return `${sign} · ${nameOf(incident)} · ${cutText(incident.title, titleLimit)}`;
}

/** "Triggered", "Investigating" or "Resolved": where the work stands. */
export function stateWord(incident: Incident): string {
  if (incident.state === 'triggered' && incident.phase === 'investigating') return 'Triggered';
  return phaseWords[incident.phase];
}

/** "Triggered, not acknowledged · began 14:01 · no incident commander yet". */
export function statusGroups(context: Pick<DrawContext, 'incident' | 'resolution' | 'now'>): readonly (readonly Inline[])[] {
  return isOpen(context.incident) ? openGroups(context.incident, context.now) : resolvedGroups(context);
}

function openGroups(incident: Incident, now: Instant): readonly (readonly Inline[])[] {
  const { commander, communications, scribe } = incident.roles;
  return [
    incident.state === 'triggered' ? [bold(stateWord(incident)), ', ', bold('not acknowledged')] : [bold(stateWord(incident))],
    nextCall(incident, now),
    ['began ', timeInline(incident.milestones.startedAt, now)],
    // Whoever leads has acknowledged as far as the others are concerned: one name less to read.
    incident.acknowledgedBy === undefined || incident.acknowledgedBy.id === commander?.id
      ? []
      : ['acknowledged by ', personInline(incident.acknowledgedBy)],
    commander === undefined ? ['no incident commander yet'] : ['IC ', personInline(commander)],
    communications === undefined ? [] : ['comms ', personInline(communications)],
    scribe === undefined ? [] : ['scribe ', personInline(scribe)],
  ];
}

function resolvedGroups({
  incident,
  resolution,
  now,
}: Pick<DrawContext, 'incident' | 'resolution' | 'now'>): readonly (readonly Inline[])[] {
  const { startedAt, resolvedAt } = incident.milestones;
  return [
    [
      bold('Resolved'),
      ...(resolution === undefined ? [] : [' by ', actorInline(actorOf(resolution))]),
      ...(resolvedAt === undefined
        ? []
        : [' at ', timeInline(resolvedAt, now), ` after ${durationText(msBetween(startedAt, resolvedAt))}`]),
    ],
    incident.acknowledgedBy === undefined ? ['never acknowledged'] : ['acknowledged by ', personInline(incident.acknowledgedBy)],
    incident.roles.commander === undefined ? [] : ['IC ', personInline(incident.roles.commander)],
  ];
}

/** "Current error rate: 7.4% (14:03)", "measuring…", or the hole and why; undefined when the runbook measures nothing. */
export function measurementLine(incident: Incident, now: Instant): readonly Inline[] | undefined {
  const { measurement } = incident;
  if (measurement === undefined) return incident.due.measure === undefined ? undefined : ['Measuring how bad it is now…'];
  const label = `${measurement.label}: `;
  if (measurement.value === undefined)
    return [label, missing(measurement.problem ?? 'no value'), ' (', timeInline(measurement.at, now), ')'];
  return [label, bold(quantityText(measurement.value, measurement.unit)), ' (', timeInline(measurement.at, now), ')'];
}

/** "Alerts: 3 firing (gpu-worker ×2, api-gateway) · 1 cleared"; without what they are about where a list of them follows. */
export function alertsLine(incident: Incident, show: { targets: boolean } = { targets: true }): readonly Inline[] {
  const total = incident.alerts.length;
  if (total === 0) return ['Alerts: none, a person declared it'];
  const about = firingText(incident);
  if (about === undefined) return ['Alerts: ', bold('all cleared'), ` (${total})`];
  const firing = firingAlerts(incident).length;
  return [
    'Alerts: ',
    bold(`${firing} firing`),
    ...(show.targets ? [` (${about})`] : []),
    ...(total > firing ? [` · ${total - firing} cleared`] : []),
  ];
}

/** The last update and when it came, or that there is none. */
export function lastUpdate(incident: Incident, now: Instant): readonly Inline[] {
  const update = incident.latestUpdate;
  if (update === undefined) return isOpen(incident) ? ['No status update yet'] : ['No status update was posted'];
  return ['Last update ', timeInline(update.at, now), ' by ', actorInline(update.by), `: ${cutText(oneLine(update.text), 140)}`];
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** What a person should do next about it, in a few words. */
export function nextAction(incident: Incident): string {
  if (!isOpen(incident)) return 'Reopen it if it comes back';
  if (incident.state === 'triggered') return 'Next: acknowledge it';
  if (incident.roles.commander === undefined) return 'Next: somebody takes IC';
  if (incident.alerts.length > 0 && firingAlerts(incident).length === 0) return 'Next: resolve it, all alerts have cleared';
  return incident.latestUpdate === undefined ? 'Next: post an update' : 'Next: follow the runbook and keep updates coming';
}

/** What a screen reader says and a notification shows: severity, id, title, state, owner, next action. */
export function incidentSummary(incident: Incident): string {
  const owner = incident.roles.commander ?? incident.acknowledgedBy;
  const state = isOpen(incident) ? `${stateWord(incident)}, began ${clockText(incident.milestones.startedAt)}` : 'Resolved';
  const parts = [
    `${severityWords[incident.severity].word} ${nameOf(incident)}: ${cutText(oneLine(incident.title), titleLimit)}`,
    state,
    owner === undefined
      ? 'Nobody is on it'
      : `${incident.roles.commander === undefined ? 'Acknowledged by' : 'IC'} ${cutText(owner.name, 40)}`,
    nextAction(incident),
  ];
  return `${parts.join('. ')}.`;
}

/** One line of a list: everything that tells incidents apart. */
export function listLine(incident: Incident, now: Instant): readonly Inline[] {
  const { startedAt, resolvedAt } = incident.milestones;
  const firing = firingAlerts(incident).length;
  const age = isOpen(incident)
    ? `${stateWord(incident).toLowerCase()} · ${durationText(msBetween(startedAt, now))}`
    : `resolved ${durationText(msBetween(resolvedAt ?? incident.updatedAt, now))} ago`;
  const people: readonly Inline[] = incident.roles.commander === undefined ? ['no IC'] : ['IC ', personInline(incident.roles.commander)];
  return [
    `${severityText(incident.severity)} · `,
    bold(nameOf(incident)),
    ` ${cutText(oneLine(incident.title), titleLimit)} · ${age}`,
    ...(isOpen(incident) && hasThread(incident) ? [' · ', ...people] : []),
    ...(firing > 0 ? [` · ${countText(firing, 'alert')} firing`] : []),
  ];
}
