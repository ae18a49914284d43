import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Log } from '../../src/kernel/log.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { migrate, migrations } from '../../src/store/sqlite/migrations.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { after, exampleAlert, exampleDelivery, exampleIncident, exampleStart } from '../support/examples.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tocsin-file-'));
  path = join(dir, 'data', 'tocsin.db');
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const openStore = (log: Log = silentLog) => openSqliteStore({ path, log, busyTimeoutMs: 20 });

/** Changes the database as no Tocsin would. What a process read before, it need not read again. */
function tamper(sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

function valueOf(query: string): unknown {
  const db = new DatabaseSync(path);
  const value = Object.values(db.prepare(query).get() ?? {})[0];
  db.close();
  return value;
}

describe('the database file', () => {
  test('is created with its folder, for its owner alone, and in WAL mode', async () => {
    const store = openStore();
    await store.deliveries.append(exampleDelivery());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
    await store.close();
    expect(valueOf('PRAGMA journal_mode')).toBe('wal');
    expect(valueOf('PRAGMA user_version')).toBe(migrations.length);
  });

  test('of a newer Tocsin is refused and stays as it is', async () => {
    await openStore().close();
    tamper('PRAGMA user_version = 99');
    expect(openStore).toThrow(expect.objectContaining({ code: 'precondition', message: expect.stringMatching(/version 99.*newer/) }));
    expect(valueOf('PRAGMA user_version')).toBe(99);
  });

  test('of another program is refused and stays as it is', () => {
    mkdirSync(join(dir, 'data'));
    tamper('CREATE TABLE theirs (a)');
    expect(openStore).toThrow(expect.objectContaining({ code: 'precondition', message: expect.stringContaining('another program') }));
    expect(valueOf('SELECT count(*) FROM sqlite_schema')).toBe(1);
  });

  test('that is no database is refused', () => {
    mkdirSync(join(dir, 'data'));
    writeFileSync(path, 'not a database'.repeat(1000));
    expect(openStore).toThrow(expect.objectContaining({ code: 'unavailable', retryable: false }));
  });

  test('in a place where none can be is refused', () => {
    writeFileSync(join(dir, 'data'), 'a file, not a folder');
    expect(openStore).toThrow(expect.objectContaining({ code: 'unavailable', message: expect.stringContaining(path) }));
  });

  test('that another process holds makes writes fail as busy, reads go on, and all is well afterwards', async () => {
    const store = openStore();
    await store.deliveries.append(exampleDelivery());
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.ping()).rejects.toMatchObject({ code: 'unavailable', retryable: true, cause: { errcode: 5 } });
    expect((await store.deliveries.counts()).waiting).toBe(1);
    other.exec('COMMIT');
    other.close();
    await store.ping();
    await store.close();
  });

  test('that another process holds keeps nobody waiting but the writes, and all of them go through once it is free', async () => {
    const store = openSqliteStore({ path, log: silentLog });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const ids = Array.from({ length: 50 }, (_, index) => `dlv_${String(index).padStart(3, '0')}`);
    const writes = Promise.all(ids.map((id) => store.deliveries.append(exampleDelivery({ id }))));
    // The lock is let go by the very thread that waits for it: had the wait kept it busy, this could only come after the failure.
    for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => void setTimeout(resolve, 1));
    other.exec('COMMIT');
    await writes;
    const kept = await store.deliveries.claim({ now: after(0), lease: { owner: 'test', until: after(60) }, limit: 100 });
    expect(kept.map(({ id }) => id)).toEqual(ids);
    other.close();
    await store.close();
  });

  test('with a damaged page makes calls fail with `unavailable`, not the process', async () => {
    const store = openStore();
    for (let index = 0; index < 50; index += 1) await store.alerts.put(exampleAlert({ fingerprint: `f${index}` }), 0);
    await store.close();
    const reader = new DatabaseSync(path);
    const roots = reader.prepare("SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'alerts'").all();
    reader.close();
    const file = openSync(path, 'r+');
    for (const { rootpage } of roots) writeSync(file, Buffer.alloc(4096, 0xab), 0, 4096, (Number(rootpage) - 1) * 4096);
    closeSync(file);
    const damaged = openStore();
    const failure = { code: 'unavailable', retryable: false, message: expect.stringContaining('damaged') };
    await expect(damaged.alerts.list({ limit: 100 })).rejects.toMatchObject(failure);
    await expect(damaged.alerts.put(exampleAlert({ fingerprint: 'f1' }), 0)).rejects.toMatchObject(failure);
    await damaged.close();
  });
});

