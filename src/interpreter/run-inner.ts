import type { Door } from '../doors/session.ts';
import type { RunInner } from '../doors/watch/door.ts';
import { runScript, type RunDeps } from './run-script.ts';
import type { Limits } from './script.ts';

/** How `watch` runs its command: in the same interpreter, with these doors, without waiting for a thread that the outer run may hold. */
export function createRunInner(doors: readonly Door[], limits: Limits, deps: RunDeps): RunInner {
  return async (script, { session, signal }) => {
    const result = await runScript(doors, { script, variables: {}, session, limits, signal }, { ...deps, isNested: true });
    const { head, tail, droppedBytes } = result.combined;
    const cut = droppedBytes === 0 ? '' : `\n[... ${droppedBytes} bytes left out ...]\n`;
    return { exitCode: result.exitCode, output: head + cut + tail + (result.problem === undefined ? '' : `${result.problem}\n`) };
  };
}
