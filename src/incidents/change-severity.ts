import { incidentCan } from './can.ts';
import { changeIncident } from './change.ts';
import type { ChangeDeps, Changed } from './change.ts';
import { nameOf } from './incident.ts';
import type { IncidentId, Person, Severity } from './incident.ts';

/** Sets the severity by hand. An incident that was info only gets its thread when it becomes graver. */
export function changeSeverity(
  deps: ChangeDeps,
  input: { id: IncidentId; cause: string; by: Person; severity: Severity },
): Promise<Changed> {
  return changeIncident(deps, input.id, {
    cause: input.cause,
    decide: (incident) => {
      const can = incidentCan('severity', incident);
      if (!can.ok) return { type: 'refused', code: 'precondition', reason: `The severity of ${nameOf(incident)} stays: ${can.reason}.` };
      if (incident.severity === input.severity) return { type: 'nothing', reason: `${nameOf(incident)} is ${input.severity} already.` };
      return {
        type: 'change',
        set: { severity: input.severity },
        entries: [
          {
            kind: 'severity_changed',
            actor: { type: 'user', ...input.by },
            facts: { from: incident.severity, to: input.severity },
            tell: { broadcast: false },
          },
        ],
        redraw: ['card', 'brief', 'oncall'],
        reason: `severity changed from ${incident.severity} to ${input.severity}`,
      };
    },
  });
}
