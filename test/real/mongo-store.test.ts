import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { openMongoStore } from '../../src/store/mongo/mongo-store.ts';
import type { Store } from '../../src/store/store.ts';
import { describeStoreContract } from '../contracts/store.ts';
import { exampleDelivery } from '../support/examples.ts';
import { mongoServer, startMongoServer } from './servers/ferretdb.ts';
import type { RunningServer } from './servers/ferretdb.ts';
import { requireOrSkip } from './support/require.ts';

describe('a MongoDB store without its server', () => {
  test('is not opened', async () => {
    const open = openMongoStore({ url: 'mongodb://127.0.0.1:1/tocsin', log: silentLog });
    await expect(open).rejects.toMatchObject({ name: 'TocsinError', code: 'unavailable', retryable: true });
  });
});

const suite = requireOrSkip(mongoServer.name, mongoServer.present, mongoServer.how);

suite('on a MongoDB server', () => {
  let server: RunningServer;

  test.skipIf(process.env['MONGODB_URL'] !== undefined)('calls fail with `unavailable` while the server is away', async () => {
    const lost = await startMongoServer();
    const warnings: string[] = [];
    const store = await openMongoStore({
      url: lost.urlFor('tocsin'),
      log: { ...silentLog, warn: (_, message) => void warnings.push(message) },
    });
    expect(warnings).toEqual([expect.stringContaining('does not update documents atomically')]);
    await store.ping();
    await lost.stop();
    await expect(store.deliveries.append(exampleDelivery())).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    await store.close();
  });

  beforeAll(async () => {
    server = await startMongoServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  describeStoreContract(
    'MongoDB',
    async () => {
      const url = server.urlFor(`tocsin_test_${randomUUID().slice(0, 8)}`);
      const opened: Store[] = [];
      const openAgain = async () => {
        const store = await openMongoStore({ url, log: silentLog });
        opened.push(store);
        return store;
      };
      return {
        store: await openAgain(),
        openAgain,
        async close() {
          for (const store of opened) await store.close();
          const client = new MongoClient(url);
          await client.db().dropDatabase();
          await client.close();
        },
      };
    },
    { lives: 'on disk' },
  );
});
