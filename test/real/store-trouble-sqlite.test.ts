import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { verifyExport } from '../../src/export/verify.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { MessageStory } from '../language/slack.ts';
import { damageRoots } from '../support/damage.ts';
import { eventually, prepareBotProcess } from './support/bot-process.ts';
import type { BotProcess } from './support/bot-process.ts';
import { quietAlert, threadAlert } from './support/example-alerts.ts';
import { mountSmallDisk } from './support/small-disk.ts';
import { runTocsin } from './support/tocsin.ts';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const each of cleanUp.splice(0).toReversed()) await each();
});

async function startBot(databasePath?: string): Promise<{ world: BotProcess; path: string }> {
  let path = databasePath ?? '';
  const world = await prepareBotProcess({
    storeUrl(folder) {
      path ||= join(folder, 'tocsin.db');
      return `file:${path}`;
    },
  });
  cleanUp.push(() => world.end());
  await world.start();
  return { world, path };
}

async function openThread(world: BotProcess): Promise<MessageStory> {
  expect(await world.notify(threadAlert('first'))).toMatchObject({ status: 200 });
  return world.slack.channel('#incidents').expectMessage(/INC-1\b/);
}

/** A bot with a thread, on a disk that has no room from then on. */
async function startOnDiskThatFills() {
  const disk = mountSmallDisk(8);
  cleanUp.push(() => disk.remove());
  const { world } = await startBot(join(disk.path, 'tocsin.db'));
  const card = await openThread(world);
  disk.fill();
  return { disk, world, card };
}

/** Everybody is answered, and in words. */
async function expectNothingIsTaken(world: BotProcess, about: string, why: RegExp): Promise<void> {
  const ana = world.slack.person('ana');
  const incidents = world.slack.channel('#incidents');
  expect(await world.notify(quietAlert(about))).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
  expect([await world.status('/readyz'), await world.status('/healthz')]).toEqual([503, 200]);
  await ana.types(`/incident note INC-1 ${about}`, { in: incidents });
  await ana.seesOnlyToThem(why, { in: incidents });
  await ana.types('/incident doctor', { in: incidents });
  await ana.seesOnlyToThem(/The store cannot be used now/, { in: incidents });
}

async function expectAllIsWellAgain(world: BotProcess, card: MessageStory): Promise<void> {
  await eventually('ready again', async () => ((await world.status('/readyz')) === 200 ? true : undefined));
  expect(await world.notify(quietAlert('afterwards'))).toMatchObject({ status: 200 });
  await world.slack.person('ben').types('/incident note INC-1 it works again', { in: world.slack.channel('#incidents') });
  await card.thread.expectReply(/it works again/);
  expect(verifyExport(await (await world.export('INC-1')).text())).toMatchObject({ ok: true });
}

