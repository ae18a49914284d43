import type { Instant } from '../kernel/instant.ts';
import type { Alert, Delivery } from './alert.ts';

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
  counts(): Promise<Readonly<Record<Delivery['state'], number>>>;
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
