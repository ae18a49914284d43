import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import type { Clock } from '../../kernel/clock.ts';
import { systemClock } from '../../kernel/clock.ts';
import { TocsinError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Store } from '../store.ts';
import { createAlertStore } from './alerts.ts';
import { createDeliveryStore } from './deliveries.ts';
import { attempt } from './errors.ts';
import { createExecutionStore, createLockStore } from './executions.ts';
import { createIncidentStore } from './incidents.ts';
import { createOutboxStore } from './outbox.ts';
import { indexes, limits, upserting } from './stored.ts';
import type { Stored } from './stored.ts';
import { createTimelineStore } from './timeline.ts';
import { createFiringStore, createReconciliationStore, createWatchdogStore } from './watch.ts';

export type MongoStoreOptions = {
  /** A MongoDB connection string; its path names the database (default `tocsin`). */
  url: string;
  clock?: Clock;
  log: Log;
};

/** The store for several replicas. Creates its indexes. Throws TocsinError `invalid` for a bad URL, `unavailable` when the server is not there. */
export async function openMongoStore(options: MongoStoreOptions): Promise<Store> {
  const clock = options.clock ?? systemClock;
  const client = createClient(options.url);
  const db = client.db(databaseName(options.url));
  try {
    await attempt(() => prepare(db, options.log));
  } catch (error) {
    await client.close();
    throw error;
  }
  const collection = (name: string) => db.collection<Stored>(name);
  return {
    deliveries: createDeliveryStore({ deliveries: collection('deliveries'), log: options.log }),
    alerts: createAlertStore({ alerts: collection('alerts'), log: options.log }),
    incidents: createIncidentStore({
      incidents: collection('incidents'),
      correlations: collection('correlations'),
      counters: collection('counters'),
      log: options.log,
    }),
    timeline: createTimelineStore({ timeline: collection('timeline') }),
    outbox: createOutboxStore({
      outbox: collection('outbox'),
      lanes: collection('lanes'),
      pauses: collection('pauses'),
      log: options.log,
    }),
    executions: createExecutionStore(collection('executions')),
    locks: createLockStore(collection('locks')),
    firing: createFiringStore({ alerts: collection('alerts'), log: options.log }),
    reconciliation: createReconciliationStore(collection('reconciliations')),
    watchdogs: createWatchdogStore({ watchdogs: collection('watchdogs'), log: options.log }),
    async ping() {
      const at = clock.now().toISOString();
      const touch = () => collection('pings').updateOne({ _id: 'write' }, { $set: { at } }, { ...limits, upsert: true });
      await attempt(() => upserting(touch));
    },
    close: () => attempt(() => client.close()),
  };
}

function createClient(url: string): MongoClient {
  try {
    return new MongoClient(url, {
      appName: 'tocsin',
      // Acknowledged means on the disks of a majority; reads see what was acknowledged. Both win over what the URL says.
      writeConcern: { w: 'majority', journal: true },
      readPreference: 'primary',
      ignoreUndefined: true,
      serverSelectionTimeoutMS: 5000,
      connectTimeoutMS: 5000,
      waitQueueTimeoutMS: 5000,
      socketTimeoutMS: 15_000,
    });
  } catch {
    // The driver's own error quotes the URL with the password in it, so it is not passed on.
    throw new TocsinError(
      'invalid',
      'The store URL is not a MongoDB connection string. Example: mongodb://user:password@host:27017/tocsin',
    );
  }
}

/** The path of the URL. Hosts may be a list, so the URL parser cannot be asked. */
function databaseName(url: string): string {
  const name = /^mongodb(?:\+srv)?:\/\/[^/?]*\/([^?]*)/.exec(url)?.[1] ?? '';
  return name === '' ? 'tocsin' : decodeURIComponent(name);
}

async function prepare(db: Db, log: Log): Promise<void> {
  await warnAboutServer(db, log);
  for (const [name, descriptions] of Object.entries(indexes)) {
    // One by one, because FerretDB hangs up on a list of indexes that are there already; and without a time limit, because an index over
    // the documents of years takes as long as it takes.
    for (const description of descriptions) await db.collection(name).createIndexes([description]);
  }
}

/** FerretDB 1 reads, decides and writes in separate steps, so two compare-and-sets at once can both win. */
async function warnAboutServer(db: Db, log: Log): Promise<void> {
  const build = await db.command({ buildInfo: 1, ...limits });
  const version: unknown = build['ferretdbVersion'];
  if (typeof version !== 'string') return;
  log.warn({ version }, 'this server does not update documents atomically and is for tests only: use MongoDB');
}