describe('a bot on the embedded store', () => {
  it('whose disk is full takes nothing, says so, and goes on once there is space', async () => {
    const { disk, world, card } = await startOnDiskThatFills();
    // What was allocated already may still take some: where a large write finds no room a small one may.
    const taken: string[] = [];
    for (let [count, refusals] = [0, 0]; refusals < 3 || (await world.status('/readyz')) === 200; count += 1) {
      const { status } = await world.notify(quietAlert(`filling ${count}`));
      refusals = status === 200 ? 0 : refusals + 1;
      if (status === 200) taken.push(`filling ${count}`);
    }
    await expectNothingIsTaken(world, 'while the disk is full', /^Nothing was recorded, and nothing was done\. The disk under the store/);
    disk.free();
    await expectAllIsWellAgain(world, card);
    await eventually('all that was taken is in incidents', async () => {
      const answers = await Promise.all(taken.map((_, index) => world.export(`INC-${index + 2}`)));
      return answers.every(({ ok }) => ok) ? true : undefined;
    });
    const replies = card.thread.replies().map(({ visibleText }) => visibleText);
    expect(replies.some((text) => text.includes('while the disk is full'))).toBe(false);
    expect(await world.bot().stop()).toBe(0);
    disk.makeReadOnly();
    await expect(world.start()).rejects.toThrow(/The database file .*tocsin\.db cannot be created or written/);
  });

  it('that dies on a full disk starts there again, is not ready, and goes on once there is space', async () => {
    const { disk, world, card } = await startOnDiskThatFills();
    // What was allocated already may still take some, and the start makes room in the log.
    const takeAllRoom = async (name: string) => {
      for (let count = 0; (await world.status('/readyz')) === 200; count += 1) await world.notify(quietAlert(`${name} ${count}`));
    };
    await takeAllRoom('before the end');
    await world.bot().kill();
    await world.start();
    await takeAllRoom('after the start');
    expect(await world.status('/healthz')).toBe(200);
    disk.free();
    await expectAllIsWellAgain(world, card);
  });

  it('whose database another process holds answers everybody meanwhile, and goes on', async () => {
    const { world, path } = await startBot();
    const card = await openThread(world);
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expectNothingIsTaken(world, 'while it is locked', /^Nothing was recorded, and nothing was done\. The store is busy/);
    other.exec('ROLLBACK');
    other.close();
    await expectAllIsWellAgain(world, card);
  });

  it('is not started on the file of a newer version, and says what to do', async () => {
    const { world, path } = await startBot();
    await world.bot().stop();
    const other = new DatabaseSync(path);
    other.exec('PRAGMA user_version = 99');
    other.close();
    await expect(world.start()).rejects.toThrow(/of version 99, and this Tocsin knows versions up to .*Run the newer Tocsin/);
  });

  it('with a damaged last page takes nothing more, names the restore, and is restored with all that the backup had', async () => {
    const { world, path } = await startBot();
    const card = await openThread(world);
    const place = { folder: world.folder, env: { STORE_URL: `file:${path}` } };
    const saved = await runTocsin(['backup', '--chains'], place);
    expect(saved).toMatchObject({ exitCode: 0 });
    await world.bot().stop();
    // The next delivery would go there.
    damageRoots(path, 'tbl_name', 'delivery_documents');
    await world.start();
    expect(await world.notify(quietAlert('after the damage'))).toMatchObject({ status: 503 });
    expect([await world.status('/readyz'), await world.status('/healthz')]).toEqual([503, 200]);
    expect(world.bot().printed()).toMatch(/The database file is damaged\. Stop Tocsin and restore a backup/);

    const backupFile = saved.stdout.trim();
    const refused = await runTocsin(['restore', backupFile], place);
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Stop Tocsin, then restore again') });
    await world.bot().stop();
    expect(await runTocsin(['restore', backupFile], place)).toMatchObject({ exitCode: 0 });
    await world.start();
    await expectAllIsWellAgain(world, card);
    expect(world.slack.channel('#incidents').messages()).toHaveLength(1);
  });
});

describe('a restore under load', () => {
  it('has every alert that was accepted before the backup, and its record verifies', async () => {
    const { world, path } = await startBot();
    const card = await openThread(world);
    const accepted: string[] = [];
    const over = new AbortController();
    const sender = async (name: string) => {
      for (let count = 0; !over.signal.aborted; count += 1) {
        const alert = `${name} ${count}`;
        if ((await world.notify(quietAlert(alert))).status === 200) accepted.push(alert);
      }
    };
    const senders = ['a', 'b', 'c'].map(sender);
    await eventually('there is load', async () => (accepted.length > 60 ? true : undefined));
    const before = [...accepted];
    const place = { folder: world.folder, env: { STORE_URL: `file:${path}` } };
    const saved = await runTocsin(['backup', '--chains'], place);
    expect(saved).toMatchObject({ exitCode: 0 });
    await world.bot().kill();
    over.abort();
    await Promise.all(senders);
    expect(accepted.length).toBeGreaterThan(before.length);

    expect(await runTocsin(['restore', saved.stdout.trim()], place)).toMatchObject({ exitCode: 0 });
    await world.start();
    const store = await openStore(`file:${path}`, { log: silentLog });
    cleanUp.push(() => store.close());
    await eventually('the backlog is worked off', async () => ((await store.deliveries.counts()).waiting === 0 ? true : undefined));
    const summaries = (await store.incidents.list({ limit: 100_000 })).flatMap(({ alerts }) => alerts.map(({ summary }) => summary));
    const counts = new Map<string, number>();
    for (const summary of summaries) counts.set(summary, (counts.get(summary) ?? 0) + 1);
    expect(before.filter((alert) => counts.get(alert) !== 1)).toEqual([]);
    expect([...counts.values()].every((count) => count === 1)).toBe(true);
    await expectAllIsWellAgain(world, card);
    await card.thread.expectReply(/Tocsin was restored from a backup/);
    expect(world.slack.channel('#incidents').messages()).toHaveLength(1);
  });
});
