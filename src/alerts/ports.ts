import type { Instant } from '../kernel/instant.ts';
import type { Alert, Delivery } from './alert.ts';

/** A delivery that fails is parked after so many tries. */
export const maxTries = 5;

/** How often a delivery is claimed in company. */
export const suspectTries = 3;

export type ParkedPage = { order: 'oldest' | 'newest'; limit: number; after?: string };

/** Under which claims are made, and what fences them: only who holds it may settle. */
export type DeliveryLease = { owner: string; until: Instant };

/** What becomes of a claimed delivery. A try that does not count was none of its own fault: the store was away, or nobody got to it. */
export type Settlement =
  | { state: 'done' | 'parked'; outcome: string }
  | { state: 'waiting'; outcome: string; notBefore: Instant; counts: boolean };

/** Raw webhook requests. `append` is what an HTTP 200 stands on. */
export type DeliveryStore = {
  /** Durable when it resolves; what is appended at the same time shares one write. An id that is there already stays as it is. */
  append(delivery: Delivery): Promise<void>;
  /**
   * Waiting deliveries whose `notBefore` has come and whose lease is free, oldest first; leases them. One whose group has an earlier delivery that cannot be claimed yet (leased, or waiting for its time) stays behind it. One that was claimed
   * `suspectTries` times before comes alone: it may be what ends the process, and the others shall not be counted down with it.
   */
  claim(request: { now: Instant; lease: DeliveryLease; limit: number }): Promise<readonly Delivery[]>;
  /** Ends the lease of these; one that somebody else has leased since stays as it is. */
  settle(lease: DeliveryLease, settled: readonly { id: string; result: Settlement }[]): Promise<void>;
  get(id: string): Promise<Delivery | undefined>;
  /** Parked deliveries by age; `after` goes on behind that one in the same order. */
  listParked(page: ParkedPage): Promise<readonly Delivery[]>;
  /** A parked delivery waits again from `notBefore` on, with at most `maxTries` tries behind it; false when it is not parked (any more). */
  unpark(id: string, again: { notBefore: Instant; outcome: string }): Promise<boolean>;
  counts(): Promise<Readonly<Record<Delivery['state'], number>>>;
  /** When the oldest delivery that is not worked off yet was received. */
  oldestWaiting(): Promise<Instant | undefined>;
  /** When the last webhook request came: what Tocsin found out itself does not count. */
  lastReceivedAt(): Promise<Instant | undefined>;
  /** Removes settled deliveries received before `before`; returns how many. */
  prune(before: Instant): Promise<number>;
};

export type AlertStore = {
  get(key: string): Promise<Alert | undefined>;
  /** The instance of this fingerprint with the latest `startsAt`. */
  latest(fingerprint: string): Promise<Alert | undefined>;
  /** `expectedVersion` 0 inserts. False when the race was lost. */
  put(alert: Alert, expectedVersion: number): Promise<boolean>;
  /** Newest `lastSeenAt` first. */
  list(filter: { status?: Alert['status']; limit: number }): Promise<readonly Alert[]>;
};
