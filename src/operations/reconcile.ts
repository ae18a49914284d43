import { describeError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Json } from '../kernel/json.ts';
import type { OperationsDeps } from './deps.ts';
import { short } from './finding.ts';
import { uidOf } from './foundation.ts';
import { readLive } from './live.ts';
import { withVolatile } from './normal-form.ts';
import type { JournalEntry, Plan, PlannedOperation } from './plan.ts';
import type { Reconciled } from './ports.ts';
import { touchedDigest } from './touched.ts';
import { contentAt } from './undo/tree.ts';

type Looked = Pick<JournalEntry, 'state' | 'message' | 'after'>;

/**
 * Finds out by reading what became of operations that were sent and never answered. What a command in a container or a web request did stays
 * unknown: there is nothing to read it from.
 */
export async function reconcilePlan(
  deps: OperationsDeps,
  request: { plan: Plan; journal: readonly JournalEntry[] },
  signal: AbortSignal,
): Promise<Reconciled> {
  const latest = latestOf(request.journal);
  const settled: JournalEntry[] = [];
  let wasBlind = false;
  for (const [index, planned] of request.plan.operations.entries()) {
    const entry = latest.get(index);
    if (entry === undefined || (entry.state !== 'sent' && entry.state !== 'unknown')) continue;
    const { isBlind, ...looked } = await look(deps, { planned, sent: entry.volatile ?? [] }, signal);
    wasBlind ||= isBlind === true;
    settled.push({ index, at: toInstant(deps.clock.now()), ...looked, ...(looked.state === 'unknown' ? volatileOf(entry) : {}) });
  }
  const after = latestOf([...request.journal, ...settled]);
  const states = request.plan.operations.map((_, index) => after.get(index)?.state);
  const doneCount = states.filter((state) => state === 'done').length;
  const state = states.includes('unknown') ? 'unknown' : doneCount === states.length ? 'applied' : 'failed';
  const words = settled.map(({ index, message }) => `${request.plan.operations[index]?.words ?? ''}: ${message ?? 'done'}`);
  return {
    state,
    journal: settled,
    ...(state === 'unknown' && wasBlind ? { wasBlind } : {}),
    finding: short(deps.redact([`${doneCount} of ${states.length} done.`, ...words].join(' '))),
  };
}

/** Goes along with a doubt, so that a later look knows what was really sent. */
function volatileOf({ volatile }: JournalEntry): Pick<JournalEntry, 'volatile'> {
  return volatile === undefined ? {} : { volatile };
}

/** The last thing that is known of each operation. */
export function latestOf(journal: readonly JournalEntry[]): ReadonlyMap<number, JournalEntry> {
  return new Map(journal.map((entry) => [entry.index, entry]));
}

const secondLookMs = 2000;

async function look(
  deps: OperationsDeps,
  { planned, sent }: { planned: PlannedOperation; sent: readonly string[] },
  signal: AbortSignal,
): Promise<Looked & { isBlind?: boolean }> {
  const { operation } = planned;
  if (operation.type !== 'change') return { state: 'unknown', message: 'nobody knows whether it ran; look before you repeat it' };
  if (deps.clusters === undefined) return { state: 'unknown', message: 'no Kubernetes cluster is configured' };
  try {
    const first = judge(planned, await readLive(deps.clusters.reader, operation, signal), sent);
    if (first.state !== 'refused') return first;
    // What was sent just now may still be under way: "not done" is believed at the second look.
    await deps.clock.sleep(secondLookMs, signal);
    return judge(planned, await readLive(deps.clusters.reader, operation, signal), sent);
  } catch (error) {
    return { state: 'unknown', message: deps.redact(describeError(error)), isBlind: true };
  }
}

function judge({ operation, foundation, dryRun }: PlannedOperation, live: Json | undefined, sent: readonly string[]): Looked {
  if (operation.type !== 'change') return { state: 'unknown' };
  const isGone = live === undefined || uidOf(live) !== operation.target.uid;
  if (operation.request.method === 'DELETE' || operation.subresource === 'eviction') {
    // Kubernetes: an object that was deleted stays, marked, until its grace period and its finalizers are over.
    const [markBefore, mark] = [operation.before, live].map((object) => contentAt(object, ['metadata', 'deletionTimestamp']));
    return isGone || mark !== markBefore
      ? { state: 'done', message: 'found done by looking' }
      : { state: 'refused', message: 'the object is still there' };
  }
  if (isGone) return { state: 'unknown', message: 'the object is gone' };
  const now = touchedDigest(operation, live);
  const wanted = dryRun.type === 'accepted' ? touchedDigest(operation, withVolatile(dryRun.after, operation.volatile, sent)) : undefined;
  if (now === wanted) return { state: 'done', message: 'found done by looking', after: live };
  if (now === foundation?.touched) return { state: 'refused', message: 'found not done by looking' };
  return { state: 'unknown', message: 'the object is neither as before nor as planned' };
}
