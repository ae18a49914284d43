import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { openMongoStore } from '../../src/store/mongo/mongo-store.ts';
import { describeIntake } from '../intake/cases.ts';
import type { Ground } from '../intake/ground.ts';
import { mongoServer, startMongoServer } from './servers/ferretdb.ts';
import type { RunningServer } from './servers/ferretdb.ts';
import { requireOrSkip } from './support/require.ts';

requireOrSkip(
  mongoServer.name,
  mongoServer.present,
  mongoServer.how,
)('on a MongoDB server', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startMongoServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  async function mongoGround(): Promise<Ground> {
    const url = server.urlFor(`tocsin_intake_${randomUUID().slice(0, 8)}`);
    return {
      open: () => openMongoStore({ url, log: silentLog }),
      lookEveryMs: 100,
      mostIncidents: 10,
      async drop() {
        const client = new MongoClient(url);
        await client.db().dropDatabase();
        await client.close();
      },
    };
  }
  describeIntake('MongoDB', mongoGround);
});
