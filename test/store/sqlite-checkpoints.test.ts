import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import type { Database } from '../../src/store/sqlite/database.ts';

let dir: string;
let path: string;
let db: Database;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tocsin-checkpoints-'));
  path = join(dir, 'tocsin.db');
  db = openDatabase({ path, busyTimeoutMs: 20 });
});
afterEach(async () => {
  await db.close();
  rmSync(dir, { recursive: true, force: true });
});

async function write(count: number): Promise<void> {
  const add = db.prepare('INSERT INTO delivery_documents (document) VALUES (:document)');
  const document = 'x'.repeat(500);
  await Promise.all(Array.from({ length: count }, () => db.write(() => add.run({ document }))));
}

/** What SQLite chooses anew when the log begins anew. https://sqlite.org/fileformat2.html#the_write_ahead_log */
function salts(): string {
  return readFileSync(`${path}-wal`).toString('hex', 16, 24);
}

describe('the log of the database', () => {
  test('is moved into the file while the bot works, and then begins anew', async () => {
    await write(1);
    const [before, empty] = [salts(), statSync(path).size];
    await write(1500);
    await vi.waitFor(
      async () => {
        await write(300);
        expect(salts()).not.toBe(before);
      },
      { timeout: 10_000 },
    );
    expect(statSync(path).size).toBeGreaterThan(empty + 500 * 500);
  });

  test('is moved at a start, too: a process that was killed left it behind', async () => {
    const path2 = join(dir, 'killed.db');
    await write(100);
    for (const end of ['', '-wal']) copyFileSync(`${path}${end}`, `${path2}${end}`);
    const [left, moved] = [statSync(path2).size, openDatabase({ path: path2, busyTimeoutMs: 20 })];
    expect(statSync(path2).size).toBeGreaterThan(left + 50 * 500);
    await moved.close();
  });

  test('is gone when the database was closed, with the thread that had it open', async () => {
    await write(1500);
    await db.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  test('is moved by a thread that is started again after it ended', async () => {
    await write(1500);
    await db.close();
    db = openDatabase({ path, busyTimeoutMs: 20 });
    const before = statSync(path).size;
    await write(1500);
    await vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(before + 1000 * 500), { timeout: 10_000 });
  });
});