describe('migrations', () => {
  test('run in order, each once, and all or none', () => {
    const db = new DatabaseSync(':memory:');
    const first = 'CREATE TABLE one (a); INSERT INTO one VALUES (1)';
    migrate(db, [first]);
    migrate(db, [first]);
    expect(() => migrate(db, [first, 'INSERT INTO one VALUES (2)', 'INSERT INTO nowhere VALUES (3)'])).toThrow(/nowhere/);
    expect(db.prepare('SELECT a FROM one').all()).toHaveLength(1);
    migrate(db, [first, 'INSERT INTO one VALUES (2)', 'CREATE TABLE two (b)']);
    expect(db.prepare('SELECT a FROM one').all()).toHaveLength(2);
    expect(Object.values(db.prepare('PRAGMA user_version').get() ?? {})).toEqual([3]);
    expect(() => migrate(db, [first])).toThrow(/version 3/);
    db.close();
  });
});

describe('a database from before open incidents were counted', () => {
  test('gets the severities out of its documents', async () => {
    mkdirSync(join(dir, 'data'));
    const db = new DatabaseSync(path);
    migrate(db, migrations.slice(0, 3));
    const insert = db.prepare(`
      INSERT INTO incidents (id, number, version, state, has_pending, updated_at, document)
      VALUES (:id, :number, :version, :state, 0, :updatedAt, :document)`);
    for (const severity of ['critical', 'warning', 'warning'] as const) {
      const number = db.prepare('SELECT id FROM incidents').all().length + 1;
      const { id, version, state, updatedAt } = exampleIncident({ number });
      insert.run({ id, number, version, state, updatedAt, document: JSON.stringify(exampleIncident({ number, severity })) });
    }
    db.close();
    const store = openStore();
    const counts = (await store.incidents.countOpen()).map(({ severity, count }) => `${count} ${severity}`);
    expect(counts.toSorted()).toEqual(['1 critical', '2 warning']);
    await store.close();
    const plan = new DatabaseSync(path).prepare(
      `EXPLAIN QUERY PLAN SELECT state, severity, count(*) FROM incidents WHERE state <> 'resolved' GROUP BY state, severity`,
    );
    expect(JSON.stringify(plan.all())).toContain('COVERING INDEX incidents_open');
  });
});

describe('documents in the file', () => {
  test('of a newer schema give a clear error, and the others are still listed', async () => {
    const writer = openStore();
    await writer.incidents.insert(exampleIncident({ number: 1, due: { resolve: exampleStart } }));
    await writer.incidents.insert(exampleIncident({ number: 2, due: { resolve: exampleStart } }));
    await writer.close();
    tamper(`UPDATE incidents SET document = json_set(document, '$.schema', 2, '$.state', 'unheard of') WHERE number = 1`);
    const errors: object[] = [];
    const store = openStore({ ...silentLog, error: (fields) => void errors.push(fields) });
    const message = expect.stringMatching(/incident inc_1 was written by a newer Tocsin \(schema 2/);
    await expect(store.incidents.get(exampleIncident().id)).rejects.toMatchObject({ code: 'precondition', message });
    expect((await store.incidents.listDue(after(1), 10)).map((incident) => incident.number)).toEqual([2]);
    expect(errors).toHaveLength(1);
    await store.close();
  });

  test('that are damaged name the place', async () => {
    const writer = openStore();
    await writer.incidents.insert(exampleIncident());
    await writer.close();
    tamper(`UPDATE incidents SET document = json_set(document, '$.due.measure', 'soon')`);
    const store = openStore();
    const message = expect.stringMatching(/incident inc_1 is damaged at "due\.measure"/);
    await expect(store.incidents.getByNumber(1)).rejects.toMatchObject({ code: 'internal', message });
    tamper(`UPDATE incidents SET document = '{"half'`);
    await expect(store.incidents.getByNumber(1)).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('not JSON') });
    await store.close();
  });

  test('keep fields that a later version of the same schema added', async () => {
    const writer = openStore();
    await writer.incidents.insert(exampleIncident());
    await writer.close();
    tamper(`UPDATE incidents SET document = json_set(document, '$.later', json('{"a":1}'))`);
    const store = openStore();
    const incident = await store.incidents.get(exampleIncident().id);
    if (incident === undefined) throw new Error('the incident is gone');
    await store.incidents.replace({ ...incident, version: 2 }, 1);
    expect(valueOf(`SELECT document ->> '$.later.a' FROM incidents`)).toBe(1);
    await store.close();
  });
});
