import { addMs, msBetween, toInstant } from '../../kernel/instant.ts';
import { shortLine } from '../route.ts';
import { actUpon } from './act.ts';
import { learn } from './learn.ts';
import { merge } from './merge.ts';
import type { Look } from './merge.ts';
import type { AlertmanagerSource, AlertmanagerView, FiringAlert, FiringStore } from './ports.ts';
import { markQuietAlerts } from './quiet.ts';
import { firstReconciliation } from './reconciliation.ts';
import type { LastRound, Reconciliation } from './reconciliation.ts';
import type { ReconcileOptions } from './round.ts';
import { interrupted, suspectsOf } from './suspects.ts';

const everyMs = 60_000;
/** A due time further ahead than this was written by a clock that was wrong. */
const farMs = 10 * everyMs;
/** While deliveries wait for longer than this, what fires here is not yet what was reported. */
const behindMs = 30_000;
const page = 200;

/**
 * Compares once a minute what fires in Alertmanager with what fires here, and stores what no webhook told as deliveries of its own. The return
 * value of `work` is for `startLoop`. Of many processes one does each round: the one that moves the due time on.
 */
export function createReconciler(options: ReconcileOptions): { work(signal: AbortSignal): Promise<number> } {
  const { store, clock, log, metrics } = options;
  const now = () => toInstant(clock.now());

  async function claim(): Promise<Reconciliation | number> {
    const before = (await store.reconciliation.get()) ?? firstReconciliation(now());
    const waitMs = msBetween(now(), before.dueAt);
    if (waitMs > 0 && waitMs <= farMs) return waitMs;
    const claimed = { ...before, version: before.version + 1, dueAt: addMs(now(), everyMs) };
    return (await store.reconciliation.put(claimed, before.version)) ? claimed : everyMs;
  }

  async function round(claimed: Reconciliation, signal: AbortSignal): Promise<Reconciliation | undefined> {
    const startedAt = now();
    const ended = (lastRound: Omit<LastRound, 'at'>, set: Partial<Reconciliation>) => finish(claimed, { ...lastRound, at: startedAt }, set);
    const oldest = await store.deliveries.oldestWaiting();
    if (oldest !== undefined && msBetween(oldest, startedAt) > behindMs) return ended({ outcome: 'behind', problem: '' }, {});
    const views = await Promise.all(options.sources.map(async (source) => ({ source, view: await source.look(signal) })));
    if (signal.aborted) return undefined;
    for (const { source, view } of views) metrics.answered(source.name, view.type === 'seen');
    const problem = problemsOf(views);
    const seen = views.flatMap(({ view }) => (view.type === 'seen' ? [view] : []));
    if (seen.length === 0) return ended({ outcome: 'failed', problem }, { suspects: broken(claimed) });
    const isComplete = seen.length === views.length && seen.every(({ isSettled }) => isSettled);
    const look: Look = { now: startedAt, isComplete, known: withoutLeftOut(merge(seen), options), here: await firingHere(store.firing) };
    const learned = { ...claimed, ...learn(claimed, look) };
    const suspects = suspectsOf(learned, look, options.policy);
    const at = { options, claimed: learned, now: startedAt, signal };
    const told = await actUpon(at, look, suspects);
    const quiet = await markQuietAlerts(at, look);
    return ended(
      { outcome: isComplete ? 'complete' : 'partial', problem },
      { receivers: learned.receivers, senders: learned.senders, suspects: told, quiet },
    );
  }

  function finish(claimed: Reconciliation, lastRound: LastRound, set: Partial<Reconciliation>): Reconciliation {
    const whole = lastRound.outcome === 'complete' ? { lastCompleteAt: lastRound.at } : {};
    return { ...claimed, ...set, ...whole, lastRound, version: claimed.version + 1 };
  }

  return {
    async work(signal) {
      const claimed = await claim();
      if (typeof claimed === 'number') return claimed;
      const next = await round(claimed, signal);
      if (next?.lastRound === undefined) return 0;
      const { outcome, problem } = next.lastRound;
      metrics.round(outcome);
      if (problem !== '') log.warn({ outcome, problem }, 'alertmanager could not be asked, or has not run for long enough');
      // Whoever was overtaken has acted on what was true then, and what it remembers is not needed.
      if (!(await store.reconciliation.put(next, claimed.version))) log.info({ outcome }, 'another process has begun the next comparison');
      return Math.max(0, msBetween(now(), next.dueAt));
    },
  };
}

function broken({ suspects }: Reconciliation): Reconciliation['suspects'] {
  return [...suspects.filter(({ kind }) => kind === 'unseen'), ...interrupted(suspects)];
}

function problemsOf(views: readonly { source: AlertmanagerSource; view: AlertmanagerView }[]): string {
  const texts = views.flatMap(({ source: { name }, view }) => {
    if (view.type === 'failed') return [`${name}: ${view.reason}`];
    return view.isSettled ? [] : [`${name}: started a short time ago`];
  });
  return shortLine(texts.join('; '), 500);
}

function withoutLeftOut(known: Look['known'], { isLeftOut }: ReconcileOptions): Look['known'] {
  return new Map([...known].filter(([, { event }]) => !isLeftOut(event.labels)));
}

/** Page by page, with time for others in between. */
async function firingHere(firing: FiringStore): Promise<ReadonlyMap<string, FiringAlert>> {
  const here = new Map<string, FiringAlert>();
  for (let after: FiringAlert | undefined; ;) {
    const found = await firing.page(after, page);
    for (const alert of found) here.set(alert.fingerprint, alert);
    after = found.at(-1);
    if (after === undefined) return here;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
