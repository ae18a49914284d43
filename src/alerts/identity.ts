import type { Severity } from '../incidents/incident.ts';
import { addMs } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Alert, AlertEvent } from './alert.ts';

/** What an event means for what is known of its fingerprint. `alert` is the record to store next; without one nothing changes. */
export type AlertDecision =
  | { type: 'new' | 'refire' | 'repeat' | 'resolved' | 'unknown_resolved'; alert: Alert; reason: string }
  | { type: 'stale'; reason: string };

/** When the event was looked at, and what its labels say about its severity. */
export type Sighting = { now: Instant; severity: Severity };

/**
 * Decides what an event is, given the latest instance of its fingerprint. Deliveries may come late, twice and in any order, and replicas may
 * disagree about `startsAt`: every order of a true history ends with the same instance in the same status.
 */
export function decideAlert(latest: Alert | undefined, event: AlertEvent, seen: Sighting): AlertDecision {
  if (latest === undefined) {
    return event.status === 'firing'
      ? { type: 'new', alert: firstSight(event, seen), reason: 'a fingerprint that was never seen' }
      : { type: 'unknown_resolved', alert: firstSight(event, seen), reason: 'resolved, and was never seen firing' };
  }
  if (latest.previousEndsAt !== undefined && event.startsAt < latest.previousEndsAt) {
    return { type: 'stale', reason: 'it started before the previous instance ended' };
  }
  if (event.status === 'firing') return latest.status === 'firing' ? repeatFiring(latest, event, seen) : fireAgain(latest, event, seen);
  return latest.status === 'firing' ? resolve(latest, event, seen) : resolveAgain(latest, event, seen);
}

function repeatFiring(latest: Alert, event: AlertEvent, seen: Sighting): AlertDecision {
  const alert: Alert = {
    ...sighted(latest, seen),
    startsAt: earlier(latest.startsAt, event.startsAt),
    latestStartsAt: later(latestStart(latest), event.startsAt),
    annotations: event.annotations,
  };
  return { type: 'repeat', alert, reason: 'it fires already' };
}

/** Alertmanager: an instance that starts inside a firing period belongs to that period, so only a start after its end is a new one. */
function fireAgain(latest: Alert, event: AlertEvent, seen: Sighting): AlertDecision {
  if (!startsAfter(latest, event)) return { type: 'stale', reason: 'that instance was resolved before' };
  return { type: 'refire', alert: successor(latest, event, seen), reason: 'it fires again after it was resolved' };
}

function resolve(latest: Alert, event: AlertEvent, seen: Sighting): AlertDecision {
  const newest = latestStart(latest);
  const endsEarlier = event.endsAt === undefined ? event.startsAt < latest.startsAt : event.endsAt <= newest;
  if (event.startsAt < newest && endsEarlier) return { type: 'stale', reason: 'an earlier instance ended' };
  return { type: 'resolved', alert: { ...sighted(latest, seen), status: 'resolved', ...ending(event, seen) }, reason: 'it ended' };
}

function resolveAgain(latest: Alert, event: AlertEvent, seen: Sighting): AlertDecision {
  if (startsAfter(latest, event)) {
    return { type: 'unknown_resolved', alert: successor(latest, event, seen), reason: 'resolved, and that instance was never seen firing' };
  }
  if (event.startsAt < latest.startsAt) return { type: 'stale', reason: 'an earlier instance ended' };
  const { endsAt } = { ...latest, ...ending(event, seen) };
  const end = endsAt === undefined || latest.endsAt === undefined ? endsAt : later(endsAt, latest.endsAt);
  return {
    type: 'repeat',
    alert: { ...sighted(latest, seen), ...(end === undefined ? {} : { endsAt: end }) },
    reason: 'it was resolved before',
  };
}

/** The key of the instance that an event opens. */
export function instanceKey({ fingerprint, startsAt }: Pick<AlertEvent, 'fingerprint' | 'startsAt'>): string {
  return `${fingerprint}@${startsAt}`;
}

function firstSight(event: AlertEvent, { now, severity }: Sighting): Alert {
  return {
    schema: 1,
    key: instanceKey(event),
    version: 1,
    fingerprint: event.fingerprint,
    startsAt: event.startsAt,
    latestStartsAt: event.startsAt,
    status: event.status,
    name: event.name,
    severity,
    labels: event.labels,
    annotations: event.annotations,
    firstSeenAt: now,
    lastSeenAt: now,
    ...(event.status === 'resolved' ? ending(event, { now }) : {}),
    ...(event.via === undefined ? {} : { via: event.via }),
  };
}

function successor(latest: Alert, event: AlertEvent, seen: Sighting): Alert {
  return { ...firstSight(event, seen), previousEndsAt: later(latest.endsAt ?? latest.startsAt, addMs(latestStart(latest), 1)) };
}

function sighted(alert: Alert, { now }: { now: Instant }): Alert {
  return { ...alert, version: alert.version + 1, lastSeenAt: later(alert.lastSeenAt, now) };
}

/** A sender whose clock is ahead may not end an instance in the future: what fires until then would count as the same instance. */
function ending(event: AlertEvent, { now }: { now: Instant }): { endsAt?: Instant } {
  return event.endsAt === undefined ? {} : { endsAt: earlier(event.endsAt, now) };
}

function startsAfter(latest: Alert, event: AlertEvent): boolean {
  return event.startsAt > latestStart(latest) && (latest.endsAt === undefined || event.startsAt >= latest.endsAt);
}

/** The latest start reported for the instance. */
export function latestStart(alert: Alert): Instant {
  return alert.latestStartsAt ?? alert.startsAt;
}

function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}
