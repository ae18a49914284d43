import { addMs, msBetween } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { changeIncident } from './change.ts';
import type { ChangeDeps, Changed, Decision } from './change.ts';
import { climbed, dueWith } from './escalation.ts';
import type { Escalation, EscalationLadder } from './escalation.ts';
import type { Incident, IncidentId } from './incident.ts';

/**
 * Tells those on call again about an incident that nobody has acknowledged, once for each step of the ladder. Steps that were missed meanwhile
 * (nothing ran) are one message, with the latest; it says how late it is.
 */
export function escalateIncident(deps: ChangeDeps, input: { id: IncidentId }): Promise<Changed> {
  return changeIncident(deps, input.id, { decide: (incident, now) => decide(incident, deps.ladder ?? [], now) });
}

function decide(incident: Incident, ladder: EscalationLadder, now: Instant): Decision {
  const { escalation } = incident;
  if (escalation?.nextAt === undefined || escalation.nextAt > now) return { type: 'nothing', reason: 'no step is due' };
  const reached = ladder
    .slice(escalation.done)
    .map(({ afterMs }) => addMs(escalation.since, afterMs))
    .filter((dueAt) => dueAt <= now);
  const dueAt = reached.at(-1);
  // The settings were changed since: it goes on with the ladder as it is now.
  if (dueAt === undefined) return moved(incident, climbed(escalation, ladder), { entries: [], reason: 'the ladder was changed' });
  const done = escalation.done + reached.length;
  const told = [...escalation.told, { at: now, seq: incident.timeline.seq + 1 }];
  const next = climbed({ ...escalation, done, told }, ladder);
  const facts = {
    to: 'oncall',
    step: done,
    of: ladder.length,
    since: escalation.since,
    dueAt,
    lateMs: msBetween(dueAt, now),
    missedAt: reached.slice(0, -1),
    toldAt: escalation.told.map(({ at }) => at),
    ...(next.nextAt === undefined ? {} : { nextAt: next.nextAt }),
  };
  const actor = { type: 'schedule', rule: 'not acknowledged' } as const;
  return moved(incident, next, {
    entries: [{ kind: 'escalated', actor, facts, tell: { broadcast: false, oncall: 'only' } }],
    reason: 'those on call were told again',
  });
}

function moved(
  incident: Incident,
  escalation: Escalation,
  what: Pick<Extract<Decision, { type: 'change' }>, 'entries' | 'reason'>,
): Decision {
  return { type: 'change', set: { escalation, due: dueWith(incident.due, escalation) }, redraw: ['card', 'oncall'], ...what };
}
