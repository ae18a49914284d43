import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backup } from '../../src/cli/backup.ts';
import { UsageError } from '../../src/cli/cli-command.ts';
import { exportIncident } from '../../src/cli/export.ts';
import { replay } from '../../src/cli/replay.ts';
import { restore } from '../../src/cli/restore.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { exampleDelivery, exampleIncident, exampleOutboxMessage } from '../support/examples.ts';
import { runCommand } from './terminal.ts';

let folder: string;
let url: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-cli-backup-'));
  url = `file:${join(folder, 'tocsin.db')}`;
  await inStore(async (store) => {
    await store.deliveries.append(exampleDelivery());
    await store.outbox.want([exampleOutboxMessage({ key: 'inc_1:card' })]);
  });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function inStore<T>(work: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>): Promise<T> {
  const store = await openStore(url, { log: silentLog });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const env = () => ({ STORE_URL: url });
const mistyped = () => join(folder, 'mistyped.db');

describe('tocsin backup', () => {
  it('copies beside the store, prints the name, and says what is in it', async () => {
    const { exitCode, stdout, stderr } = await runCommand(backup, ['--chains'], { env: env() });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/\/backups\/tocsin-\d{8}T\d{6}Z\.db\n$/) });
    expect(stderr).toMatch(
      /MiB · 0 incidents, 0 timeline entries, 1 delivery, 1 message · checked: structure, rows and the chains of 0 timelines\.\n$/,
    );
    expect(existsSync(stdout.trim())).toBe(true);
  });

  it('keeps as many as it is told to, and touches nothing else in the folder', async () => {
    const backups = join(folder, 'kept');
    mkdirSync(backups);
    const old = ['tocsin-20260101T000000Z.db', 'tocsin-20260102T000000Z.db', 'notes.txt', 'tocsin-of-ana.db'];
    for (const name of old) writeFileSync(join(backups, name), '');
    const { exitCode, stderr } = await runCommand(backup, ['--to', backups, '--keep', '2'], { env: env() });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Deleted tocsin-20260101T000000Z.db.');
    const left = readdirSync(backups);
    expect(left).toHaveLength(4);
    expect(left).toEqual(expect.arrayContaining(['notes.txt', 'tocsin-of-ana.db', 'tocsin-20260102T000000Z.db']));
  });

  it('never replaces a file', async () => {
    const to = join(folder, 'mine.db');
    writeFileSync(to, 'precious');
    await expect(runCommand(backup, ['--to', to], { env: env() })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('says what to do for MongoDB instead, and does not quote the address', async () => {
    const { exitCode, stderr } = await runCommand(backup, ['--store', 'mongodb://ada:hunter2@db/tocsin']);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('mongodump');
    expect(stderr).not.toContain('hunter2');
  });

  it('says what is wrong with its arguments', async () => {
    await expect(runCommand(backup, ['place'], { env: env() })).rejects.toThrow(UsageError);
    await expect(runCommand(backup, ['--keep', 'all'], { env: env() })).rejects.toThrow(UsageError);
    await expect(runCommand(backup, ['--to', join(folder, 'x.db'), '--keep', '3'], { env: env() })).rejects.toThrow(UsageError);
    await expect(runCommand(backup, ['--store', 'tocsin.db'])).rejects.toThrow(UsageError);
  });
});

describe('tocsin restore', () => {
  it('brings back what the backup had, keeps what was there, and has the bot look before it posts', async () => {
    const { stdout: file } = await runCommand(backup, [], { env: env() });
    await inStore((store) => store.incidents.insert(exampleIncident({ number: 7 })));
    const { exitCode, stdout, stderr } = await runCommand(restore, [file.trim()], { env: env() });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${join(folder, 'tocsin.db')}\n` });
    expect(stderr).toMatch(/Restored as of 20.*: 0 incidents, .*1 delivery/);
    expect(stderr).toMatch(/The database before is kept: .*tocsin\.db\.before-\d{8}T\d{6}Z\n/);
    expect(stderr).toMatch(/0 open; 1 unsent message is looked for in Slack .* begin at INC-1001\.\nStart Tocsin now\.\n$/);
    await inStore(async (store) => {
      expect(await store.incidents.list({ limit: 9 })).toEqual([]);
      expect((await store.deliveries.counts()).waiting).toBe(1);
      expect(await store.outbox.get('inc_1:card')).toMatchObject({ state: 'ambiguous', doubt: { absentSince: expect.any(String) } });
      expect(await store.lastRestoration()).toBeDefined();
    });
  });

  it('takes what can still be read of a copy with its log, and reckons from the latest time in it', async () => {
    const { stdout } = await runCommand(restore, [join(folder, 'tocsin.db'), '--store', `file:${join(folder, 'new', 'tocsin.db')}`]);
    expect(stdout).toBe(`${join(folder, 'new', 'tocsin.db')}\n`);
    url = stdout.trim().replace(/^/, 'file:');
    await inStore(async (store) => expect((await store.lastRestoration())?.takenAt).toBe((await store.deliveries.lastReceivedAt()) ?? ''));
  });

  it('says what is wrong with its arguments, and what is not there', async () => {
    expect(await runCommand(restore, [mistyped()], { env: env() })).toMatchObject({ exitCode: 66, stdout: '' });
    await expect(runCommand(restore, [], { env: env() })).rejects.toThrow(UsageError);
    await expect(runCommand(restore, ['a', 'b'], { env: env() })).rejects.toThrow(UsageError);
    await expect(runCommand(restore, ['a', '--taken', 'yesterday'], { env: env() })).rejects.toThrow(UsageError);
    await expect(runCommand(restore, ['--store', 'mongodb://db/tocsin'])).rejects.toThrow(/--taken/);
    await expect(runCommand(restore, ['a', '--store', 'mongodb://db/tocsin'])).rejects.toThrow(/mongorestore/);
  });
});

describe('a mistyped store', () => {
  it.for([
    ['backup', backup, []],
    ['replay', replay, []],
    ['export', exportIncident, ['INC-1']],
  ] as const)('is said by tocsin %s, and no file is made', async ([name, command, args]) => {
    const { exitCode, stdout, stderr } = await runCommand(command, [...args, '--store', `file:${mistyped()}`]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 66, stdout: '' });
    expect(stderr).toBe(`tocsin ${name}: There is no database at ${mistyped()}. Check --store and STORE_URL.\n`);
    expect(existsSync(mistyped())).toBe(false);
  });
});
