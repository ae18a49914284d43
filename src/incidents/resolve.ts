import { msBetween } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Actor } from '../timeline/entry.ts';
import { incidentCan } from './can.ts';
import { changeIncident } from './change.ts';
import type { ChangeDeps, Changed, Decision } from './change.ts';
import { firingAlerts, nameOf, onlyExecutions } from './incident.ts';
import type { Incident, IncidentId } from './incident.ts';

/** Ends an incident. A person may do so while alerts still fire (the thread then says so); the clock may not. */
export function resolveIncident(deps: ChangeDeps, input: { id: IncidentId; cause: string; by: Actor; text?: string }): Promise<Changed> {
  return changeIncident(deps, input.id, { cause: input.cause, decide: (incident, now) => decide(incident, input, now) });
}

function decide(incident: Incident, input: { by: Actor; text?: string }, now: Instant): Decision {
  const can = incidentCan('resolve', incident);
  if (!can.ok) return { type: 'nothing', reason: `${nameOf(incident)} is resolved already.` };
  const firing = firingAlerts(incident).length;
  if (input.by.type !== 'user' && firing > 0) return { type: 'nothing', reason: `${firing} alerts still fire` };
  const { startedAt, detectedAt, acknowledgedAt } = incident.milestones;
  return {
    type: 'change',
    set: { state: 'resolved', phase: 'resolved', due: onlyExecutions(incident), milestones: { ...incident.milestones, resolvedAt: now } },
    entries: [
      {
        kind: 'resolved',
        actor: input.by,
        facts: {
          stillFiring: firing,
          timeToResolveMs: msBetween(startedAt, now),
          ...(acknowledgedAt === undefined ? {} : { timeToAcknowledgeMs: msBetween(detectedAt, acknowledgedAt) }),
          // Printed in the thread: an anchor outside the store for everything that went before.
          chainHead: incident.timeline.hash,
          chainLength: incident.timeline.seq,
        },
        ...(input.text === undefined ? {} : { text: input.text }),
        tell: { broadcast: true },
      },
    ],
    redraw: ['card', 'brief', 'oncall'],
    reason: 'resolved',
  };
}
