import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import type { Clock } from '../../kernel/clock.ts';
import { systemClock } from '../../kernel/clock.ts';
import { TocsinError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { readRestoration } from '../fields.ts';
import type { Store } from '../store.ts';
import { createAlertStore } from './alerts.ts';
import { createDeliveryStore } from './deliveries.ts';
import { attempt, patiently } from './errors.ts';
import { createExecutionStore, createLockStore } from './executions.ts';
import { createIncidentStore } from './incidents.ts';
import { createOutboxStore } from './outbox.ts';
import { indexes, limits, upserting } from './stored.ts';
import type { Stored } from './stored.ts';
import { createStormStore } from './storms.ts';
import { createTimelineStore } from './timeline.ts';
import { createFiringStore, createReconciliationStore, createWatchdogStore } from './watch.ts';

export type MongoStoreOptions = {
  /** A MongoDB connection string; its path names the database (default `tocsin`). */
  url: string;
  clock?: Clock;
  log: Log;
  /** For whoever only looks: `not_found` instead of a new database. */
  mustExist?: boolean;
};

/** The store for several replicas. Creates its indexes. Throws TocsinError `invalid` for a bad URL, `unavailable` when the server is not there. */
export async function openMongoStore(options: MongoStoreOptions): Promise<Store> {
  const clock = options.clock ?? systemClock;
  await prepare(options);
  const client = createClient(options.url);
  const db = client.db(databaseName(options.url));
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
    storms: createStormStore({ storms: collection('storms'), incidents: collection('incidents'), log: options.log }),
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
    async lastRestoration() {
      const found = await attempt(() => collection('pings').findOne({ _id: 'restored' }, limits));
      return readRestoration(found?.['from'], found?.['at']);
    },
    async noteRestoration({ takenAt, restoredAt }) {
      const set = { $set: { from: takenAt, at: restoredAt } };
      await attempt(() => upserting(() => collection('pings').updateOne({ _id: 'restored' }, set, { ...limits, upsert: true })));
    },
    close: () => attempt(() => client.close()),
  };
}

/** A server that stands still is given up by then; what it may work on one request is less (`limits`). */
const socketTimeoutMs = 7000;

function createClient(url: string, own: { socketTimeoutMS: number } = { socketTimeoutMS: socketTimeoutMs }): MongoClient {
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
      ...own,
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

/** Through a client of its own that waits: an index over the documents of years takes as long as it takes. */
async function prepare({ url, log, mustExist }: MongoStoreOptions): Promise<void> {
  const client = createClient(url, { socketTimeoutMS: 0 });
  const db = client.db(databaseName(url));
  try {
    await attempt(() => warnAboutServer(db, log));
    if (mustExist === true) return await attempt(() => requireStore(db));
    await patiently(() => createIndexes(db));
  } finally {
    await client.close();
  }
}

async function requireStore(db: Db): Promise<void> {
  const found = await db.listCollections({ name: 'incidents' }, { nameOnly: true, ...limits }).toArray();
  if (found.length > 0) return;
  throw new TocsinError(
    'not_found',
    `The database "${db.databaseName}" on that server holds no Tocsin store. Check --store and STORE_URL.`,
  );
}

async function createIndexes(db: Db): Promise<void> {
  for (const [name, descriptions] of Object.entries(indexes)) {
    // One by one, because FerretDB hangs up on a list of indexes that are there already.
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
