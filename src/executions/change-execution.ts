import { changeIncident } from '../incidents/change.ts';
import type { ChangeDeps } from '../incidents/change.ts';
import { executionsOf, findExecution, withExecution } from '../incidents/execution.ts';
import type { Execution, ExecutionChange } from '../incidents/execution.ts';
import { nameOf } from '../incidents/incident.ts';
import type { Incident, IncidentId, Redraw } from '../incidents/incident.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { ErrorCode } from '../kernel/errors.ts';
import type { Instant } from '../kernel/instant.ts';
import type { EntryDraft } from '../timeline/entry.ts';

/** Which execution: people know the incident and a number. */
export type ExecutionRef = { id: IncidentId; number: number };

/** What should happen to one execution, decided on its present state. */
export type ExecutionDecision =
  | {
      type: 'change';
      set: ExecutionChange;
      entries: readonly EntryDraft[];
      alsoRedraw?: readonly Redraw[];
      isQuiet?: boolean;
      reason: string;
    }
  | { type: 'nothing'; reason: string }
  | { type: 'refused'; code: ErrorCode; reason: string };

export type ChangedExecution = { incident: Incident; execution: Execution; outcome: 'changed' | 'unchanged'; reason: string };

type Deciding = { execution: Execution; incident: Incident; now: Instant };

/** Changes one execution by compare-and-set on its incident, and has its message drawn anew. Throws as `changeIncident` does. */
export async function changeExecution(
  deps: ChangeDeps,
  ref: ExecutionRef,
  request: { cause?: string; decide: (present: Deciding) => ExecutionDecision },
): Promise<ChangedExecution> {
  const changed = await changeIncident(deps, ref.id, {
    ...(request.cause === undefined ? {} : { cause: request.cause }),
    decide: (incident, now) => {
      const execution = findExecution(incident, ref.number);
      if (execution === undefined) return { type: 'refused', code: 'not_found', reason: missing(incident, ref.number) };
      const decision = request.decide({ execution, incident, now });
      if (decision.type !== 'change') return decision;
      return {
        type: 'change',
        set: { executions: withExecution(executionsOf(incident), ref.number, decision.set) },
        entries: decision.entries,
        redraw: [
          ...(decision.isQuiet === true ? [] : [{ type: 'execution', number: ref.number } as const]),
          ...(decision.alsoRedraw ?? []),
        ],
        reason: decision.reason,
      };
    },
  });
  const execution = findExecution(changed.incident, ref.number);
  if (execution === undefined) throw new TocsinError('not_found', missing(changed.incident, ref.number));
  return { ...changed, execution };
}

function missing(incident: Incident, number: number): string {
  const known = executionsOf(incident).map((each) => `#${each.number}`);
  const there = known.length === 0 ? 'Nothing was run there yet.' : `There are ${known.slice(-8).join(', ')}.`;
  return `${nameOf(incident)} has no #${number}. ${there}`;
}
