import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { backupDatabase } from '../../src/store/sqlite/backup.ts';
import { migrate, migrations } from '../../src/store/sqlite/migrations.ts';
import { replaceDatabase } from '../../src/store/sqlite/replace.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { after, exampleDelivery, exampleDraft, exampleEntries, exampleIncident, exampleStart } from '../support/examples.ts';

let dir: string;
let from: string;
let to: string;
let store: Store;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tocsin-backup-'));
  [from, to] = [join(dir, 'tocsin.db'), join(dir, 'copy.db')];
  store = openSqliteStore({ path: from, log: silentLog });
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const request = (more: object = {}) => ({ from, to, takenAt: exampleStart, chains: true, ...more });
const fill = (count: number, prefix = 'dlv') =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      store.deliveries.append(exampleDelivery({ id: `${prefix}_${String(index).padStart(6, '0')}`, body: 'x'.repeat(4000) })),
    ),
  );

function tamper(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

async function incidentWithTimeline(): Promise<void> {
  const entries = exampleEntries('inc_1', [exampleDraft(), exampleDraft(), exampleDraft()]);
  const last = entries.at(-1);
  await store.incidents.insert(exampleIncident({ timeline: { seq: 3, hash: last?.hash ?? '' } }));
  await store.timeline.insertIfAbsent(entries);
}

describe('a backup', () => {
  test('is of one moment while the bot writes, is one private file, and says when it was taken', async () => {
    await fill(3000);
    const writes: Promise<unknown>[] = [];
    const seen: number[] = [];
    const done = await backupDatabase(
      request({
        progress({ copied }: { copied: number }) {
          seen.push(copied);
          writes.push(store.deliveries.append(exampleDelivery({ id: `dlv_later_${seen.length}` })));
        },
      }),
    );
    await Promise.all(writes);
    expect(seen.length).toBeGreaterThan(1);
    expect(done).toMatchObject({ counts: { delivery_documents: 3000 }, chains: 0, takenAt: exampleStart });
    expect(statSync(to).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir).sort()).toEqual(['copy.db', 'tocsin.db', 'tocsin.db-shm', 'tocsin.db-wal']);
    const copy = openSqliteStore({ path: to, log: silentLog });
    expect((await copy.deliveries.counts()).waiting).toBe(3000);
    await copy.close();
    expect((await store.deliveries.counts()).waiting).toBe(3000 + writes.length);
  });

  test('never replaces a file, and leaves nothing of itself behind when it fails', async () => {
    writeFileSync(to, 'something else');
    await expect(backupDatabase(request())).rejects.toMatchObject({ code: 'conflict' });
    expect(readFileSync(to, 'utf8')).toBe('something else');
    const stop = new AbortController();
    await fill(3000);
    const interrupted = backupDatabase(request({ to: `${to}2`, signal: stop.signal, progress: () => stop.abort() }));
    await expect(interrupted).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('interrupted') });
    await expect(backupDatabase(request({ to: join(dir, 'nowhere', 'copy.db') }))).rejects.toMatchObject({ code: 'unavailable' });
    expect(readdirSync(dir).filter((name) => !name.startsWith('tocsin.db'))).toEqual(['copy.db']);
  });

  test('of nothing, or of another program, is refused and creates nothing', async () => {
    await expect(backupDatabase(request({ from: join(dir, 'mistyped.db') }))).rejects.toMatchObject({ code: 'not_found' });
    expect(existsSync(join(dir, 'mistyped.db'))).toBe(false);
    tamper(join(dir, 'other.db'), 'CREATE TABLE shopping (item)');
    await expect(backupDatabase(request({ from: join(dir, 'other.db') }))).rejects.toMatchObject({ code: 'precondition' });
    expect(existsSync(to)).toBe(false);
  });

  test('of a timeline that was changed fails and names the incident', async () => {
    await incidentWithTimeline();
    expect(await backupDatabase(request())).toMatchObject({ chains: 1, counts: { timeline: 3 } });
    tamper(from, `UPDATE timeline SET document = json_set(document, '$.kind', 'resolved') WHERE seq = 2`);
    const message = expect.stringMatching(/INC-1 does not hold at entry 2/);
    await expect(backupDatabase(request({ to: `${to}2` }))).rejects.toMatchObject({ code: 'unavailable', message });
    expect(existsSync(`${to}2`)).toBe(false);
  });
});

