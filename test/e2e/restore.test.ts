import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { settleRestored } from '../../src/cli/settle-restored.ts';
import type { Settled } from '../../src/cli/settle-restored.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openStore, sqlitePath } from '../../src/store/open-store.ts';
import { backupDatabase } from '../../src/store/sqlite/backup.ts';
import { replaceDatabase } from '../../src/store/sqlite/replace.ts';
import { seedAlert, startWorld } from '../support/world.ts';
import type { TestAlert, World } from '../support/world.ts';

let folder: string;
let world: World;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-restore-'));
});
afterEach(async () => {
  await world.end();
  rmSync(folder, { recursive: true, force: true });
});

const laterAlert: TestAlert = {
  labels: { alertname: 'QueueOverflow', severity: 'warning', service: 'orders' },
  annotations: { summary: 'The queue is too long' },
  fingerprint: 'f0f0f0f0f0f0f0f0',
};

const backupPath = () => join(folder, 'backup.db');
const databasePath = () => sqlitePath(world.storeUrl) ?? '';
const now = (): Instant => toInstant(world.clock.now());

async function backUp(): Promise<void> {
  await backupDatabase({ from: databasePath(), to: backupPath(), takenAt: now(), chains: true });
}

/** As `tocsin restore` does, by the clock of the story. */
async function restore(): Promise<Settled> {
  let settled: Settled | undefined;
  await replaceDatabase({
    from: backupPath(),
    path: databasePath(),
    now: world.clock.now(),
    async settle(copy, { takenAt = now() }) {
      const store = await openStore(`file:${copy}`, { log: silentLog });
      settled = await settleRestored({ store, clock: world.clock }, { takenAt, restoredAt: now() });
      await store.close();
    },
  });
  if (settled === undefined) throw new Error('nothing was settled');
  return settled;
}

const roots = () => world.slack.channel('#incidents').messages();
const isMarked = (text: string) => /after a restore/.test(text);

/** What the bot says twice without saying so. */
function unmarkedRepeats(texts: readonly string[]): readonly string[] {
  return texts.filter((text, index) => !isMarked(text) && texts.findIndex((other) => other === text) < index);
}

it('an older backup is restored: nothing is posted twice unmarked, nothing in chat is overwritten, and the thread says what is missing', async () => {
  // What the backup has as unsent, it was posted later.
  world = await startWorld({ slackIsAway: true });
  expect(await world.notify(seedAlert)).toBe(200);
  const store = await openStore(world.storeUrl, { log: silentLog });
  while ((await store.outbox.counts()).due < 4) await new Promise((resolve) => void setTimeout(resolve, 5));
  await backUp();
  await store.close();
  await world.slackReturns();

  const incidents = world.slack.channel('#incidents');
  const card = await incidents.expectMessage(/Video Processing/);
  await card.thread.expectReply(/Internal Update/);
  await world.slack.person('ana').types('/incident ack INC-1', { in: incidents });
  await card.thread.expectReply(/acknowledged and is on it/);
  await world.slack.person('ana').types('/incident note INC-1 words that only chat remembers', { in: incidents });
  await card.thread.expectReply(/words that only chat remembers/);
  expect(await world.notify(laterAlert)).toBe(200);
  const later = await incidents.expectMessage(/INC-2\b/);
  await world.slack.person('ben').types('/incident declare Disk of the archive is slow', { in: incidents });
  const declared = await incidents.expectMessage(/INC-3\b/);
  await world.slack.settled();
  await world.slack.passes(15_000);
  const before = { roots: roots().map(({ ts }) => ts), replies: card.thread.replies().map(({ ts }) => ts) };
  expect(before.roots).toHaveLength(3);

  await world.restart(undefined, async () => {
    expect(await restore()).toMatchObject({ open: 1, nextNumber: 1002, broken: [] });
  });
  // Alertmanager sends again what fires.
  expect([await world.notify(seedAlert), await world.notify(laterAlert)]).toEqual([200, 200]);
  await card.thread.expectReply(/Tocsin was restored from a backup of/);
  await later.expectText(/INC-1002\b/);
  await world.slack.person('ana').types('/incident note INC-1 and on we go', { in: incidents });
  await card.thread.expectReply(/and on we go/);
  await world.slack.passes(40_000);

  expect(roots().map(({ ts }) => ts)).toEqual(before.roots);
  const replies = card.thread.replies();
  expect(replies.map(({ ts }) => ts).slice(0, before.replies.length)).toEqual(before.replies);
  expect(replies.filter(({ visibleText }) => /words that only chat remembers/.test(visibleText))).toHaveLength(1);
  const texts = [...roots(), ...replies, ...later.thread.replies()].map(({ visibleText }) => visibleText);
  expect(unmarkedRepeats(texts)).toEqual([]);
  await card.expectText(/Needs an owner|Nobody|Acknowledge/);
  // The number is free of meaning now, and its buttons act on nothing else.
  await declared.button('Acknowledge').pressedBy(world.slack.person('ben'));
  await world.slack.person('ben').seesOnlyToThem(/not there any more/);
});
