import { incidentCan } from './can.ts';
import { changeIncident } from './change.ts';
import type { ChangeDeps, Changed } from './change.ts';
import { nameOf } from './incident.ts';
import type { Incident, IncidentId, Person, Role } from './incident.ts';

/** Gives a role to a person, or takes it from whoever has it when `person` is undefined. */
export function assignRole(
  deps: ChangeDeps,
  input: { id: IncidentId; cause: string; by: Person; role: Role; person?: Person },
): Promise<Changed> {
  return changeIncident(deps, input.id, {
    cause: input.cause,
    decide: (incident) => {
      const can = incidentCan('assign', incident);
      if (!can.ok) return { type: 'refused', code: 'precondition', reason: `${nameOf(incident)} takes no new roles: ${can.reason}.` };
      const before = incident.roles[input.role];
      if (before?.id === input.person?.id) return { type: 'nothing', reason: 'That role is already so.' };
      return {
        type: 'change',
        set: { roles: rolesWith(incident, input.role, input.person) },
        entries: [
          {
            kind: 'role_assigned',
            actor: { type: 'user', ...input.by },
            facts: {
              role: input.role,
              ...(input.person === undefined ? {} : { person: input.person }),
              ...(before === undefined ? {} : { before }),
            },
            tell: { broadcast: false },
          },
        ],
        redraw: ['card', 'oncall'],
        reason: 'role assigned',
      };
    },
  });
}

function rolesWith(incident: Incident, role: Role, person: Person | undefined): Incident['roles'] {
  const { [role]: _before, ...others } = incident.roles;
  return person === undefined ? others : { ...others, [role]: person };
}
