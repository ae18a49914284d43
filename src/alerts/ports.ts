import type { Instant } from '../kernel/instant.ts';
import type { Alert, Delivery } from './alert.ts';

export type ParkedPage = { order: 'oldest' | 'newest'; limit: number; after?: string };

/** Raw webhook requests. `append` is what an HTTP 200 stands on. */
export type DeliveryStore = {
  /** Durable when it resolves. An id that is there already stays as it is. */
  append(delivery: Delivery): Promise<void>;
  /**
   * Waiting deliveries whose `notBefore` has come and whose lease is free, oldest first; leases them to `owner` until `leaseUntil`. One
   * whose group has an earlier delivery that cannot be claimed yet (leased, or waiting for its time) stays behind it.
   */
  claim(request: { now: Instant; owner: string; leaseUntil: Instant; limit: number }): Promise<readonly Delivery[]>;
  /** Ends the lease: done, parked, or waiting again at `notBefore`. */
  settle(
    id: string,
    result: { state: 'done' | 'parked'; outcome: string } | { state: 'waiting'; outcome: string; notBefore: Instant },
  ): Promise<void>;
  get(id: string): Promise<Delivery | undefined>;
  /** Parked deliveries by age; `after` goes on behind that one in the same order. */
  listParked(page: ParkedPage): Promise<readonly Delivery[]>;
  /** A parked delivery waits again from `notBefore` on, with its tries as they were; false when it is not parked (any more). */
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
