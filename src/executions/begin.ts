import { changeIncident } from '../incidents/change.ts';
import { addExecution, executionsOf, nextExecutionNumber } from '../incidents/execution.ts';
import type { Execution, ExecutionId } from '../incidents/execution.ts';
import type { Incident, IncidentId, Person } from '../incidents/incident.ts';
import { TocsinError } from '../kernel/errors.ts';
import { idFrom } from '../kernel/hash.ts';
import type { Instant } from '../kernel/instant.ts';
import type { EntryDraft } from '../timeline/entry.ts';
import type { ChangedExecution } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import type { ExecutionDocument } from './document.ts';
import { nowOf, taken } from './lease.ts';

/** The key of the execution that a request makes; the same request always makes the same one. */
function executionIdFor(incidentId: IncidentId, cause: string): ExecutionId {
  // The brand's constructor for new executions; stores give back ids that came from here.
  return idFrom('exe', incidentId, cause) as ExecutionId;
}

export type Beginning = {
  id: IncidentId;
  cause: string;
  by: Person;
  about: Pick<Execution, 'type' | 'title'> & Partial<Pick<Execution, 'step' | 'undoOf' | 'risk'>>;
  /** How it starts: with the process that was asked working on it, or ended as soon as it is written down. */
  state: 'running' | 'planning' | 'done' | 'skipped';
  document?: Pick<ExecutionDocument, 'source' | 'query' | 'undoOf' | 'checks'>;
  /** Why it may not be, for the incident as it is now. */
  refusal?: (incident: Incident) => string | undefined;
  entry: (execution: Execution) => EntryDraft;
};

/** Writes an execution down before anything is done about it. Asked for twice (same cause), it is there once. */
export async function beginExecution(deps: ExecutionDeps, beginning: Beginning): Promise<ChangedExecution> {
  const { id, cause } = beginning;
  const documentId = executionIdFor(id, cause);
  if (beginning.document !== undefined) await deps.executions.insert(newDocument(beginning, documentId, nowOf(deps)));
  const changed = await changeIncident(deps.change, id, {
    cause,
    decide: (incident, now) => {
      if (executionsOf(incident).some((each) => each.id === documentId)) return { type: 'nothing', reason: 'it was asked for already' };
      const refusal = beginning.refusal?.(incident);
      if (refusal !== undefined) return { type: 'refused', code: 'precondition', reason: refusal };
      const execution = newExecution(deps, { beginning, documentId, number: nextExecutionNumber(executionsOf(incident)), now });
      return {
        type: 'change',
        set: { executions: addExecution(executionsOf(incident), execution) },
        entries: [beginning.entry(execution)],
        redraw: [{ type: 'execution', number: execution.number }],
        reason: `#${execution.number} began`,
      };
    },
  });
  const execution = executionsOf(changed.incident).find((each) => each.id === documentId);
  if (execution === undefined) throw new TocsinError('not_found', 'That run is so long ago that only the timeline knows it.');
  return { ...changed, execution };
}

function newDocument(beginning: Beginning, id: ExecutionId, now: Instant): ExecutionDocument {
  return {
    schema: 1,
    id,
    incidentId: beginning.id,
    version: 1,
    fence: 1,
    createdAt: now,
    journal: [],
    rounds: [],
    checks: [],
    ...beginning.document,
  };
}

type Newborn = { beginning: Beginning; documentId: ExecutionId; number: number; now: Instant };

function newExecution(deps: ExecutionDeps, { beginning, documentId, number, now }: Newborn): Execution {
  const isWorkedOn = beginning.state === 'running' || beginning.state === 'planning';
  return {
    number,
    id: documentId,
    state: beginning.state,
    requestedBy: beginning.by,
    requestedAt: now,
    finding: '',
    risk: 'low',
    namespaces: [],
    targets: [],
    quorum: deps.settings.quorum,
    votes: [],
    ...beginning.about,
    ...(isWorkedOn ? taken(deps, { token: 0 }, now) : { token: 0, endedAt: now }),
  };
}
