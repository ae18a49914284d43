import type { ChangeDeps } from '../incidents/change.ts';
import type { Clock } from '../kernel/clock.ts';
import { describeError, TocsinError } from '../kernel/errors.ts';
import { addMs, toInstant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import { createTurns, forEachParallel } from '../kernel/parallel.ts';
import type { Delivery } from './alert.ts';
import { applyEvents } from './apply-events.ts';
import type { AppliedEvent, ApplyEventsDeps, Arrival } from './apply-events.ts';
import { logNotification, outcomeOf } from './outcome.ts';
import type { Pace } from './pace.ts';
import type { ParsedWebhook } from './parse-webhook.ts';
import type { RoutingPolicy } from './policy.ts';
import { maxTries } from './ports.ts';
import type { AlertStore, DeliveryStore, Settlement } from './ports.ts';
import type { ReadAhead } from './read-ahead.ts';
import { routeAlert, shortLine } from './route.ts';
import type { RunbookMatcher } from './route.ts';

export type IngestOptions = {
  store: { deliveries: DeliveryStore; alerts: AlertStore };
  changeDeps: ChangeDeps;
  runbooks: RunbookMatcher;
  policy: RoutingPolicy;
  clock: Clock;
  log: Log;
  /** What the intake of this process has read already. */
  ahead: Pick<ReadAhead, 'take'>;
  /** When to leave the process to the intake. */
  pace: Pace;
  /** Names this worker in leases; every process has its own. */
  owner: string;
};

export type Ingest = {
  /** One round: claims deliveries, applies their alerts, settles them. The return value is for `startLoop`. */
  work(signal: AbortSignal): Promise<number | undefined>;
};

/** A claimed delivery, and what has become of its events so far. `isHeld`: one before it in its group failed. */
type Work = { delivery: Delivery; parsed: ParsedWebhook; applied: AppliedEvent[]; failure?: unknown; isHeld: boolean };

/** An event on its way, and the delivery that it came with. */
type Step = Arrival & { work: Work };

/** How many correlation keys are worked on at once; what they write at the same time shares one commit of the store. */
const parallel = 100;
/** So long it computes before the event loop gets its turn. */
const turnMs = 4;
/** A claim is worked off in well under a second; when its process dies, others wait for this long. */
const leaseMs = 15_000;
/** A delivery that was claimed so often and never settled ends the process that works on it. */
const maxUnsettled = 10;
const transientWaitMs = 5000;
const longestBackoffMs = 60_000;

/**
 * Turns stored deliveries into incidents: in order for each correlation key, hence for each alert, and at once across keys. A throw means that
 * the store could not be reached; leases then run out by themselves.
 */
export function createIngest(options: IngestOptions): Ingest {
  const { clock, log, owner, policy, runbooks, ahead, pace } = options;
  const { deliveries, alerts } = options.store;
  const turns = createTurns(turnMs);
  const deps: ApplyEventsDeps = { change: options.changeDeps, alerts, policy, turns };

  async function applyRow(steps: readonly Step[]): Promise<void> {
    try {
      const applied = await applyEvents(deps, steps);
      for (const [index, { work }] of steps.entries()) work.applied.push(...applied.slice(index, index + 1));
    } catch (error) {
      // The store is away: each of them would fail, and all come again.
      if (isTransient(error) || steps.length === 1) for (const { work } of steps) work.failure ??= error;
      else await applySingly(steps);
    }
  }

  /** Finds out whose events fail. What comes behind a failed delivery of its group waits for that one. */
  async function applySingly(steps: readonly Step[]): Promise<void> {
    const failed = new Map<string, Work>();
    for (const step of steps) {
      const { work } = step;
      const before = failed.get(work.delivery.group);
      if (before !== undefined && before !== work) work.isHeld = true;
      else await applyRow([step]);
      if (work.failure !== undefined) failed.set(work.delivery.group, before ?? work);
    }
  }

  function stepsOf(work: Work): readonly Step[] {
    const { parsed } = work;
    if (!parsed.ok) return [];
    try {
      return parsed.events.map((event) => ({ work, event, route: routeAlert(event, { runbooks, policy }) }));
    } catch (error) {
      work.failure = error;
      return [];
    }
  }

  function settlementOf({ delivery, parsed, applied, failure, isHeld }: Work): Settlement {
    if (!parsed.ok) return { state: 'parked', outcome: parsed.reason };
    if (failure !== undefined) return retry(delivery, failure);
    return isHeld ? released() : { state: 'done', outcome: outcomeOf(parsed.notification, applied) };
  }

  function released(): Settlement {
    return { state: 'waiting', outcome: 'released', notBefore: toInstant(clock.now()), counts: false };
  }

  function retry(delivery: Delivery, error: unknown): Settlement {
    const tries = delivery.attempts;
    const outcome = shortLine(describeError(error), 1000);
    const counts = !isTransient(error);
    if (counts && tries >= maxTries) {
      log.error({ delivery: delivery.id, tries, error: outcome }, 'a delivery was parked after too many failures');
      return { state: 'parked', outcome: `failed ${tries} times: ${outcome}` };
    }
    log.warn({ delivery: delivery.id, tries, error: outcome }, 'a delivery failed and will be tried again');
    const waitMs = counts ? Math.min(1000 * 2 ** tries, longestBackoffMs) : transientWaitMs;
    return { state: 'waiting', outcome, notBefore: addMs(toInstant(clock.now()), waitMs), counts };
  }

  function unsettled(delivery: Delivery): Settlement {
    const tries = delivery.attempts - 1;
    log.error({ delivery: delivery.id, tries }, 'a delivery was parked: each time that it was worked on, the process ended');
    return { state: 'parked', outcome: `the process ended ${tries} times while this was worked on` };
  }

  async function ingest(claimed: readonly Delivery[]): Promise<readonly Settled[]> {
    const works: Work[] = [];
    const rows = new Map<string, Step[]>();
    for (const delivery of claimed) {
      await turns();
      const work: Work = { delivery, parsed: ahead.take(delivery), applied: [], isHeld: false };
      works.push(work);
      for (const step of stepsOf(work)) {
        const row = rows.get(step.route.correlationKey);
        if (row === undefined) rows.set(step.route.correlationKey, [step]);
        else row.push(step);
      }
    }
    await forEachParallel(rows.values(), parallel, applyRow);
    for (const { delivery, parsed } of works) if (parsed.ok) logNotification(log, delivery, parsed.notification);
    return works.map((work) => ({ id: work.delivery.id, result: settlementOf(work) }));
  }

  return {
    async work(signal) {
      const { most, rest } = pace.begin();
      const now = toInstant(clock.now());
      const lease = { owner, until: addMs(now, leaseMs) };
      const claimed = await deliveries.claim({ now, lease, limit: most });
      if (claimed.length === 0) return undefined;
      const [fatal, usual] = [claimed.filter(endsProcesses), claimed.filter((delivery) => !endsProcesses(delivery))];
      const settled = signal.aborted ? usual.map(({ id }) => ({ id, result: released() })) : await ingest(usual);
      await deliveries.settle(lease, [...fatal.map((delivery) => ({ id: delivery.id, result: unsettled(delivery) })), ...settled]);
      await rest(signal, claimed.length);
      return 0;
    },
  };
}

type Settled = { id: string; result: Settlement };

function endsProcesses({ attempts }: Delivery): boolean {
  return attempts > maxUnsettled;
}

/** The store is away. Losing every race is no such thing: what loses them again and again is parked, where people see it. */
function isTransient(error: unknown): boolean {
  return error instanceof TocsinError && error.retryable && error.code !== 'conflict';
}
