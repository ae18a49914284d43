import { describeError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Json } from '../kernel/json.ts';
import type { OperationsDeps } from './deps.ts';
import { short } from './finding.ts';
import { uidOf } from './foundation.ts';
import { readLive } from './live.ts';
import { withVolatile } from './normal-form.ts';
import type { JournalEntry, Plan, PlannedOperation } from './plan.ts';
import { touchedDigest } from './touched.ts';

type Reconciled = { state: 'applied' | 'failed' | 'unknown'; journal: readonly JournalEntry[]; finding: string };
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
  for (const [index, planned] of request.plan.operations.entries()) {
    const entry = latest.get(index);
    if (entry === undefined || (entry.state !== 'sent' && entry.state !== 'unknown')) continue;
    const sent = request.journal.findLast((one) => one.index === index && one.state === 'sent')?.volatile;
    const looked = await look(deps, { planned, ...(sent === undefined ? {} : { sent }) }, signal);
    settled.push({ index, at: toInstant(deps.clock.now()), ...looked });
  }
  const after = latestOf([...request.journal, ...settled]);
  const states = request.plan.operations.map((_, index) => after.get(index)?.state);
  const doneCount = states.filter((state) => state === 'done').length;
  const state = states.includes('unknown') ? 'unknown' : doneCount === states.length ? 'applied' : 'failed';
  const words = settled.map(({ index, message }) => `${request.plan.operations[index]?.words ?? ''}: ${message ?? 'done'}`);
  return { state, journal: settled, finding: short(deps.redact([`${doneCount} of ${states.length} done.`, ...words].join(' '))) };
}

/** The last thing that is known of each operation. */
export function latestOf(journal: readonly JournalEntry[]): ReadonlyMap<number, JournalEntry> {
  return new Map(journal.map((entry) => [entry.index, entry]));
}

const secondLookMs = 2000;

async function look(
  deps: OperationsDeps,
  { planned, sent }: { planned: PlannedOperation; sent?: readonly string[] },
  signal: AbortSignal,
): Promise<Looked> {
  const { operation } = planned;
  if (operation.type !== 'change') return { state: 'unknown', message: 'nobody knows whether it ran; look before you repeat it' };
  if (deps.clusters === undefined) return { state: 'unknown', message: 'no Kubernetes cluster is configured' };
  try {
    const first = judge(planned, await readLive(deps.clusters.reader, operation, signal), sent ?? []);
    if (first.state !== 'refused') return first;
    // What was sent just now may still be under way: "not done" is believed at the second look.
    await deps.clock.sleep(secondLookMs, signal);
    return judge(planned, await readLive(deps.clusters.reader, operation, signal), sent ?? []);
  } catch (error) {
    return { state: 'unknown', message: deps.redact(describeError(error)) };
  }
}

function judge({ operation, foundation, dryRun }: PlannedOperation, live: Json | undefined, sent: readonly string[]): Looked {
  if (operation.type !== 'change') return { state: 'unknown' };
  const isGone = live === undefined || uidOf(live) !== operation.target.uid;
  if (operation.request.method === 'DELETE') {
    return isGone ? { state: 'done', message: 'found done by looking' } : { state: 'refused', message: 'the object is still there' };
  }
  if (isGone) return { state: 'unknown', message: 'the object is gone' };
  const now = touchedDigest(operation, live);
  const wanted = dryRun.type === 'accepted' ? touchedDigest(operation, withVolatile(dryRun.after, operation.volatile, sent)) : undefined;
  if (now === wanted) return { state: 'done', message: 'found done by looking', after: live };
  if (now === foundation?.touched) return { state: 'refused', message: 'found not done by looking' };
  return { state: 'unknown', message: 'the object is neither as before nor as planned' };
}
