import { findExecution, hasEnded } from '../incidents/execution.ts';
import type { Execution, ExecutionId } from '../incidents/execution.ts';
import type { Progress } from '../interpreter/script.ts';
import { describeError } from '../kernel/errors.ts';
import { addMs, toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { changeDocument } from './change-document.ts';
import { changeExecution } from './change-execution.ts';
import type { ExecutionRef } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';

/** How long a process may be silent before others take its work over. */
const leaseMs = 30_000;
const renewEveryMs = 10_000;
/** Edits of messages are a budget that all incidents share. */
const showEveryMs = 3000;
const clockMarginMs = 5000;
const shownCharacters = 4000;

/** What a process works on, under which token. */
export type Held = { ref: ExecutionRef; documentId: ExecutionId; token: number };

/** The fields of an execution that this process takes up at `now`. */
export function taken(
  deps: ExecutionDeps,
  execution: { token: number },
  now: Instant,
): Required<Pick<Execution, 'lease' | 'token' | 'dueAt'>> {
  const until = addMs(now, leaseMs);
  const token = execution.token + 1;
  return { lease: { owner: deps.owner, token, until }, token, dueAt: until };
}

export function heldBy(ref: ExecutionRef, execution: Execution): Held {
  return { ref, documentId: execution.id, token: execution.token };
}

/** Whether this process still is the one that works on it. */
export function isMine(deps: ExecutionDeps, held: Held, execution: Execution): boolean {
  return execution.lease?.owner === deps.owner && execution.lease.token === held.token && !hasEnded(execution);
}

/** Whether nobody works on it any more. */
export function isAbandoned(execution: Execution, now: Instant): boolean {
  return execution.lease === undefined || execution.lease.until <= now;
}

/** How the work learns that it shall end, and tells how far it is. */
export type Hold = {
  signal: AbortSignal;
  show: (progress: Progress) => void;
  /** False as soon as another process may have taken over, with some margin for clocks that differ. */
  isSafe: () => boolean;
};

/**
 * Works on an execution while renewing its lease and showing its progress. The signal is raised when the process stops, when the lease is lost
 * (another process took over, or a person cancelled it), and when it could not be renewed in time.
 */
export async function whileHeld<T>(
  deps: ExecutionDeps,
  context: { held: Held; stopping: AbortSignal; beat?: () => Promise<void> },
  work: (hold: Hold) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const done = new AbortController();
  let latest: Progress | undefined;
  const { clock } = deps.change;
  const renewal = { at: clock.now().getTime() };
  const beating = beat(deps, { ...context, lost, done: done.signal, renewal, progress: () => latest });
  try {
    return await work({
      signal: AbortSignal.any([lost.signal, context.stopping]),
      show: (progress) => {
        latest = progress;
      },
      isSafe: () => !lost.signal.aborted && clock.now().getTime() - renewal.at < leaseMs - clockMarginMs,
    });
  } finally {
    done.abort();
    await beating;
  }
}

type Beating = {
  held: Held;
  beat?: () => Promise<void>;
  lost: AbortController;
  done: AbortSignal;
  /** When the lease was last known to be ours; the time before the request counts. */
  renewal: { at: number };
  progress: () => Progress | undefined;
};

async function beat(deps: ExecutionDeps, beating: Beating): Promise<void> {
  const { clock } = deps.change;
  let shown: Progress | undefined;
  for (;;) {
    await clock.sleep(showEveryMs, beating.done);
    if (beating.done.aborted || beating.lost.signal.aborted) return;
    try {
      if (!(await beatOnce(deps, beating, shown))) return beating.lost.abort();
      shown = beating.progress();
    } catch (error) {
      deps.log.warn({ execution: beating.held.ref.number, error: describeError(error) }, 'a lease could not be renewed');
      if (clock.now().getTime() - beating.renewal.at >= leaseMs - clockMarginMs) return beating.lost.abort();
    }
  }
}

/** Resolves with whether the lease is still ours. Without news it is only renewed now and then. */
async function beatOnce(deps: ExecutionDeps, beating: Beating, shown: Progress | undefined): Promise<boolean> {
  const { held, renewal } = beating;
  const progress = beating.progress();
  const at = deps.change.clock.now().getTime();
  const isLate = at - renewal.at >= renewEveryMs;
  if (progress !== shown && progress !== undefined) await storeProgress(deps, held, progress);
  else if (!isLate) return isStillMine(deps, held);
  if (isLate) await beating.beat?.();
  const isOurs = await renew(deps, held);
  if (isOurs) renewal.at = at;
  return isOurs;
}

async function storeProgress(deps: ExecutionDeps, held: Held, progress: Progress): Promise<void> {
  await changeDocument(deps.executions, held, () => ({ progress: { ...progress, stdout: progress.stdout.slice(-shownCharacters) } }));
}

/** Between renewals too, so that what a person cancelled ends soon. */
async function isStillMine(deps: ExecutionDeps, held: Held): Promise<boolean> {
  const execution = findExecution((await deps.change.incidents.get(held.ref.id)) ?? {}, held.ref.number);
  return execution !== undefined && isMine(deps, held, execution);
}

async function renew(deps: ExecutionDeps, held: Held): Promise<boolean> {
  const renewed = await changeExecution(deps.change, held.ref, {
    decide: ({ execution, now }) => {
      if (!isMine(deps, held, execution)) return { type: 'nothing', reason: 'another process has it' };
      const until = addMs(now, leaseMs);
      return {
        type: 'change',
        set: { lease: { owner: deps.owner, token: held.token, until }, dueAt: until },
        entries: [],
        reason: 'renewed',
      };
    },
  });
  return renewed.outcome === 'changed';
}

/** What time it is, as documents say it. */
export function nowOf(deps: ExecutionDeps): Instant {
  return toInstant(deps.change.clock.now());
}
