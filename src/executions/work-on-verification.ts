import type { Execution, VerificationSummary } from '../incidents/execution.ts';
import { addMs } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { changeDocument, readDocument } from './change-document.ts';
import type { DocumentHold } from './change-document.ts';
import { changeExecution } from './change-execution.ts';
import type { ExecutionDecision, ExecutionRef } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import type { ExecutionDocument } from './document.ts';
import { entryOf, ourselves } from './entries.ts';
import { jobKey } from './job-key.ts';
import { nowOf } from './lease.ts';
import { compareRounds, isSteady, overall } from './verdict.ts';
import type { Compared } from './verdict.ts';

/** Asks the checks of something that was applied once more, and says what has become of it. */
export function workOnVerification(deps: ExecutionDeps, ref: ExecutionRef): void {
  const { id, number } = ref;
  deps.background.start({ key: jobKey(ref), ending: 'at_once', run: (stopping) => verifyOnce(deps, { id, number }, stopping) });
}

/** One round of that. */
export async function verifyOnce(deps: ExecutionDeps, ref: ExecutionRef, stopping: AbortSignal): Promise<void> {
  const claim = await changeExecution(deps.change, ref, {
    decide: ({ execution, now }) => {
      const isDue = execution.verification?.state === 'watching' && execution.dueAt !== undefined && execution.dueAt <= now;
      if (!isDue) return { type: 'nothing', reason: 'not due' };
      return { type: 'change', set: { dueAt: addMs(now, deps.settings.verifyEveryMs) }, entries: [], isQuiet: true, reason: 'claimed' };
    },
  });
  if (claim.outcome === 'unchanged') return;
  const hold: DocumentHold = { documentId: claim.execution.id, token: claim.execution.token };
  const { checks } = await readDocument(deps.executions, hold.documentId);
  const readings = await deps.operations.verify(checks, { signal: stopping });
  // What was cut off by a restart says nothing about the cluster.
  if (stopping.aborted) return;
  const at = nowOf(deps);
  const document = await changeDocument(deps.executions, hold, ({ rounds }) => ({ rounds: [...rounds, { at, readings }] }));
  await changeExecution(deps.change, ref, { decide: (present) => judged(present, document) });
}

function judged({ execution, now }: { execution: Execution; now: Instant }, document: ExecutionDocument): ExecutionDecision {
  const { verification } = execution;
  if (verification?.state !== 'watching') return { type: 'nothing', reason: 'it is not watched any more' };
  const { checks, baseline, rounds } = document;
  const compared = compareRounds(checks, baseline, rounds.at(-1));
  const verdict = overall(compared);
  const isOver = now >= verification.until || isSteady(checks, baseline, rounds);
  const next: VerificationSummary = {
    state: isOver ? 'finished' : 'watching',
    verdict,
    rounds: rounds.length,
    until: verification.until,
    ...shownOf(compared),
  };
  const isNews = isOver || verdict !== verification.verdict || next.after !== verification.after;
  return {
    type: 'change',
    set: { verification: next, ...(isOver ? { dueAt: undefined } : {}) },
    entries: isOver
      ? [entryOf('verification', execution, { actor: ourselves, facts: factsOf(next, compared), tell: { broadcast: false } })]
      : [],
    alsoRedraw: isOver ? ['card'] : [],
    isQuiet: !isNews,
    reason: `verified: ${verdict}`,
  };
}

/** The first check that gave numbers stands for all in a line. */
function shownOf(compared: readonly Compared[]): Partial<Pick<VerificationSummary, 'check' | 'before' | 'after'>> {
  const shown = compared.find(({ before, after }) => before !== undefined && after !== undefined);
  return shown?.before === undefined || shown.after === undefined ? {} : { check: shown.title, before: shown.before, after: shown.after };
}

function factsOf({ verdict, rounds }: VerificationSummary, compared: readonly Compared[]) {
  const checks = compared.map(({ title, before, after, problem }) => ({
    title,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(problem === undefined ? {} : { problem }),
  }));
  return { verdict, rounds, checks };
}
