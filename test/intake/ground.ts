import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/kernel/log.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';

/** One empty database, of which a test opens as many handles as it has processes. */
export type Ground = {
  open(): Promise<Store>;
  drop(): Promise<void>;
  /** How often a test may look into it while the bot works. */
  lookEveryMs: number;
  /** How many incidents a test may make of many alerts, where the server reads a whole collection for each question. */
  mostIncidents: number;
};

/** The embedded store in a file of its own. */
export async function embeddedGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-intake-'));
  return {
    open: async () => openSqliteStore({ path: join(folder, 'tocsin.db'), log: silentLog }),
    lookEveryMs: 2,
    mostIncidents: 200,
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
