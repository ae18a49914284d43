import type { Execution } from '../incidents/execution.ts';
import { nameOf } from '../incidents/incident.ts';
import type { Incident } from '../incidents/incident.ts';
import { addMs } from '../kernel/instant.ts';
import type { ExecutionDeps } from './deps.ts';
import { nowOf } from './lease.ts';

/** Renewed while it is applied; after a crash it keeps others away until somebody has found out what happened, or this time is over. */
const lockMs = 5 * 60_000;

/** Locks every object that the plan changes, in one order for all. Resolves with who stands in the way, or undefined when all are ours. */
export async function lockTargets(
  deps: ExecutionDeps,
  incident: Pick<Incident, 'number'>,
  execution: Execution,
): Promise<string | undefined> {
  const label = `${nameOf(incident)} #${execution.number}`;
  const taken: string[] = [];
  for (const key of [...execution.targets].sort()) {
    const now = nowOf(deps);
    const held = await deps.locks.lock({ key, holder: execution.id, label, until: addMs(now, lockMs), now });
    if (held.holder !== execution.id) {
      await unlockKeys(deps, execution, taken);
      return held.label;
    }
    taken.push(key);
  }
  return undefined;
}

export async function unlockTargets(deps: ExecutionDeps, execution: Execution): Promise<void> {
  await unlockKeys(deps, execution, execution.targets);
}

async function unlockKeys(deps: ExecutionDeps, execution: Execution, keys: readonly string[]): Promise<void> {
  for (const key of keys) await deps.locks.unlock(key, execution.id);
}
