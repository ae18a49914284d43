import { beginExecution } from './begin.ts';
import type { ChangedExecution } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import { byPerson, entryOf } from './entries.ts';
import { requireRight } from './rights.ts';
import type { RunRequest } from './start-run.ts';

/** Writes down that people did a manual step themselves, or left it out. Throws TocsinError `forbidden`. */
export async function markStep(
  deps: ExecutionDeps,
  input: RunRequest & { step: string; title: string; as: 'done' | 'skipped'; text?: string },
): Promise<ChangedExecution> {
  await requireRight(deps, input.id, { verb: 'run', by: input.by });
  return beginExecution(deps, {
    ...input,
    about: { type: 'manual', title: input.title, step: input.step },
    state: input.as,
    entry: (execution) =>
      entryOf('step_marked', execution, {
        actor: byPerson(input.by),
        facts: { state: input.as },
        ...(input.text === undefined ? {} : { text: input.text }),
      }),
  });
}
