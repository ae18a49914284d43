import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { openStore } from '../../src/store/open-store.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tocsin-open-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

test('file: URLs open the embedded store', async () => {
  const path = join(dir, 'with space.db');
  for (const url of [`file:${path}`, pathToFileURL(path).href, 'file::memory:']) {
    const store = await openStore(url, { log: silentLog });
    await store.ping();
    await store.close();
  }
  expect(statSync(path).size).toBeGreaterThan(0);
});

test.for(['', 'file:', 'tocsin.db', 'postgres://ada:hunter2@db/tocsin', 'mongodb:', 'mongodb://', 'mongodb://ada:hunter2@:x/tocsin'])(
  '%j is refused without quoting it',
  async (url) => {
    const error: unknown = await openStore(url, { log: silentLog }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'invalid', message: expect.stringContaining('mongodb://') });
    expect(error).not.toMatchObject({ message: expect.stringContaining('hunter2') });
    expect(error).not.toHaveProperty('cause');
  },
);
