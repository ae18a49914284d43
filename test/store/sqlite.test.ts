import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/kernel/log.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { describeStoreContract } from '../contracts/store.ts';

describeStoreContract(
  'SQLite in memory',
  async () => {
    const store = openSqliteStore({ path: ':memory:', log: silentLog });
    return { store, close: () => store.close() };
  },
  { lives: 'in memory' },
);

describeStoreContract(
  'SQLite in a file',
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
    const opened: Store[] = [];
    const openAgain = async () => {
      const store = openSqliteStore({ path: join(dir, 'tocsin.db'), log: silentLog });
      opened.push(store);
      return store;
    };
    return {
      store: await openAgain(),
      openAgain,
      async close() {
        for (const store of opened) await store.close();
        rmSync(dir, { recursive: true, force: true });
      },
    };
  },
  { lives: 'on disk' },
);
