import type { Instant } from '../kernel/instant.ts';
import { incidentCan } from './can.ts';
import { changeIncident } from './change.ts';
import type { ChangeDeps, Changed, Decision } from './change.ts';
import { nameOf } from './incident.ts';
import type { Incident, IncidentId, Person } from './incident.ts';

/** Says that a person is on it. The first one wins; whoever comes later is told who and when. */
export function acknowledgeIncident(deps: ChangeDeps, input: { id: IncidentId; cause: string; by: Person }): Promise<Changed> {
  return changeIncident(deps, input.id, { cause: input.cause, decide: (incident, now) => decide(incident, input.by, now) });
}

function decide(incident: Incident, by: Person, now: Instant): Decision {
  const can = incidentCan('acknowledge', incident);
  if (!can.ok) {
    if (incident.state === 'resolved')
      return { type: 'refused', code: 'precondition', reason: `${nameOf(incident)} cannot be acknowledged: ${can.reason}.` };
    const who = incident.acknowledgedBy?.id === by.id ? 'you' : (incident.acknowledgedBy?.name ?? 'somebody');
    return { type: 'nothing', reason: `${nameOf(incident)} was already acknowledged by ${who}.` };
  }
  return {
    type: 'change',
    set: { state: 'acknowledged', acknowledgedBy: by, milestones: { ...incident.milestones, acknowledgedAt: now } },
    entries: [{ kind: 'acknowledged', actor: { type: 'user', ...by }, facts: {}, tell: { broadcast: false } }],
    redraw: ['card', 'oncall'],
    reason: 'acknowledged',
  };
}
