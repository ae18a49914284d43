import type { IncidentId, Person } from '../incidents/incident.ts';
import type { StepSource } from '../operations/plan.ts';
import { beginExecution } from './begin.ts';
import type { ChangedExecution } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import type { AdHocQuery } from './document.ts';
import { byPerson, entryOf } from './entries.ts';
import { requireRight } from './rights.ts';
import { workOnRun } from './work-on-run.ts';

export type RunRequest = { id: IncidentId; cause: string; by: Person };

/** Runs a diagnostic: it is written down, shown as running at once, and worked on in the background. Throws TocsinError `forbidden`. */
export async function startRun(deps: ExecutionDeps, input: RunRequest & { source: StepSource }): Promise<ChangedExecution> {
  await requireRight(deps, input.id, { verb: 'run', by: input.by });
  return begin(deps, input);
}

/** Asks Prometheus a question of a person's own. Throws TocsinError `forbidden`. */
export async function startQuery(deps: ExecutionDeps, input: RunRequest & { query: AdHocQuery }): Promise<ChangedExecution> {
  await requireRight(deps, input.id, { verb: 'run', by: input.by });
  const { promql } = input.query;
  const begun = await beginExecution(deps, {
    ...input,
    about: { type: 'query', title: promql },
    state: 'running',
    document: { query: input.query, checks: [] },
    entry: (execution) => entryOf('query_run', execution, { actor: byPerson(input.by), facts: { promql } }),
  });
  if (begun.outcome === 'changed') workOnRun(deps, input.id, begun.execution);
  return begun;
}

/** Runs several diagnostics at once, as many at a time as there are places. Those that were asked for already are not begun again. */
export async function startRuns(
  deps: ExecutionDeps,
  input: RunRequest & { sources: readonly StepSource[] },
): Promise<readonly ChangedExecution[]> {
  await requireRight(deps, input.id, { verb: 'run', by: input.by });
  const begun: ChangedExecution[] = [];
  for (const source of input.sources) begun.push(await begin(deps, { ...input, cause: `${input.cause}:${source.number}`, source }));
  return begun;
}

async function begin(deps: ExecutionDeps, input: RunRequest & { source: StepSource }): Promise<ChangedExecution> {
  const { source } = input;
  const begun = await beginExecution(deps, {
    ...input,
    about: { type: 'diagnostic', title: source.title, step: source.number },
    state: 'running',
    document: { source, checks: [] },
    entry: (execution) =>
      entryOf('step_run', execution, { actor: byPerson(input.by), facts: { text: source.text, parameters: source.parameters } }),
  });
  if (begun.outcome === 'changed') workOnRun(deps, input.id, begun.execution);
  return begun;
}
