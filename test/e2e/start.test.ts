import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { startTocsin } from '../../src/main.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { firing, webhookBody } from '../alerts/support/payload.ts';
import { post } from '../intake/sender.ts';
import { freePort } from '../real/support/program.ts';
import { testConfig } from '../support/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-start-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openSqliteStore({ path: join(folder, 'tocsin.db'), clock: systemClock, log: silentLog });

it('takes alerts before anything else has started, keeps them when that fails, and listens no more then', async () => {
  const port = await freePort();
  const send = () => post(`http://127.0.0.1:${port}/webhooks/alertmanager`, webhookBody([firing()]));
  const statuses: number[] = [];
  // The first thing that is asked for behind the intake.
  const failing = (store: Store): Store => ({
    ...store,
    async lastRestoration() {
      statuses.push((await send()).status);
      throw new Error('the memory of a restore is damaged');
    },
  });
  const config = testConfig({ storeUrl: 'file:unused.db', slackApiUrl: 'http://127.0.0.1:1/api/', port });
  const started = startTocsin(config, { clock: systemClock, log: silentLog, openStore: async () => failing(open()) });
  await expect(started).rejects.toThrow('the memory of a restore is damaged');
  expect(statuses).toEqual([200]);
  // Nobody is there to answer.
  expect((await send()).status).toBe(0);

  const store = open();
  expect(await store.deliveries.counts()).toMatchObject({ waiting: 1 });
  await store.close();
});
