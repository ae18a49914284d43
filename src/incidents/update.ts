import { incidentCan } from './can.ts';
import { changeIncident } from './change.ts';
import type { ChangeDeps, Changed } from './change.ts';
import { nameOf } from './incident.ts';
import type { IncidentId, Person, Phase } from './incident.ts';

/** Posts a status update: into the thread, broadcast to the channel, and as the card's last update. Without a phase the phase stays. */
export function postUpdate(
  deps: ChangeDeps,
  input: { id: IncidentId; cause: string; by: Person; text: string; phase?: Exclude<Phase, 'resolved'> },
): Promise<Changed> {
  return changeIncident(deps, input.id, {
    cause: input.cause,
    decide: (incident, now) => {
      const can = incidentCan('update', incident);
      if (!can.ok) return { type: 'refused', code: 'precondition', reason: `${nameOf(incident)} takes no updates: ${can.reason}.` };
      const phase = input.phase ?? incident.phase;
      const actor = { type: 'user', ...input.by } as const;
      return {
        type: 'change',
        set: { phase, latestUpdate: { text: input.text, phase, at: now, by: actor } },
        entries: [{ kind: 'update', actor, facts: { phase, previousPhase: incident.phase }, text: input.text, tell: { broadcast: true } }],
        redraw: ['card', 'brief', 'oncall'],
        reason: 'update posted',
      };
    },
  });
}
