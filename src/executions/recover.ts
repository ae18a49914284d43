import type { Execution, ExecutionState } from '../incidents/execution.ts';
import { emptyOutput } from '../operations/deps.ts';
import type { ApplyReport } from '../operations/ports.ts';
import { failedReport } from '../operations/run-step.ts';
import { withEntry } from './apply-claimed.ts';
import { changeDocument, readDocument, takeDocument } from './change-document.ts';
import { changeExecution } from './change-execution.ts';
import type { ChangedExecution, ExecutionDecision, ExecutionRef } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import type { ExecutionDocument } from './document.ts';
import { finishApply } from './finish-apply.ts';
import { giveBack, putBack } from './give-back.ts';
import { jobKey } from './job-key.ts';
import { heldBy, isAbandoned, taken, whileHeld } from './lease.ts';
import type { Held } from './lease.ts';
import { noPlan, workOnPlan } from './work-on-plan.ts';
import { finished, interruption } from './work-on-run.ts';

const maxPlanTries = 3;

/** Ends a run whose process is gone: with its result where that was stored, otherwise as interrupted. */
export async function recoverRun(deps: ExecutionDeps, ref: ExecutionRef, execution: Execution): Promise<void> {
  const { report } = await readDocument(deps.executions, execution.id);
  const found = report ?? failedReport(interruption);
  await changeExecution(deps.change, ref, {
    decide: ({ execution: present, now }) => {
      if (present.state !== 'running' || !isAbandoned(present, now)) return { type: 'nothing', reason: 'somebody works on it' };
      const decision = finished(present, found);
      return { ...decision, set: { ...decision.set, endedAt: now } };
    },
  });
}

/** Makes a plan anew whose maker is gone; after some tries it is not worth another. */
export async function recoverPlan(deps: ExecutionDeps, ref: ExecutionRef): Promise<void> {
  const claim = await takeOver(deps, ref, 'planning');
  if (claim.outcome === 'unchanged' || claim.execution.state !== 'planning') return;
  await takeDocument(deps.executions, heldBy(ref, claim.execution));
  workOnPlan(deps, ref.id, claim.execution);
}

/** Finds out what became of an apply whose process is gone. Sends nothing, unless it is certain that nothing was sent before. */
export function workOnRecovery(deps: ExecutionDeps, { id, number }: ExecutionRef): void {
  const ref = { id, number };
  deps.background.start({ key: jobKey(ref), ending: 'at_once', run: (stopping) => recoverApply(deps, ref, stopping) });
}

async function recoverApply(deps: ExecutionDeps, ref: ExecutionRef, stopping: AbortSignal): Promise<void> {
  const claim = await takeOver(deps, ref, 'applying');
  if (claim.outcome === 'unchanged') return;
  const held = heldBy(ref, claim.execution);
  // From here on the process before cannot write its journal any more, and therefore sends nothing.
  const document = await takeDocument(deps.executions, held);
  if (document.outcome === undefined && document.journal.length === 0) return putBack(deps, held);
  const report = document.outcome ?? (await reconcile(deps, { held, document, stopping }));
  if (report === undefined) return giveBack(deps, held);
  await finishApply(deps, held, report);
}

async function reconcile(
  deps: ExecutionDeps,
  { held, document, stopping }: { held: Held; document: ExecutionDocument; stopping: AbortSignal },
): Promise<ApplyReport | undefined> {
  const { plan, journal } = document;
  if (plan === undefined) return { ...unknownReport, finding: 'The plan is gone, so nobody can tell what happened.' };
  return whileHeld(deps, { held, stopping }, async ({ signal }) => {
    const found = await deps.operations.reconcile(plan, journal, { signal });
    if (signal.aborted) return undefined;
    const { journal: settled, ...looked } = found;
    const report = { ...unknownReport, ...looked };
    const whole = settled.reduce(withEntry, journal);
    await changeDocument(deps.executions, held, () => ({ journal: whole, outcome: { ...report, token: held.token } }));
    return report;
  });
}

const unknownReport: ApplyReport = { state: 'unknown', finding: '', output: emptyOutput, calls: [], elapsedMs: 0 };

async function takeOver(deps: ExecutionDeps, ref: ExecutionRef, state: ExecutionState): Promise<ChangedExecution> {
  return changeExecution(deps.change, ref, {
    decide: ({ execution, now }): ExecutionDecision => {
      if (execution.state !== state || !isAbandoned(execution, now)) return { type: 'nothing', reason: 'somebody works on it' };
      if (state === 'planning' && execution.token >= maxPlanTries) {
        return noPlan({ execution, now }, 'The plan could not be made: each try was interrupted. Ask again.');
      }
      return { type: 'change', set: taken(deps, execution, now), entries: [], isQuiet: true, reason: 'taken over' };
    },
  });
}
