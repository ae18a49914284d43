import { sha256 } from '../../kernel/hash.ts';
import { addMs, toInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Alert, AlertEvent, Delivery, DeliverySource } from '../alert.ts';
import { decideAlert, latestStart } from '../identity.ts';
import type { Known } from './merge.ts';
import type { Suspect } from './reconciliation.ts';

/**
 * What to report of an alert that fires there and not here; undefined when it may be an echo of what has ended. The same instance can fire on
 * after its end (Prometheus could not reach Alertmanager for a while): that is a new one, which began when it was found again.
 */
export function foundEvent(suspect: Suspect, known: Known, about: { latest: Alert | undefined; now: Instant }): AlertEvent | undefined {
  const { latest, now } = about;
  const { endsAt: _never, ...rest } = known.event;
  const event: AlertEvent = { ...rest, status: 'firing' };
  if (latest === undefined || decideAlert(latest, event, { now, severity: latest.severity }).type !== 'stale') return event;
  // Alertmanager heard of it again after we had found it missing here: it is no late copy of what we know to have ended.
  if (known.heardAt <= (suspect.heardAt ?? '')) return undefined;
  const startsAt = latestOf([suspect.since, addMs(latestStart(latest), 1), latest.endsAt ?? latest.startsAt]);
  return { ...event, startsAt, startsAtText: startsAt };
}

/** What to report of an alert that no Alertmanager knows: it had ended when it was first missed, or before. */
export function goneEvent(suspect: Suspect, alert: Alert): AlertEvent {
  const startsAt = latestStart(alert);
  const { fingerprint, name, labels, annotations } = alert;
  const endsAt = latestOf([suspect.since, startsAt]);
  return { fingerprint, name, labels, annotations, status: 'resolved', startsAt, startsAtText: startsAt, endsAt };
}

function latestOf(instants: readonly Instant[]): Instant {
  return toInstant(new Date(Math.max(...instants.map((instant) => Date.parse(instant)))));
}

export type Finding = {
  source: Exclude<DeliverySource, 'alertmanager'>;
  /** Equal for its repeats: the delivery then has the same id, and is stored once. */
  cause: string;
  /** Findings of one group are worked on in their order. */
  group: string;
  at: Instant;
  /** Who reports it, in place of a sender's address, and for which receiver. */
  sender: string;
  receiver: string;
  events: readonly AlertEvent[];
};

const alertsPerDelivery = 100;

/** What Tocsin found out itself, in the form of webhook requests: from here on it goes the way that those go. */
export function deliveriesOf(finding: Finding): readonly Delivery[] {
  const { source, cause, group, at, events } = finding;
  const pages = Array.from({ length: Math.ceil(events.length / alertsPerDelivery) }, (_, page) =>
    events.slice(page * alertsPerDelivery, (page + 1) * alertsPerDelivery),
  );
  return pages.map((page, index) => ({
    schema: 1,
    id: deliveryId(at, { index, cause }),
    source,
    group: sha256(JSON.stringify([source, group])).slice(0, 24),
    receivedAt: at,
    body: bodyOf(finding, page),
    userAgent: 'tocsin',
    state: 'waiting',
    attempts: 0,
    notBefore: at,
    outcome: '',
  }));
}

/** Sorts among those of webhooks by its time. */
function deliveryId(at: Instant, { index, cause }: { index: number; cause: string }): string {
  return `dlv_${String(Date.parse(at)).padStart(15, '0')}_${String(index).padStart(6, '0')}_${sha256(cause).slice(0, 8)}`;
}

function bodyOf({ group, sender, receiver }: Finding, events: readonly AlertEvent[]): string {
  const isFiring = events.some(({ status }) => status === 'firing');
  return JSON.stringify({
    version: '4',
    groupKey: group,
    receiver: receiver.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`),
    status: isFiring ? 'firing' : 'resolved',
    externalURL: sender,
    truncatedAlerts: 0,
    alerts: events.map(({ status, labels, annotations, fingerprint, startsAtText, startsAt, endsAt, generatorUrl }) => ({
      status,
      labels,
      annotations,
      fingerprint,
      startsAt: startsAtText === '' ? startsAt : startsAtText,
      endsAt: endsAt ?? '0001-01-01T00:00:00Z',
      generatorURL: generatorUrl ?? '',
    })),
  });
}
