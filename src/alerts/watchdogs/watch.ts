import type { Clock } from '../../kernel/clock.ts';
import { msBetween, toInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Log } from '../../kernel/log.ts';
import type { AlertEvent } from '../alert.ts';
import type { DeliveryStore } from '../ports.ts';
import { deliveriesOf } from '../reconciliation/events.ts';
import { fellSilent, watched } from './watchdog.ts';
import type { Watchdog, WatchdogPolicy, WatchdogStore } from './watchdog.ts';

export type WatchOptions = {
  store: { deliveries: DeliveryStore; watchdogs: WatchdogStore };
  policy: WatchdogPolicy;
  /** The label and its value that make an alert critical. */
  critical: { label: string; value: string };
  clock: Clock;
  log: Log;
  /** Called after a delivery was stored. */
  received: () => void;
};

/** Longer without a look than this, and the process was not listening: it was stopped, asleep, or without its store. */
const deafMs = 60_000;
const everyMs = 10_000;

/**
 * Looks whether a watchdog has fallen silent, which opens an incident, or is heard again, which clears it: both as an alert of our own that goes
 * the way of all alerts. Any number of processes may look; each change is made once.
 */
export function createWatch(options: WatchOptions): { work(): Promise<number> } {
  const { store, policy, clock, log } = options;
  let listeningSince: Instant | undefined;
  let lookedAt: Instant | undefined;

  /** What was not heard while nobody could listen is no silence. */
  function listen(now: Instant): Instant {
    if (listeningSince === undefined || lookedAt === undefined || Math.abs(msBetween(lookedAt, now)) > deafMs) listeningSince = now;
    lookedAt = now;
    return listeningSince;
  }

  /** Tells the ingest, then notes that it was told. Repeated after a crash, it stores the same delivery, which is there already. */
  async function tell(watchdog: Watchdog, now: Instant): Promise<void> {
    const { untold, ...told } = watchdog;
    if (untold === undefined) return;
    const cause = `watchdog:${watchdog.key}:${untold.status}:${untold.startsAt}`;
    const finding = { source: 'watchdog', cause, group: `watchdog:${watchdog.key}`, at: untold.endsAt ?? untold.startsAt } as const;
    const events = [alertOf(watchdog, untold, options)];
    for (const delivery of deliveriesOf({ ...finding, sender: '', receiver: '', events })) {
      await store.deliveries.append({ ...delivery, receivedAt: now, notBefore: now });
    }
    options.received();
    await store.watchdogs.put({ ...told, version: watchdog.version + 1 }, watchdog.version);
  }

  async function look(watchdog: Watchdog, about: { now: Instant; listeningSince: Instant; oldest: Instant | undefined }): Promise<void> {
    const { now, oldest } = about;
    const silent = fellSilent(watchdog, { now, listeningSince: about.listeningSince, policy });
    // It may be among those that wait to be worked on.
    if (silent === undefined || (oldest !== undefined && msBetween(oldest, now) > everyMs)) return;
    if (!(await store.watchdogs.put(silent, watchdog.version))) return;
    log.error(
      { watchdog: watchdog.key, lastSeenAt: watchdog.lastSeenAt ?? 'never' },
      'no watchdog came in time: alerts may not be arriving',
    );
    await tell(silent, now);
  }

  return {
    async work() {
      if (policy.alertname === '') return everyMs;
      const now = toInstant(clock.now());
      const found = await store.watchdogs.list();
      const oldest = await store.deliveries.oldestWaiting();
      const since = listen(now);
      for (const watchdog of found) await tell(watchdog, now);
      for (const watchdog of watched(found, policy)) await look(watchdog, { now, listeningSince: since, oldest });
      return everyMs;
    },
  };
}

function alertOf(watchdog: Watchdog, untold: NonNullable<Watchdog['untold']>, { policy, critical }: WatchOptions): AlertEvent {
  const { startsAt, status, endsAt } = untold;
  const about = Object.entries(watchdog.labels).map(([name, value]) => `${name} ${value}`);
  const whose = about.length === 0 ? '' : ` (${about.join(', ')})`;
  const minutes = Math.round(policy.everyMs / 60_000);
  const labels = { ...watchdog.labels, alertname: `No${policy.alertname}`, [critical.label]: critical.value, watchdog: watchdog.key };
  return {
    // Not Alertmanager's: the reader makes one of the labels.
    fingerprint: '',
    status,
    name: labels.alertname,
    labels,
    annotations: {
      summary: `No ${policy.alertname} from Alertmanager${whose} for ${minutes} minutes: alerts may not be arriving`,
      description:
        'The alert that always fires has stopped coming. Look at Prometheus, at Alertmanager, and at the way from there to here.',
    },
    startsAt,
    startsAtText: startsAt,
    ...(endsAt === undefined ? {} : { endsAt }),
  };
}
