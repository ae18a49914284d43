import type { Cluster, ClusterAnswer, ExecOutcome } from '../doors/cluster.ts';
import type { HttpAnswer, HttpTargets } from '../doors/http-targets.ts';
import type { Operation } from '../doors/operation.ts';
import type { Effects } from '../doors/session.ts';
import type { Clock } from '../kernel/clock.ts';
import { TocsinError, describeError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import { readBody, statusMessage } from './answer.ts';
import { isSameOperation } from './normal-form.ts';
import type { JournalEntry, Plan } from './plan.ts';
import type { Journal } from './ports.ts';
import { touchedDigest, touchSame } from './touched.ts';

export type PermitDeps = { cluster: Cluster | undefined; http: HttpTargets; clock: Clock; journal: Journal };

/** What was sent so far, and why nothing more will be. */
export type PermitState = { entries: readonly JournalEntry[]; stopped?: { why: 'drifted' | 'failed' | 'unknown'; reason: string } };

export type Permit = { effects: Effects; state(): PermitState };

type Settled = Pick<JournalEntry, 'state' | 'message' | 'after'>;

/**
 * Lets through exactly the operations of an approved plan, each once and in their order, each written down before it is sent and after its
 * answer. The first that differs, is refused or stays without an answer is the last.
 */
export function createPermit(plan: Plan, deps: PermitDeps): Permit {
  const { journal, clock } = deps;
  const entries: JournalEntry[] = [];
  let next = 0;
  let stopped: PermitState['stopped'];

  const stop = (why: NonNullable<PermitState['stopped']>['why'], reason: string) => {
    stopped ??= { why, reason };
    return new TocsinError('precondition', reason);
  };

  async function note(entry: Omit<JournalEntry, 'at'>): Promise<void> {
    const dated = { ...entry, at: toInstant(clock.now()) };
    try {
      await journal.record(dated);
    } catch (error) {
      stop(entry.state === 'sent' ? 'failed' : 'unknown', `This could not be written down: ${describeError(error)}`);
      throw error;
    }
    entries.push(dated);
  }

  async function send<T>(operation: Operation, carry: () => Promise<T>, settle: (answer: T) => Settled): Promise<T> {
    const index = admit(operation);
    // With every word that leaves a doubt goes what was really sent: the journal may keep only the latest.
    const volatile = operation.type === 'change' && operation.volatile.length > 0 ? { volatile: operation.volatile } : {};
    await note({ index, state: 'sent', ...volatile });
    let settled: Settled;
    let answer: T;
    try {
      answer = await carry();
      settled = settle(answer);
    } catch (error) {
      const nothingSent = error instanceof TocsinError && error.code === 'unavailable';
      await note({ index, state: nothingSent ? 'refused' : 'unknown', message: describeError(error), ...volatile });
      stop(nothingSent ? 'failed' : 'unknown', describeError(error));
      throw error;
    }
    await note({ index, ...settled, ...(settled.state === 'unknown' ? volatile : {}) });
    if (settled.state !== 'done') stop(settled.state === 'unknown' ? 'unknown' : 'failed', settled.message ?? 'refused');
    return answer;
  }

  function admit(operation: Operation): number {
    if (stopped !== undefined) throw new TocsinError('precondition', `Nothing more is sent: ${stopped.reason}`);
    const planned = plan.operations[next];
    const why = next === 0 ? 'drifted' : 'failed';
    if (planned === undefined) throw stop(why, 'This was not in the plan that was approved.');
    if (!isSameOperation(planned.operation, operation)) throw stop(why, `This differs from what was approved: ${planned.words}.`);
    if (hasDrifted(plan, next, operation)) throw stop(why, `Somebody changed it after the plan was made: ${planned.words}.`);
    next += 1;
    return next - 1;
  }

  const effects: Effects = {
    change: (operation, { signal }) => send(operation, () => changed(deps.cluster, operation.request, signal), settleAnswer),
    exec: (operation, { signal, onOutput }) =>
      send(
        operation,
        () => {
          const { pod, container, argv, stdin } = operation;
          if (deps.cluster === undefined) throw new TocsinError('unavailable', 'No Kubernetes cluster is configured.');
          return deps.cluster.exec({
            namespace: pod.namespace ?? '',
            pod: pod.name,
            container,
            argv,
            signal,
            onOutput,
            ...(stdin === undefined ? {} : { stdin }),
          });
        },
        settleExec,
      ),
    http: (operation, { signal }) => send(operation, () => requested(deps.http, operation, signal), settleHttp),
  };
  return {
    effects,
    state: () => ({ entries, ...(stopped === undefined ? {} : { stopped }) }),
  };
}

/** What an earlier operation of the same plan has just changed is no drift. */
function hasDrifted(plan: Plan, index: number, operation: Operation): boolean {
  const planned = plan.operations[index];
  if (operation.type !== 'change' || planned?.foundation === undefined) return false;
  const isOurs = plan.operations.slice(0, index).some(({ operation: earlier }) => touchSame(earlier, operation));
  return !isOurs && touchedDigest(operation, operation.before) !== planned.foundation.touched;
}

function changed(
  cluster: Cluster | undefined,
  { method, path, query, contentType, body }: Extract<Operation, { type: 'change' }>['request'],
  signal: AbortSignal,
): Promise<ClusterAnswer> {
  if (cluster === undefined) throw new TocsinError('unavailable', 'No Kubernetes cluster is configured.');
  return cluster.request({
    method,
    path,
    query,
    signal,
    ...(contentType === undefined ? {} : { contentType }),
    ...(body === undefined ? {} : { body }),
  });
}

const httpTimeoutMs = 30_000;
const httpMaxBytes = 1024 * 1024;

/** The address was allowed when the plan was made; its name may lead elsewhere by now. */
async function requested(http: HttpTargets, operation: Extract<Operation, { type: 'http' }>, signal: AbortSignal): Promise<HttpAnswer> {
  const { method, url, headers, body } = operation;
  const refusal = await http.refusal(new URL(url));
  if (refusal !== undefined) return { type: 'failed', exitCode: 7, message: refusal, wasSent: false };
  const limits = { timeoutMs: httpTimeoutMs, maxBytes: httpMaxBytes };
  return http.request({ method, url: new URL(url), headers, signal, ...limits, ...(body === undefined ? {} : { body }) });
}

function settleAnswer(answer: ClusterAnswer): Settled {
  if (answer.status < 300) return { state: 'done', after: readBody(answer.body) };
  // A server that failed may have failed after it stored the change.
  return { state: answer.status >= 500 ? 'unknown' : 'refused', message: statusMessage(answer) };
}

function settleExec(outcome: ExecOutcome): Settled {
  switch (outcome.type) {
    case 'exited':
      return { state: 'done', message: `exit status ${outcome.exitCode}` };
    case 'failed':
    case 'refused':
      return { state: 'refused', message: outcome.message };
    case 'lost':
      return { state: 'unknown', message: outcome.reason };
  }
}

function settleHttp(answer: HttpAnswer): Settled {
  if (answer.type === 'answered') {
    const message = `HTTP ${answer.status} ${answer.statusText}`.trim();
    if (answer.status < 400) return { state: 'done', message };
    return { state: answer.status >= 500 ? 'unknown' : 'refused', message };
  }
  return { state: answer.wasSent ? 'unknown' : 'refused', message: answer.message };
}
