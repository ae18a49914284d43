import { executionsOf } from '../incidents/execution.ts';
import type { Execution } from '../incidents/execution.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Instant } from '../kernel/instant.ts';
import { changeExecution } from './change-execution.ts';
import type { ExecutionDecision, ExecutionRef } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import { entryOf, ourselves } from './entries.ts';
import { nowOf } from './lease.ts';
import { workOnDoubt } from './look-again.ts';
import { recoverPlan, recoverRun, workOnRecovery } from './recover.ts';
import { workOnApply } from './work-on-apply.ts';
import { workOnVerification } from './work-on-verification.ts';

/**
 * Looks after the executions of an incident that are due: what a dead process left behind is taken up, what nobody approved expires, what is
 * approved is applied, what was applied is verified. Quick: longer work goes to the background. Any process may do it, any number of times.
 */
export async function attendExecutions(deps: ExecutionDeps, incident: Incident): Promise<void> {
  const now = nowOf(deps);
  for (const execution of executionsOf(incident)) {
    if (execution.dueAt !== undefined && execution.dueAt <= now)
      await attend(deps, { id: incident.id, number: execution.number }, execution);
  }
}

async function attend(deps: ExecutionDeps, ref: ExecutionRef, execution: Execution): Promise<void> {
  switch (execution.state) {
    case 'running':
      return recoverRun(deps, ref, execution);
    case 'planning':
      return recoverPlan(deps, ref);
    case 'proposed':
      return void (await changeExecution(deps.change, ref, { decide: waited }));
    case 'approved':
      return workOnApply(deps, ref);
    case 'applying':
      return workOnRecovery(deps, ref);
    case 'unknown':
      return workOnDoubt(deps, ref);
    default:
      return workOnVerification(deps, ref);
  }
}

/** A proposal that nobody decided in time is over; one that waited long enough shows that its requester may go on alone. */
function waited({ execution, now }: { execution: Execution; now: Instant }): ExecutionDecision {
  const { state, expiresAt, dueAt } = execution;
  if (state !== 'proposed' || dueAt === undefined || dueAt > now) return { type: 'nothing', reason: 'not due' };
  if (expiresAt !== undefined && expiresAt > now) {
    return { type: 'change', set: { dueAt: expiresAt }, entries: [], reason: 'the glass may be broken' };
  }
  const finding = 'nobody decided in time';
  return {
    type: 'change',
    set: { state: 'expired', finding, endedAt: now, dueAt: undefined },
    entries: [entryOf('mitigation_expired', execution, { actor: ourselves, facts: { finding }, tell: { broadcast: false } })],
    alsoRedraw: ['card'],
    reason: 'expired',
  };
}
