import { findExecution } from '../incidents/execution.ts';
import type { Execution } from '../incidents/execution.ts';
import type { Incident } from '../incidents/incident.ts';
import { addMs } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Subject } from '../people/access.ts';
import { applyClaimed } from './apply-claimed.ts';
import { readDocument } from './change-document.ts';
import { changeExecution } from './change-execution.ts';
import type { ExecutionDecision, ExecutionRef } from './change-execution.ts';
import { checkApply } from './check-apply.ts';
import type { ApplyFacts, ApplyVerdict } from './check-apply.ts';
import { approvalsOf } from './decide-vote.ts';
import type { ExecutionDeps } from './deps.ts';
import { entryOf, ourselves } from './entries.ts';
import { jobKey } from './job-key.ts';
import { heldBy, nowOf, taken } from './lease.ts';
import { lockTargets, unlockTargets } from './target-locks.ts';

const retryMs = 5000;

/** Applies in the background what was approved. Whoever begins it, and however often: only one process comes to send anything. */
export function workOnApply(deps: ExecutionDeps, ref: ExecutionRef): void {
  const { id, number } = ref;
  deps.background.start({ key: jobKey(ref), ending: 'in_peace', run: (stopping) => lockAndApply(deps, { id, number }, stopping) });
}

async function lockAndApply(deps: ExecutionDeps, ref: ExecutionRef, stopping: AbortSignal): Promise<void> {
  const incident = await deps.change.incidents.get(ref.id);
  const execution = findExecution(incident ?? {}, ref.number);
  if (incident === undefined || execution?.state !== 'approved') return;
  const facts = await lookAgain(deps, execution);
  const verdict = checkApply(deps.access, { execution, incident, now: nowOf(deps) }, facts);
  // Without a go-ahead the locks are not touched: another process may have found one, and has them under the same name.
  if (verdict.type !== 'apply') return holdUp(deps, ref, verdict);
  const rival = await lockTargets(deps, incident, execution);
  if (rival !== undefined) return holdUp(deps, ref, { type: 'wait', reason: `waits for ${rival}, which works on the same object` });
  const claim = await changeExecution(deps.change, ref, { decide: (present) => claimed(deps, present, facts) });
  if (claim.outcome === 'changed' && claim.execution.state === 'applying') {
    await applyClaimed(deps, { held: heldBy(ref, claim.execution), stopping });
  } else if (claim.execution.state !== 'applying') {
    // Nobody is about to apply it: another process that won the claim has the locks under the same name.
    await unlockTargets(deps, claim.execution);
  }
}

async function lookAgain(deps: ExecutionDeps, execution: Execution): Promise<ApplyFacts> {
  const document = await readDocument(deps.executions, execution.id);
  const requester = await deps.access.look(execution.requestedBy.id);
  const voters = new Map<string, Subject>();
  for (const { by } of approvalsOf(execution)) voters.set(by.id, await deps.access.look(by.id));
  const path = document.plan?.source.runbook.path;
  return { document, requester, voters, runbookDigest: path === undefined ? undefined : deps.runbooks.digestOf(path) };
}

type Present = { execution: Execution; incident: Incident; now: Instant };

function claimed(deps: ExecutionDeps, present: Present, facts: ApplyFacts): ExecutionDecision {
  const { execution, now } = present;
  if (execution.state !== 'approved') return notWaiting;
  const verdict = checkApply(deps.access, present, facts);
  if (verdict.type !== 'apply') return heldUp(present, verdict);
  return {
    type: 'change',
    set: { state: 'applying', finding: '', ...taken(deps, execution, now) },
    entries: [entryOf('mitigation_started', execution, { actor: ourselves, facts: { digest: execution.digest } })],
    reason: 'it is being applied',
  };
}

const notWaiting: ExecutionDecision = { type: 'nothing', reason: 'it is not waiting to be applied any more' };

type Obstacle = Exclude<ApplyVerdict, { type: 'apply' }>;

async function holdUp(deps: ExecutionDeps, ref: ExecutionRef, obstacle: Obstacle): Promise<void> {
  await changeExecution(deps.change, ref, { decide: (present) => heldUp(present, obstacle) });
}

/** What stands in the way ends it, or lets it wait until it expires. */
function heldUp({ execution, now }: Present, obstacle: Obstacle): ExecutionDecision {
  if (execution.state !== 'approved') return notWaiting;
  if (obstacle.type !== 'wait') return notApplied({ execution, now }, obstacle);
  const { reason } = obstacle;
  const { expiresAt } = execution;
  if (expiresAt === undefined || expiresAt <= now) return notApplied({ execution, now }, { type: 'expired', reason });
  const isKnown = execution.finding === reason;
  return { type: 'change', set: { finding: reason, dueAt: addMs(now, retryMs) }, entries: [], isQuiet: isKnown, reason };
}

function notApplied(
  { execution, now }: Pick<Present, 'execution' | 'now'>,
  verdict: Exclude<Obstacle, { type: 'wait' }>,
): ExecutionDecision {
  const { type, reason } = verdict;
  const kind = type === 'stale' ? 'mitigation_stale' : 'mitigation_expired';
  return {
    type: 'change',
    set: { state: type, finding: reason, endedAt: now, lease: undefined, dueAt: undefined },
    entries: [entryOf(kind, execution, { actor: ourselves, facts: { finding: reason }, tell: { broadcast: false } })],
    alsoRedraw: ['card'],
    reason,
  };
}
