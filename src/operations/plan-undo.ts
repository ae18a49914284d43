import type { Cluster } from '../doors/cluster.ts';
import type { ChangeOperation } from '../doors/operation.ts';
import { describeError } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { OperationsDeps } from './deps.ts';
import { emptyOutput } from './deps.ts';
import { uidOf } from './foundation.ts';
import { readLive } from './live.ts';
import { createPlanEffects } from './plan-effects.ts';
import { finishPlan } from './plan-step.ts';
import type { JournalEntry, Plan, PlannedOperation, PreviewFact } from './plan.ts';
import type { PlanReport } from './ports.ts';
import { latestOf } from './reconcile.ts';
import { touchedDigest, touchesAllOf, touchSame } from './touched.ts';
import { undoOf } from './undo/undo-of.ts';

/**
 * The inverse of what was done, last first, each tried as a dry run. What was never undoable, and what somebody changed since, stays as it is and is
 * told in the facts; refused when nothing is left.
 */
export async function planUndo(
  deps: OperationsDeps,
  request: { plan: Plan; journal: readonly JournalEntry[] },
  signal: AbortSignal,
): Promise<PlanReport> {
  const cluster = deps.clusters?.mutator;
  if (cluster === undefined) return refused('No Kubernetes cluster is configured.');
  const done = doneOf(request);
  if (done.length === 0) return refused('Nothing was done that could be undone.');
  const { effects, planned } = createPlanEffects(cluster);
  const left: { one: Done; reason: string }[] = [];
  for (const one of done.toReversed()) {
    const found = await inverseOf(one, { done, cluster: deps.clusters?.reader ?? cluster, signal });
    if (found.type === 'left') left.unshift({ one, reason: found.reason });
    if (found.type !== 'inverse') continue;
    try {
      await effects.change(found.operation, { signal, onOutput: () => undefined });
    } catch (error) {
      return refused(deps.redact(describeError(error)));
    }
  }
  if (planned.length === 0) return refused(deps.redact(left.map(leftWords).join(' ')));
  const { source } = request.plan;
  const undoSource = { ...source, title: `Undo: ${source.title}`, text: '', parameters: {} };
  const facts = left.map((each): PreviewFact => ({ weight: 'warning', rule: 'not-undone', text: leftWords(each) }));
  return { type: 'planned', plan: await finishPlan(deps, { source: undoSource, runs: 'operations', planned, facts, output: '', signal }) };
}

type Done = { planned: PlannedOperation; entry: JournalEntry };

function doneOf({ plan, journal }: { plan: Plan; journal: readonly JournalEntry[] }): readonly Done[] {
  const latest = latestOf(journal);
  return plan.operations.flatMap((planned, index) => {
    const entry = latest.get(index);
    return entry?.state === 'done' ? [{ planned, entry }] : [];
  });
}

/** `covered`: a later operation did more to the same content, and its inverse puts back what was there before both. */
type Inverse = { type: 'inverse'; operation: ChangeOperation } | { type: 'left'; reason: string } | { type: 'covered' };

async function inverseOf(one: Done, context: { done: readonly Done[]; cluster: Cluster; signal: AbortSignal }): Promise<Inverse> {
  const { operation } = one.planned;
  const undo = undoOf(operation, one.entry.after ?? null);
  if (undo.type === 'impossible') return { type: 'left', reason: undo.reason };
  if (operation.type !== 'change' || undo.operation.type !== 'change')
    return { type: 'left', reason: 'only changes to objects can be undone' };
  const later = laterOnSame(one, context.done);
  if (later.length > 0)
    return touchesAllOf(operation, later) ? { type: 'covered' } : { type: 'left', reason: 'a later part of it changed some of the same' };
  const { kind, name } = operation.target;
  try {
    const live = await readLive(context.cluster, operation, context.signal);
    if (live === undefined) return { type: 'left', reason: `${kind} ${name} is gone` };
    const reason = changedSince(operation, one.entry, live);
    return reason === undefined ? { type: 'inverse', operation: { ...undo.operation, before: live } } : { type: 'left', reason };
  } catch (error) {
    return { type: 'left', reason: describeError(error) };
  }
}

function laterOnSame(one: Done, done: readonly Done[]): readonly ChangeOperation[] {
  const operations = done.slice(done.indexOf(one) + 1).map(({ planned }) => planned.operation);
  return operations.filter((later) => later.type === 'change').filter((later) => touchSame(one.planned.operation, later));
}

function changedSince(operation: ChangeOperation, { after }: JournalEntry, live: Json): string | undefined {
  const { kind, name, uid } = operation.target;
  if (uidOf(live) !== uid) return `${kind} ${name} was deleted and made anew, so there is nothing to put back`;
  if (after === undefined || touchedDigest(operation, live) === touchedDigest(operation, after)) return undefined;
  return `${kind} ${name} was changed since, so putting the old state back would undo somebody else's work`;
}

function leftWords({ one, reason }: { one: Done; reason: string }): string {
  return `Cannot be undone: ${one.planned.words} (${reason}).`;
}

function refused(reason: string): PlanReport {
  return { type: 'failed', reason, output: emptyOutput };
}
