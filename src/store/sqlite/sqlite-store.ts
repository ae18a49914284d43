import type { Clock } from '../../kernel/clock.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { Store } from '../store.ts';
import { createAlertStore } from './alerts.ts';
import { openDatabase } from './database.ts';
import { createDeliveryStore } from './deliveries.ts';
import { createExecutionStore, createLockStore } from './executions.ts';
import { createIncidentStore } from './incidents.ts';
import { createOutboxStore } from './outbox.ts';
import { createTimelineStore } from './timeline.ts';
import { createFiringStore, createReconciliationStore, createWatchdogStore } from './watch.ts';

export type SqliteStoreOptions = {
  /** A file, created with its folder when missing, or `:memory:`. Several processes may share one file. */
  path: string;
  clock?: Clock;
  log: Log;
  /** How long to wait for another process's transaction. It blocks this process, so keep it short. Default 5000. */
  busyTimeoutMs?: number;
};

/** The embedded store: one SQLite file. Throws TocsinError `unavailable`, or `precondition` for a file of a newer or another program. */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const clock = options.clock ?? systemClock;
  const db = openDatabase({ path: options.path, busyTimeoutMs: options.busyTimeoutMs ?? 5000 });
  const ping = db.prepare(`INSERT INTO pings VALUES ('write', :at) ON CONFLICT DO UPDATE SET at = excluded.at`);
  const deps = { db, log: options.log };
  return {
    deliveries: createDeliveryStore(deps),
    alerts: createAlertStore(deps),
    incidents: createIncidentStore(deps),
    timeline: createTimelineStore(deps),
    outbox: createOutboxStore(deps),
    executions: createExecutionStore(db),
    locks: createLockStore(db),
    firing: createFiringStore(deps),
    reconciliation: createReconciliationStore(db),
    watchdogs: createWatchdogStore(deps),
    async ping() {
      await db.write(() => ping.run({ at: clock.now().toISOString() }));
    },
    close: () => db.close(),
  };
}
