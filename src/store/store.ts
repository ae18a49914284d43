import type { AlertStore, DeliveryStore } from '../alerts/ports.ts';
import type { FiringStore, ReconciliationStore } from '../alerts/reconciliation/ports.ts';
import type { WatchdogStore } from '../alerts/watchdogs/watchdog.ts';
import type { ExecutionStore, LockStore } from '../executions/ports.ts';
import type { IncidentStore } from '../incidents/ports.ts';
import type { Restoration } from '../incidents/restoration.ts';
import type { OutboxStore, StormStore } from '../outbox/ports.ts';
import type { TimelineStore } from '../timeline/ports.ts';

/** Everything that Tocsin remembers. Both adapters, SQLite and MongoDB, pass the same contract tests. */
export type Store = {
  deliveries: DeliveryStore;
  alerts: AlertStore;
  incidents: IncidentStore;
  timeline: TimelineStore;
  outbox: OutboxStore;
  storms: StormStore;
  executions: ExecutionStore;
  locks: LockStore;
  /** What fires, as far as it is compared with Alertmanager. */
  firing: FiringStore;
  reconciliation: ReconciliationStore;
  watchdogs: WatchdogStore;
  /** Resolves when the store can take a write now; throws TocsinError `unavailable` otherwise. */
  ping(): Promise<void>;
  /** From which backup the store was brought back, and when; undefined when it never was. */
  lastRestoration(): Promise<Restoration | undefined>;
  noteRestoration(restoration: Restoration): Promise<void>;
  close(): Promise<void>;
};
