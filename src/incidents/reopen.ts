import type { Instant } from '../kernel/instant.ts';
import type { Actor } from '../timeline/entry.ts';
import { incidentCan } from './can.ts';
import { changeIncident } from './change.ts';
import type { ChangeDeps, Changed, Decision, Fields } from './change.ts';
import { nameOf, onlyExecutions } from './incident.ts';
import type { Incident, IncidentId } from './incident.ts';

/** Opens a resolved incident again. It is triggered again: somebody has to acknowledge anew. */
export function reopenIncident(deps: ChangeDeps, input: { id: IncidentId; cause: string; by: Actor; text?: string }): Promise<Changed> {
  return changeIncident(deps, input.id, {
    cause: input.cause,
    decide: (incident, now): Decision => {
      const can = incidentCan('reopen', incident);
      if (!can.ok) return { type: 'nothing', reason: `${nameOf(incident)} is open already.` };
      return {
        type: 'change',
        set: reopened(incident, now),
        entries: [
          {
            kind: 'reopened',
            actor: input.by,
            facts: {},
            ...(input.text === undefined ? {} : { text: input.text }),
            tell: { broadcast: true },
          },
        ],
        redraw: ['card', 'brief', 'oncall'],
        reason: 'reopened',
      };
    },
  });
}

/** The fields of an incident that is open again. */
export function reopened(incident: Incident, now: Instant): Fields {
  return {
    state: 'triggered',
    phase: 'investigating',
    acknowledgedBy: undefined,
    milestones: { startedAt: incident.milestones.startedAt, detectedAt: incident.milestones.detectedAt },
    due: { ...onlyExecutions(incident), ...(incident.runbook === undefined ? {} : { measure: now }) },
  };
}
