import { incidentCan } from '../incidents/can.ts';
import { nameOf } from '../incidents/incident.ts';
import type { Incident } from '../incidents/incident.ts';
import type { StepSource } from '../operations/plan.ts';
import { beginExecution } from './begin.ts';
import type { ChangedExecution } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import type { Check } from './document.ts';
import { byPerson, entryOf } from './entries.ts';
import { requireRight } from './rights.ts';
import type { RunRequest } from './start-run.ts';
import { workOnPlan } from './work-on-plan.ts';

/**
 * Asks for a mitigation: its plan is made in the background and then waits for approval. `checks` are the runbook's own verification queries.
 * Throws TocsinError: forbidden, precondition (the incident is resolved).
 */
export async function requestMitigation(
  deps: ExecutionDeps,
  input: RunRequest & { source: StepSource; checks: readonly Check[] },
): Promise<ChangedExecution> {
  await requireRight(deps, input.id, { verb: 'request', by: input.by });
  const { source, checks } = input;
  const begun = await beginExecution(deps, {
    ...input,
    about: { type: 'mitigation', title: source.title, step: source.number, risk: 'medium' },
    state: 'planning',
    document: { source, checks },
    refusal: mustBeOpen,
    entry: (execution) =>
      entryOf('mitigation_requested', execution, {
        actor: byPerson(input.by),
        facts: { text: source.text, parameters: source.parameters },
      }),
  });
  if (begun.outcome === 'changed') workOnPlan(deps, input.id, begun.execution);
  return begun;
}

function mustBeOpen(incident: Incident): string | undefined {
  const can = incidentCan('mitigate', incident);
  return can.ok ? undefined : `Nothing can be mitigated in ${nameOf(incident)}: ${can.reason}.`;
}
