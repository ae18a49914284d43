import type { ChangeDeps } from '../incidents/change.ts';
import { nameOf } from '../incidents/incident.ts';
import type { Clock } from '../kernel/clock.ts';
import { describeError, TocsinError } from '../kernel/errors.ts';
import { addMs, toInstant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import type { Delivery } from './alert.ts';
import { applyEvent } from './apply-event.ts';
import type { AppliedEvent, ApplyEventDeps } from './apply-event.ts';
import { parseWebhook } from './parse-webhook.ts';
import type { Notification } from './parse-webhook.ts';
import type { RoutingPolicy } from './policy.ts';
import type { AlertStore, DeliveryStore } from './ports.ts';
import { shortLine } from './route.ts';
import type { RunbookMatcher } from './route.ts';

export type IngestOptions = {
  store: { deliveries: DeliveryStore; alerts: AlertStore };
  changeDeps: ChangeDeps;
  runbooks: RunbookMatcher;
  policy: RoutingPolicy;
  clock: Clock;
  log: Log;
  /** Names this worker in leases; every process has its own. */
  owner: string;
};

export type Ingest = {
  /** One round: claims deliveries, applies their alerts, settles them. The return value is for `startLoop`. */
  work(signal: AbortSignal): Promise<number | undefined>;
};

type Settlement = Parameters<DeliveryStore['settle']>[1];

const batch = 10;
const leaseMs = 60_000;
const maxTries = 5;
const longestBackoffMs = 60_000;

/** Turns stored deliveries into incidents. A throw means that the store could not be reached; leases then run out by themselves. */
export function createIngest(options: IngestOptions): Ingest {
  const { clock, log, owner } = options;
  const { deliveries, alerts } = options.store;
  const deps: ApplyEventDeps = { change: options.changeDeps, alerts, runbooks: options.runbooks, policy: options.policy };

  async function ingest(delivery: Delivery): Promise<Settlement> {
    const parsed = parseWebhook(delivery.body, delivery.receivedAt);
    if (!parsed.ok) return { state: 'parked', outcome: parsed.reason };
    const { notification, events } = parsed;
    const applied: AppliedEvent[] = [];
    const failures: unknown[] = [];
    for (const event of events) {
      try {
        applied.push(await applyEvent(deps, event));
      } catch (error) {
        failures.push(error);
        // The store is away: the other alerts would fail as well, and all of them come again with this delivery.
        if (isTransient(error)) break;
      }
    }
    report(delivery, notification, applied);
    const [failure] = failures;
    return failure === undefined ? { state: 'done', outcome: outcomeOf(notification, applied) } : retry(delivery, failure);
  }

  function report(delivery: Delivery, notification: Notification, applied: readonly AppliedEvent[]): void {
    const { receiver, groupKey, truncatedAlerts, notes } = notification;
    const about = { delivery: delivery.id, receiver, groupKey: shortLine(groupKey, 300) };
    if (truncatedAlerts > 0) log.warn({ ...about, truncatedAlerts }, 'alertmanager cut alerts off a notification (max_alerts)');
    if (notes.length > 0) log.info({ ...about, notes: notes.slice(0, 20) }, 'a notification was repaired while it was read');
    for (const { type, reason, incident, opened } of applied) {
      log.debug(
        { ...about, type, reason, opened, ...(incident === undefined ? {} : { incident: nameOf(incident) }) },
        'alert event applied',
      );
    }
  }

  function retry(delivery: Delivery, error: unknown): Settlement {
    const tries = delivery.attempts;
    const outcome = shortLine(describeError(error), 1000);
    if (!isTransient(error) && tries >= maxTries) {
      log.error({ delivery: delivery.id, tries, error: outcome }, 'a delivery was parked after too many failures');
      return { state: 'parked', outcome: `failed ${tries} times: ${outcome}` };
    }
    log.warn({ delivery: delivery.id, tries, error: outcome }, 'a delivery failed and will be tried again');
    const backoffMs = Math.min(1000 * 2 ** Math.min(tries, 10), longestBackoffMs);
    return { state: 'waiting', outcome, notBefore: addMs(toInstant(clock.now()), backoffMs) };
  }

  return {
    async work(signal) {
      const now = toInstant(clock.now());
      const leaseUntil = addMs(now, leaseMs);
      const claimed = await deliveries.claim({ now, owner, leaseUntil, limit: batch });
      const held = new Set<string>();
      for (const delivery of claimed) {
        // What is left is claimed again when the lease has run out, here or by another process.
        if (toInstant(clock.now()) >= leaseUntil) return 0;
        const released = { state: 'waiting', outcome: 'released', notBefore: now } as const;
        const settlement = signal.aborted || held.has(delivery.group) ? released : await ingest(delivery);
        // What comes behind a failed delivery of its group waits for that one.
        if (settlement.state === 'waiting') held.add(delivery.group);
        await deliveries.settle(delivery.id, settlement);
      }
      return claimed.length === 0 ? undefined : 0;
    },
  };
}

function isTransient(error: unknown): boolean {
  return error instanceof TocsinError && error.retryable;
}

/** One line for people: "2 new, 1 stale; opened INC-4; 3 alerts were cut off by max_alerts". */
function outcomeOf(notification: Notification, applied: readonly AppliedEvent[]): string {
  const types = [...new Set(applied.map(({ type }) => type))];
  const touched = (opened: boolean) =>
    [
      ...new Set(applied.flatMap((event) => (event.incident !== undefined && event.opened === opened ? [nameOf(event.incident)] : []))),
    ].slice(0, 10);
  const [opened, changed] = [touched(true), touched(false)];
  return shortLine(
    [
      types.map((type) => `${applied.filter((event) => event.type === type).length} ${type.replace('_', ' ')}`).join(', '),
      ...(opened.length === 0 ? [] : [`opened ${opened.join(', ')}`]),
      ...(changed.length === 0 ? [] : [`changed ${changed.join(', ')}`]),
      ...(notification.truncatedAlerts === 0 ? [] : [`${notification.truncatedAlerts} alerts were cut off by max_alerts`]),
      ...notification.notes,
    ].join('; '),
    1000,
  );
}
