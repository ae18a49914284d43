import { executionCan, executionsOf, findExecution, hasEnded } from '../incidents/execution.ts';
import type { Execution } from '../incidents/execution.ts';
import { nameOf } from '../incidents/incident.ts';
import type { Incident } from '../incidents/incident.ts';
import { TocsinError } from '../kernel/errors.ts';
import { beginExecution } from './begin.ts';
import type { ChangedExecution } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import { byPerson, entryOf } from './entries.ts';
import { requireRight } from './rights.ts';
import type { RunRequest } from './start-run.ts';
import { workOnPlan } from './work-on-plan.ts';

/**
 * Asks to take a mitigation back: a plan of its own, with its own preview and approval. Also possible when the incident is resolved. Throws
 * TocsinError: not_found, forbidden, precondition (nothing to undo, or an undo is under way or done).
 */
export async function requestUndo(deps: ExecutionDeps, input: RunRequest & { number: number }): Promise<ChangedExecution> {
  await requireRight(deps, input.id, { verb: 'request', by: input.by });
  const original = findExecution((await deps.change.incidents.get(input.id)) ?? {}, input.number);
  if (original === undefined) throw new TocsinError('not_found', `There is no #${input.number} to undo.`);
  const document = await deps.executions.get(original.id);
  if (document === undefined)
    throw new TocsinError(
      'precondition',
      `The plan of #${input.number} is not kept any more, so it cannot be undone from here. Change it back by hand.`,
    );
  const { plan, checks } = document;
  if (plan === undefined) throw new TocsinError('precondition', `#${input.number} has changed nothing.`);
  const begun = await beginExecution(deps, {
    ...input,
    about: {
      type: 'undo',
      title: `Undo of ${original.title}`,
      undoOf: original.number,
      risk: original.risk,
      ...(original.step === undefined ? {} : { step: original.step }),
    },
    state: 'planning',
    document: { undoOf: original.id, checks },
    refusal: (incident) => refusalOf(incident, input.number),
    entry: (execution) => entryOf('undo_requested', execution, { actor: byPerson(input.by) }),
  });
  if (begun.outcome === 'changed') workOnPlan(deps, input.id, begun.execution);
  return begun;
}

function refusalOf(incident: Incident, number: number): string | undefined {
  const original = findExecution(incident, number);
  if (original === undefined) return `${nameOf(incident)} has no #${number}.`;
  const can = executionCan('undo', original);
  if (!can.ok) return `#${number} cannot be undone: ${can.reason}.`;
  const other = executionsOf(incident).find((each) => each.undoOf === number && (!hasEnded(each) || each.state === 'applied'));
  return other === undefined ? undefined : undoneAlready(other);
}

function undoneAlready(undo: Execution): string {
  const word = undo.state === 'applied' ? 'has undone it already' : 'is already there to undo it';
  return `#${undo.number} ${word}.`;
}
