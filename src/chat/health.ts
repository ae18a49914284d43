import type { Delivery } from '../alerts/alert.ts';
import type { LastRound } from '../alerts/reconciliation/reconciliation.ts';
import type { ParkedDelivery } from '../alerts/replay.ts';
import type { WatchdogState } from '../alerts/watchdogs/watchdog.ts';
import type { Person } from '../incidents/incident.ts';
import type { Instant } from '../kernel/instant.ts';

/** A message that was given up; `incident` is absent when its incident is gone. */
export type DeadMessage = { incident?: { name: string }; what: string; problem: string };

/** What stands still until somebody repairs the configuration: everything, or one channel. */
export type StandStill = { channel?: string; reason: string; since: Instant };

/** Messages for a channel that have waited for longer than they should, without a known reason to pause. */
export type SlowChannel = { channel: string; waiting: number; since: Instant; problem?: string };

/** An alert that always fires, and whether it comes. */
type WatchdogHealth = { name: string; state: WatchdogState; lastSeenAt?: Instant };

/** What was found out about Tocsin itself. Without a store nothing is known. */
export type Health =
  | { type: 'blind'; problem: string }
  | {
      type: 'seen';
      now: Instant;
      /** How long the store took to take a write. */
      storeMs: number;
      deliveries: {
        counts: Readonly<Record<Delivery['state'], number>>;
        oldestWaiting?: Instant;
        lastReceivedAt?: Instant;
        /** Requests that this process had no room for, since it began. */
        sentAway?: { count: number; lastAt: Instant };
        /** The latest. */
        parked: readonly ParkedDelivery[];
      };
      outbox: {
        waiting: number;
        ambiguous: number;
        dead: number;
        /** Some of those that were given up, the latest. */
        given: readonly DeadMessage[];
        standing: readonly StandStill[];
        slow: readonly SlowChannel[];
        /** How many messages wait for each channel. */
        channels: readonly { channel: string; waiting: number }[];
        /** The alert storm that is on: how many incidents since when, how many threads wait, and how long that takes at the present pace. */
        storm?: { since: Instant; incidents: number; threads: number; leftMs?: number };
      };
      /** Mitigations in open incidents of which nobody knows whether they happened: "INC-4 #3 · Scale up". */
      unknown: readonly string[];
      /** How long what is due waits already. */
      dueLateMs: number;
      /** The comparison with Alertmanager; absent when none is configured. */
      compared?: { completeAt?: Instant; last?: LastRound };
      watchdogs: readonly WatchdogHealth[];
    };

/** Whose request it is. `cause` is equal for its repeats. */
export type RetryRequest = { by: Person; cause: string };

export type Doctor = {
  /** Looks at everything; does not throw for what it finds. */
  examine(): Promise<Health>;
  /** Lets parked deliveries be tried once more, all or these; resolves with how many. */
  retryDeliveries(request: RetryRequest & { ids: readonly string[] | 'all' }): Promise<number>;
  /** Lets all messages that were given up be tried again; resolves with how many. */
  retryMessages(request: RetryRequest): Promise<number>;
};
