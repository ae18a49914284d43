import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TocsinError } from '../../src/kernel/errors.ts';
import { createWriter } from '../../src/store/sqlite/writer.ts';
import type { Writer } from '../../src/store/sqlite/writer.ts';

let db: DatabaseSync;
let writer: Writer;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
  db.exec(`
    CREATE TABLE parents (id INTEGER PRIMARY KEY);
    CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
    CREATE TABLE blobs (bytes BLOB)`);
  writer = createWriter(db);
});
afterEach(() => {
  if (db.isOpen) db.close();
});

const insert = (id: number) => db.prepare('INSERT INTO parents VALUES (?)').run(id);
const idsOf = () =>
  db
    .prepare('SELECT id FROM parents ORDER BY id')
    .all()
    .map((row) => row['id']);
const states = (settled: readonly PromiseSettledResult<unknown>[]) => settled.map((one) => one.status);

describe('the group-committing writer', () => {
  test('puts what arrives in one turn into one transaction, and answers after it', async () => {
    const inTransaction: boolean[] = [];
    const seen: unknown[] = [];
    const writes = [1, 2, 3].map((id) =>
      writer
        .write(() => {
          insert(id);
          seen.push(idsOf());
          return id * 10;
        })
        .finally(() => inTransaction.push(db.isTransaction)),
    );
    expect(idsOf()).toEqual([]);
    expect(await Promise.all(writes)).toEqual([10, 20, 30]);
    expect(seen).toEqual([[1], [1, 2], [1, 2, 3]]);
    expect(inTransaction).toEqual([false, false, false]);
  });

  test('a failing write is undone as a whole and fails alone', async () => {
    const settled = await Promise.allSettled([
      writer.write(() => insert(1)),
      writer.write(() => {
        insert(2);
        insert(1);
      }),
      writer.write(() => {
        insert(4);
        throw new TocsinError('conflict', 'Not this one.');
      }),
      writer.write(() => insert(3)),
    ]);
    expect(states(settled)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: { name: 'TocsinError', code: 'internal', cause: { errcode: 1555 } } });
    expect(settled[2]).toMatchObject({ reason: { code: 'conflict', message: 'Not this one.' } });
    expect(idsOf()).toEqual([1, 3]);
  });

  test('when the commit fails everybody in it fails with `unavailable`, and the next transaction works', async () => {
    const settled = await Promise.allSettled([
      writer.write(() => insert(1)),
      writer.write(() => db.exec('INSERT INTO children VALUES (99)')),
      writer.write(() => insert(2)),
    ]);
    expect(states(settled)).toEqual(['rejected', 'rejected', 'rejected']);
    for (const one of settled) expect(one).toMatchObject({ reason: { code: 'unavailable', retryable: true, cause: { errcode: 787 } } });
    expect(idsOf()).toEqual([]);
    await writer.write(() => insert(5));
    expect(idsOf()).toEqual([5]);
  });

  test('a full disk fails with `unavailable` and leaves nothing half done', async () => {
    db.exec('PRAGMA max_page_count = 20');
    const settled = await Promise.allSettled([
      writer.write(() => insert(1)),
      writer.write(() => {
        insert(2);
        db.exec('INSERT INTO blobs VALUES (zeroblob(1000000))');
      }),
      writer.write(() => insert(3)),
    ]);
    expect(settled[1]).toMatchObject({ reason: { code: 'unavailable', retryable: true, message: expect.stringContaining('full') } });
    const kept = [1, 3].filter((_, index) => settled[index * 2]?.status === 'fulfilled');
    expect(idsOf()).toEqual(kept);
    await writer.write(() => insert(4));
    expect(idsOf()).toEqual([...kept, 4]);
  });

  test('when SQLite itself ended the transaction, nobody in it is told that it worked', async () => {
    const settled = await Promise.allSettled([
      writer.write(() => insert(1)),
      writer.write(() => db.exec('INSERT OR ROLLBACK INTO parents VALUES (1)')),
      writer.write(() => insert(3)),
    ]);
    expect(states(settled)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(settled[0]).toMatchObject({ reason: { code: 'unavailable' } });
    expect(idsOf()).toEqual([]);
  });

  test('more than fits into one transaction goes into several, in order', async () => {
    const ids = Array.from({ length: 2500 }, (_, index) => index);
    const written = await Promise.all(ids.map((id) => writer.write(() => Number(insert(id).lastInsertRowid))));
    expect(written).toEqual(ids);
    expect(idsOf()).toHaveLength(2500);
  });

  test('what is urgent goes first, in one commit with as many others as fit, and the others keep their order', async () => {
    const order: number[] = [];
    const together: number[] = [];
    const work = (id: number) => () => void order.push(id);
    const commits = createWriter(db, { committed: (writes) => together.push(writes) });
    const usual = Array.from({ length: 200 }, (_, id) => commits.write(work(id)));
    const urgent = [900, 901].map((id) => commits.write(work(id), { urgent: true }));
    await Promise.all([...usual, ...urgent]);
    expect(order).toEqual([900, 901, ...Array.from({ length: 200 }, (_, id) => id)]);
    expect(together).toEqual([130, 72]);
  });

  test('closing commits what has arrived and refuses what comes later', async () => {
    const writes = Array.from({ length: 3 }, (_, id) => writer.write(() => insert(id)));
    writer.close();
    expect(idsOf()).toEqual([0, 1, 2]);
    await Promise.all(writes);
    await expect(writer.write(() => insert(9))).rejects.toMatchObject({ code: 'unavailable' });
  });
});
