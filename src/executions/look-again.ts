import { executionsOf, findExecution } from '../incidents/execution.ts';
import type { Execution } from '../incidents/execution.ts';
import { addMs } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { emptyOutput } from '../operations/deps.ts';
import type { ApplyReport, Reconciled } from '../operations/ports.ts';
import { withEntry } from './apply-claimed.ts';
import { changeDocument, readDocument } from './change-document.ts';
import { changeExecution } from './change-execution.ts';
import type { ExecutionDecision, ExecutionRef } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import type { ExecutionDocument } from './document.ts';
import { conclude, lookEveryMs } from './finish-apply.ts';
import { jobKey } from './job-key.ts';
import { lockTargets, unlockTargets } from './target-locks.ts';
import { verifyOnce } from './work-on-verification.ts';

/**
 * What nobody could look up when an apply ended is looked up once the server can be asked again; its checks are asked meanwhile. Sends nothing, and
 * stops when a look has told what there is to tell.
 */
export function workOnDoubt(deps: ExecutionDeps, { id, number }: ExecutionRef): void {
  const ref = { id, number };
  deps.background.start({
    key: jobKey(ref),
    ending: 'at_once',
    async run(stopping) {
      await verifyOnce(deps, ref, stopping);
      await lookOnce(deps, ref, stopping);
    },
  });
}

async function lookOnce(deps: ExecutionDeps, ref: ExecutionRef, stopping: AbortSignal): Promise<void> {
  const incident = await deps.change.incidents.get(ref.id);
  const execution = findExecution(incident ?? {}, ref.number);
  if (incident === undefined || execution === undefined || !isInDoubt(execution)) return;
  const document = await readDocument(deps.executions, execution.id);
  const { plan, journal } = document;
  if (plan === undefined) return;
  const found = await deps.operations.reconcile(plan, journal, { signal: stopping });
  if (stopping.aborted) return;
  if (found.wasBlind === true) {
    // Nobody else shall change the objects before it is known what happened to them.
    await lockTargets(deps, incident, execution);
    await changeExecution(deps.change, ref, { decide: ({ execution: present, now }) => postponed(present, now) });
    return;
  }
  await settle(deps, ref, { execution, document, found });
}

function isInDoubt({ state, lookUntil }: Execution): boolean {
  return state === 'unknown' && lookUntil !== undefined;
}

function postponed(execution: Execution, now: Instant): ExecutionDecision {
  const { lookUntil } = execution;
  if (!isInDoubt(execution) || lookUntil === undefined) return { type: 'nothing', reason: 'it is not in doubt any more' };
  const reason = 'nobody can look yet';
  if (lookUntil <= now) return { type: 'change', set: { lookUntil: undefined, dueAt: watchedAt(execution) }, entries: [], reason };
  return { type: 'change', set: { dueAt: addMs(now, lookEveryMs) }, entries: [], isQuiet: true, reason };
}

/** When its checks are due, if they are still asked. */
function watchedAt({ verification, dueAt }: Execution): Execution['dueAt'] {
  return verification?.state === 'watching' ? dueAt : undefined;
}

type Settling = { execution: Execution; document: ExecutionDocument; found: Reconciled };

async function settle(deps: ExecutionDeps, ref: ExecutionRef, { execution, document, found }: Settling): Promise<void> {
  const { state, finding } = found;
  const report: ApplyReport = { output: emptyOutput, calls: [], elapsedMs: 0, ...document.outcome, state, finding, wasBlind: false };
  const hold = { documentId: execution.id, token: execution.token };
  const whole = await changeDocument(deps.executions, hold, ({ journal, outcome }) => ({
    journal: found.journal.reduce(withEntry, journal),
    ...(outcome === undefined ? {} : { outcome: { ...outcome, state, finding, wasBlind: false } }),
  }));
  const settled = await changeExecution(deps.change, ref, {
    decide: ({ execution: present, incident, now }) => {
      if (!isInDoubt(present)) return { type: 'nothing', reason: 'it is not in doubt any more' };
      const kept = { lookUntil: undefined, endedAt: present.endedAt, verification: present.verification, dueAt: watchedAt(present) };
      // Once somebody has begun to take it back, what is there now says nothing about what was done.
      const isTakenBack = executionsOf(incident).some(({ undoOf }) => undoOf === ref.number);
      if (state === 'unknown' || isTakenBack) return { type: 'change', set: kept, entries: [], reason: 'looked at again' };
      const decision = conclude({ execution: present, now }, { document: whole, report, settings: deps.settings });
      return decision.type === 'change' ? { ...decision, set: { ...decision.set, ...kept } } : decision;
    },
  });
  if (settled.execution.state !== 'unknown') await unlockTargets(deps, settled.execution);
}
