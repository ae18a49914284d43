import type { Execution } from '../incidents/execution.ts';
import type { Incident, IncidentId, Person } from '../incidents/incident.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { AccessRequest, AccessVerb } from '../people/access.ts';
import type { ExecutionDeps } from './deps.ts';

/** What somebody wants to do, before a plan says what it touches. */
function askedBefore(verb: AccessVerb, incident: Incident): AccessRequest {
  return { verb, severity: incident.severity, risk: verb === 'run' ? 'low' : 'medium', namespaces: undefined };
}

/** What somebody wants to do with a plan that is there. */
export function askedAbout(verb: AccessVerb, incident: Incident, execution: Pick<Execution, 'risk' | 'namespaces'>): AccessRequest {
  return { verb, severity: incident.severity, risk: execution.risk, namespaces: execution.namespaces };
}

/** Throws TocsinError `forbidden` with the reason when a person may not do that in this incident. */
export async function requireRight(deps: ExecutionDeps, id: IncidentId, asked: { verb: AccessVerb; by: Person }): Promise<void> {
  const incident = await deps.change.incidents.get(id);
  if (incident === undefined) throw new TocsinError('not_found', 'That incident does not exist.');
  const subject = await deps.access.look(asked.by.id);
  const permission = deps.access.may(subject, askedBefore(asked.verb, incident));
  if (!permission.ok) throw new TocsinError('forbidden', `Not done: ${permission.reason}`);
}
