import type { Clock } from '../../kernel/clock.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { readRestoration } from '../fields.ts';
import type { Store } from '../store.ts';
import { createAlertStore } from './alerts.ts';
import { openDatabase } from './database.ts';
import { createDeliveryStore } from './deliveries.ts';
import { createExecutionStore, createLockStore } from './executions.ts';
import { createIncidentStore } from './incidents.ts';
import { createOutboxStore } from './outbox.ts';
import { createStormStore } from './storms.ts';
import { createTimelineStore } from './timeline.ts';
import { createFiringStore, createReconciliationStore, createWatchdogStore } from './watch.ts';

export type SqliteStoreOptions = {
  /** A file, created with its folder when missing, or `:memory:`. Several processes may share one file. */
  path: string;
  clock?: Clock;
  log: Log;
  /** How long a write waits for another process's transaction, without keeping this process from anything else. Default 5000. */
  busyTimeoutMs?: number;
  /** For whoever only looks: `not_found` instead of a new file. */
  mustExist?: boolean;
};

/** The embedded store: one SQLite file. Throws TocsinError `unavailable`, or `precondition` for a file of a newer or another program. */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const clock = options.clock ?? systemClock;
  const db = openDatabase({ path: options.path, busyTimeoutMs: options.busyTimeoutMs ?? 5000, mustExist: options.mustExist === true });
  const moment = {
    put: db.prepare('INSERT INTO pings VALUES (:name, :at) ON CONFLICT DO UPDATE SET at = excluded.at'),
    get: db.prepare('SELECT at FROM pings WHERE name = :name'),
  };
  // Where the latest delivery stands is where the next one goes: damage there means that none can be taken.
  const edges = [
    db.prepare('SELECT number FROM delivery_documents ORDER BY number DESC LIMIT 1'),
    db.prepare('SELECT id, in_group FROM deliveries ORDER BY id DESC LIMIT 1'),
  ];
  const deps = { db, log: options.log };
  const incidents = createIncidentStore(deps);
  const deliveries = createDeliveryStore(deps);
  return {
    deliveries: deliveries.store,
    alerts: createAlertStore(deps),
    incidents,
    timeline: createTimelineStore(deps),
    outbox: createOutboxStore(deps),
    storms: createStormStore({ ...deps, incidents }),
    executions: createExecutionStore(db),
    locks: createLockStore(db),
    firing: createFiringStore(deps),
    reconciliation: createReconciliationStore(db),
    watchdogs: createWatchdogStore(deps),
    async ping() {
      deliveries.requireSound();
      await db.write(() => moment.put.run({ name: 'write', at: clock.now().toISOString() }));
      await db.read(() => edges.map((edge) => edge.get()));
    },
    lastRestoration: () =>
      db.read(() => {
        const [takenAt, restoredAt] = ['restored_from', 'restored'].map((name) => moment.get.get({ name })?.['at']);
        return readRestoration(takenAt, restoredAt);
      }),
    async noteRestoration({ takenAt, restoredAt }) {
      await db.write(() => {
        moment.put.run({ name: 'restored_from', at: takenAt });
        moment.put.run({ name: 'restored', at: restoredAt });
      });
    },
    close: () => db.close(),
  };
}
