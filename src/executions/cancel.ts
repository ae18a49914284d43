import { changesThings, executionCan, findExecution } from '../incidents/execution.ts';
import type { Execution } from '../incidents/execution.ts';
import type { Person } from '../incidents/incident.ts';
import type { Subject } from '../people/access.ts';
import { changeExecution } from './change-execution.ts';
import type { ChangedExecution, ExecutionRef } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import { byPerson, entryOf } from './entries.ts';

/**
 * Takes a request back, before anything was changed: a mitigation by whoever asked for it, a diagnostic by anybody who may run them. Throws
 * TocsinError: not_found, forbidden, precondition.
 */
export async function cancelExecution(deps: ExecutionDeps, input: ExecutionRef & { cause: string; by: Person }): Promise<ChangedExecution> {
  const requestedBy = findExecution((await deps.change.incidents.get(input.id)) ?? {}, input.number)?.requestedBy;
  const [subject, requester] = await Promise.all([deps.access.look(input.by.id), deps.access.look(requestedBy?.id ?? '')]);
  return changeExecution(deps.change, input, {
    cause: input.cause,
    decide: ({ execution, incident, now }) => {
      const can = executionCan('cancel', execution);
      if (!can.ok) return { type: 'refused', code: 'precondition', reason: `#${execution.number} cannot be cancelled: ${can.reason}.` };
      const mayRun = deps.access.may(subject, { verb: 'run', severity: incident.severity, risk: 'low', namespaces: undefined });
      const refusal = refusalOf(execution, { subject, requester }) ?? (mayRun.ok ? undefined : `Not cancelled: ${mayRun.reason}`);
      if (refusal !== undefined) return { type: 'refused', code: 'forbidden', reason: refusal };
      return {
        type: 'change',
        set: { state: 'cancelled', finding: `cancelled by ${input.by.name}`, endedAt: now, lease: undefined, dueAt: undefined },
        entries: [entryOf('mitigation_cancelled', execution, { actor: byPerson(input.by) })],
        alsoRedraw: ['card'],
        reason: `#${execution.number} was cancelled`,
      };
    },
  });
}

function refusalOf(execution: Execution, people: { subject: Subject; requester: Subject }): string | undefined {
  if (!changesThings(execution) || people.subject.identity === people.requester.identity) return undefined;
  return `Only ${execution.requestedBy.name}, who asked for #${execution.number}, can cancel it. With the right to approve you can deny it.`;
}