describe('the backup of an older version', () => {
  test('is checked as it is, with what its relay had not moved yet, and stays of that version', async () => {
    const old = join(dir, 'old.db');
    const db = new DatabaseSync(old);
    migrate(db, migrations.slice(0, 3));
    const entries = exampleEntries('inc_1', [exampleDraft(), exampleDraft()]);
    const [first, second] = entries;
    const incident = exampleIncident({
      timeline: { seq: 2, hash: second?.hash ?? '' },
      pending: { entries: entries.slice(1), effects: [] },
    });
    db.prepare(`INSERT INTO timeline VALUES ('inc_1', 1, ?)`).run(JSON.stringify(first));
    db.prepare(
      `INSERT INTO incidents (id, number, version, state, has_pending, updated_at, document) VALUES ('inc_1', 1, 1, 'triggered', 1, ?, ?)`,
    ).run(incident.updatedAt, JSON.stringify(incident));
    db.close();
    expect(await backupDatabase(request({ from: old }))).toMatchObject({ version: 3, chains: 1, counts: { incidents: 1 } });
    const opened = openSqliteStore({ path: to, log: silentLog });
    expect((await opened.incidents.getByNumber(1))?.pending.entries).toHaveLength(1);
    await opened.close();
  });
});

describe('putting a backup back', () => {
  const settle = async () => {};
  const now = new Date('2026-03-14T12:00:00Z');

  test('is refused while a process has the database open, and changes nothing', async () => {
    await fill(3);
    await backupDatabase(request());
    await fill(2, 'later');
    await expect(replaceDatabase({ from: to, path: from, settle, now })).rejects.toMatchObject({ code: 'conflict' });
    expect((await store.deliveries.counts()).waiting).toBe(5);
    expect(readdirSync(dir).sort()).toEqual(['copy.db', 'tocsin.db', 'tocsin.db-shm', 'tocsin.db-wal']);
  });

  test('keeps what was there, settles before it takes the place, and leaves the backup as it is', async () => {
    await fill(3);
    await backupDatabase(request());
    await fill(2, 'later');
    await store.close();
    const before = readFileSync(to);
    const seen: string[] = [];
    const { kept, inspection } = await replaceDatabase({
      from: to,
      path: from,
      now,
      async settle(copy) {
        seen.push(copy);
        tamper(copy, `INSERT INTO pings VALUES ('settled', '${after(1)}')`);
      },
    });
    expect(inspection).toMatchObject({ takenAt: exampleStart, counts: { delivery_documents: 3 } });
    expect(readFileSync(to).equals(before)).toBe(true);
    expect(readdirSync(dir).sort()).toEqual(['copy.db', 'tocsin.db', 'tocsin.db.before-20260314T120000Z']);
    expect(statSync(from).mode & 0o777).toBe(0o600);
    const old = openSqliteStore({ path: kept ?? '', log: silentLog });
    expect((await old.deliveries.counts()).waiting).toBe(5);
    await old.close();
    store = openSqliteStore({ path: from, log: silentLog });
    expect((await store.deliveries.counts()).waiting).toBe(3);
  });

  test('of a damaged one is refused, and the database stays', async () => {
    await fill(300);
    await backupDatabase(request());
    await store.close();
    const bytes = readFileSync(to);
    bytes.fill(0xab, bytes.length - 4096);
    writeFileSync(to, bytes);
    const damaged = { code: 'unavailable', message: expect.stringContaining('damaged') };
    await expect(replaceDatabase({ from: to, path: from, settle, now })).rejects.toMatchObject(damaged);
    store = openSqliteStore({ path: from, log: silentLog });
    expect((await store.deliveries.counts()).waiting).toBe(300);
    expect(readdirSync(dir).filter((name) => name.includes('restoring') || name.includes('before'))).toEqual([]);
  });
});
