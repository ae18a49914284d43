import type { IncidentId, Severity } from '../incidents/incident.ts';
import type { Instant } from '../kernel/instant.ts';

/** One alert as a delivery reported it, after tolerant reading (alert.ts holds what is known; parse-webhook.ts how it was read). */
export type AlertEvent = {
  fingerprint: string;
  status: 'firing' | 'resolved';
  name: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  startsAt: Instant;
  /** As it was sent: nanoseconds and offsets are kept here. */
  startsAtText: string;
  /** Absent while it fires, whatever the sender wrote (year 1, 1970, a later day). */
  endsAt?: Instant;
  generatorUrl?: string;
  via?: AlertOrigin;
};

/** Who reported an alert: the sender's own address (`externalURL`) and the receiver through which it came. Either may be empty. */
export type AlertOrigin = { sender: string; receiver: string };

/** An alert instance: one firing period of one fingerprint, from the earliest `startsAt` that was seen while it was open. */
export type Alert = {
  schema: 1;
  /** `fingerprint@startsAt`, with the `startsAt` under which it was first seen: a name that stays. */
  key: string;
  version: number;
  fingerprint: string;
  startsAt: Instant;
  status: 'firing' | 'resolved';
  name: string;
  severity: Severity;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  firstSeenAt: Instant;
  lastSeenAt: Instant;
  /** As the sender said; absent when it did not say. */
  endsAt?: Instant;
  /** The latest `startsAt` reported for this instance, where replicas disagree: an end before it is the end of an earlier instance. */
  latestStartsAt?: Instant;
  /** Reports that start before this are about an earlier instance of the fingerprint. */
  previousEndsAt?: Instant;
  incidentId?: IncidentId;
  /** Who reported it first: only what an Alertmanager reported can be missing there. */
  via?: AlertOrigin;
};

/** A webhook of Alertmanager, what its API showed and no webhook had told, or the silence of a watchdog. */
export type DeliverySource = 'alertmanager' | 'alertmanager-api' | 'watchdog';

/** A webhook request as it came in, or what Tocsin found out itself in the same form. `parked` waits for a person after too many failures. */
export type Delivery = {
  schema: 1;
  /** Rises with the time of receipt. */
  id: string;
  source: DeliverySource;
  /** Deliveries of one group are worked on in their order: what ends an alert must not overtake what began it. */
  group: string;
  receivedAt: Instant;
  body: string;
  userAgent: string;
  state: 'waiting' | 'done' | 'parked' | 'rejected';
  attempts: number;
  notBefore: Instant;
  /** What came of it, or why it was rejected or parked. */
  outcome: string;
};
