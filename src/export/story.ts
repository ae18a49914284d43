import { firingAlerts } from '../incidents/incident.ts';
import type { Incident } from '../incidents/incident.ts';
import { msBetween, toInstant } from '../kernel/instant.ts';
import type { Actor, EntryKind, TimelineEntry } from '../timeline/entry.ts';
import { actorOf, erasedParts, textOf } from './entry-parts.ts';
import { tellExecutions } from './execution-story.ts';
import { teller } from './teller.ts';
import { countText, dateTimeText, durationText, lateEnoughMs, phaseWords, quantityText, roleWords, severityWords } from './wording.ts';

/** One timeline entry in plain words: who, what happened, and the words a person wrote about it. */
export type Story = { who: string; what: string; text?: string };

export function storyOf(entry: TimelineEntry): Story {
  const text = textOf(entry);
  const erased = erasedParts(entry).includes('text') ? ' (the words were erased)' : '';
  return { who: actorText(actorOf(entry)), what: `${tell[entry.kind](entry)}${erased}`, ...(text === undefined ? {} : { text }) };
}

/** "Ana", "alert GpuWorkerDown", "Tocsin". */
export function actorText(actor: Actor | undefined): string {
  if (actor === undefined) return 'somebody (name erased)';
  if (actor.type === 'user') return actor.name;
  if (actor.type === 'alert') return `alert ${actor.name}`;
  return actor.type === 'schedule' ? `Tocsin, by the rule "${actor.rule}"` : 'Tocsin';
}

const tell = {
  declared: teller('declared', ({ title, severity, runbook }, actor) => {
    const verb = actor?.type === 'alert' ? 'opened' : 'declared';
    return `${verb} "${title}", severity ${severity}${runbook === undefined ? '' : `, runbook "${runbook.title}"`}`;
  }),
  alert_firing: teller('alert_firing', ({ target, summary }) => `fires${onTarget(target)}${summary === '' ? '' : `: ${summary}`}`),
  alert_resolved: teller('alert_resolved', ({ target }) => `has cleared${onTarget(target)}`),
  alerts_cleared: teller('alerts_cleared', ({ alerts, resolvesAt }) => {
    const next = resolvesAt === undefined ? '' : `; resolves by itself at ${dateTimeText(toInstant(new Date(resolvesAt)))}`;
    return `saw ${alerts === 1 ? 'the alert' : `all ${alerts} alerts`} clear${next}`;
  }),
  thread_opened: teller('thread_opened', () => 'opened the incident thread'),
  measured: teller('measured', ({ label, value, unit, problem }) => {
    const reading = value === undefined ? `no value${problem === undefined ? '' : ` (${problem})`}` : quantityText(value, unit);
    return `measured ${label}: ${reading}`;
  }),
  acknowledged: teller('acknowledged', () => 'acknowledged the incident'),
  note: teller('note', () => 'noted'),
  update: teller('update', ({ phase }) => `posted an update, ${phaseWords[phase].toLowerCase()}`),
  severity_changed: teller(
    'severity_changed',
    ({ from, to }) => `changed the severity from ${severityWords[from].word.toLowerCase()} to ${severityWords[to].word.toLowerCase()}`,
  ),
  role_assigned: teller('role_assigned', ({ role, person, before }, actor) => {
    const name = roleWords[role].name;
    if (person === undefined) return `took the role of ${name} from ${before?.name ?? 'whoever had it'}`;
    const did = actor?.type === 'user' && actor.id === person.id ? 'became' : `made ${person.name}`;
    return `${did} ${name}${before === undefined ? '' : `, after ${before.name}`}`;
  }),
  resolved: teller('resolved', ({ stillFiring, timeToResolveMs }) => {
    const firing = stillFiring === 0 ? '' : `, while ${countText(stillFiring, 'alert')} still fired`;
    return `resolved the incident after ${durationText(timeToResolveMs)}${firing}`;
  }),
  reopened: teller('reopened', () => 'reopened the incident'),
  escalated: teller('escalated', ({ step, of, since, dueAt, lateMs, missedAt }) => {
    const late = lateMs < lateEnoughMs ? '' : `, ${durationText(lateMs)} late`;
    const missed =
      missedAt.length === 0 ? '' : `, in place of ${countText(missedAt.length, 'earlier announcement')} that could not be made`;
    return `told those on call again that nobody has acknowledged for ${durationText(msBetween(since, dueAt) + lateMs)} (step ${step} of ${of})${late}${missed}`;
  }),
  ...tellExecutions,
} as const satisfies Record<EntryKind, (entry: TimelineEntry) => string>;

function onTarget(target: string): string {
  return target === '' ? '' : ` on ${target}`;
}

const maxTargets = 4;

/** "gpu-worker ×2, api-gateway": what the firing alerts are about, or undefined when none fires. */
export function firingText(incident: Incident): string | undefined {
  const counts = new Map<string, number>();
  for (const alert of firingAlerts(incident)) {
    const about = alert.target === '' ? alert.name : alert.target;
    counts.set(about, (counts.get(about) ?? 0) + 1);
  }
  if (counts.size === 0) return undefined;
  const shown = [...counts].slice(0, maxTargets).map(([about, count]) => (count === 1 ? about : `${about} ×${count}`));
  return counts.size > maxTargets ? `${shown.join(', ')} and ${counts.size - maxTargets} more` : shown.join(', ');
}
