import { changeExecution } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import type { Held } from './lease.ts';

/** Nothing was sent, and by that process nothing can be any more: it waits to be applied again, as long as it is valid. */
export async function putBack(deps: ExecutionDeps, held: Held): Promise<void> {
  await changeExecution(deps.change, held.ref, {
    decide: ({ execution, now }) =>
      execution.state === 'applying' && execution.lease?.token === held.token
        ? { type: 'change', set: { state: 'approved', lease: undefined, dueAt: now }, entries: [], reason: 'nothing was sent yet' }
        : { type: 'nothing', reason: 'somebody else has it' },
  });
}

/** This process stops before it found out what became of an apply: the next one need not wait for the lease to lapse. */
export async function giveBack(deps: ExecutionDeps, held: Held): Promise<void> {
  await changeExecution(deps.change, held.ref, {
    decide: ({ execution, now }) =>
      execution.state === 'applying' && execution.lease?.token === held.token
        ? { type: 'change', set: { lease: undefined, dueAt: now }, entries: [], isQuiet: true, reason: 'given back' }
        : { type: 'nothing', reason: 'somebody else has it' },
  });
}
