import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { findLogDamage } from '../../src/store/sqlite/log-check.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { after, exampleDelivery } from '../support/examples.ts';

const frameBytes = 24 + 4096;
const ids = Array.from({ length: 20 }, (_, index) => `dlv_${String(index).padStart(3, '0')}`);

let dir: string;
let path: string;

/** What a process leaves behind that is killed after it acknowledged twenty deliveries, one commit each. */
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tocsin-log-'));
  path = join(dir, 'left.db');
  const alive = join(dir, 'alive.db');
  const store = openSqliteStore({ path: alive, log: silentLog });
  for (const id of ids) await store.deliveries.append(exampleDelivery({ id }));
  for (const part of ['', '-wal', '-shm']) copyFileSync(alive + part, path + part);
  await store.close();
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** How many frames of the log are committed. */
function committedFrames(): number {
  return readFileSync(`${path}-shm`).readUInt32LE(16);
}

/** Overwrites bytes of the log's last frame that was committed, or of one before. */
function damage(framesFromTheEnd: number): void {
  const log = readFileSync(`${path}-wal`);
  const at = 32 + (committedFrames() - framesFromTheEnd) * frameBytes + 24;
  log.fill(0xab, at, at + 512);
  writeFileSync(`${path}-wal`, log);
}

async function keptIn(): Promise<readonly string[]> {
  const store = openSqliteStore({ path, log: silentLog });
  const kept = await store.deliveries.claim({ now: after(0), lease: { owner: 'test', until: after(60) }, limit: 100 });
  await store.close();
  return kept.map(({ id }) => id);
}

describe('the log that a killed process left', () => {
  test('brings back all that was acknowledged', async () => {
    expect(findLogDamage(path)).toBeUndefined();
    expect(await keptIn()).toEqual(ids);
  });

  test('may end in the middle of a write that nobody was told of', async () => {
    const torn = readFileSync(`${path}-wal`).subarray(32, 32 + frameBytes - 100);
    const log = readFileSync(`${path}-wal`).subarray(0, 32 + committedFrames() * frameBytes);
    writeFileSync(`${path}-wal`, Buffer.concat([log, torn]));
    expect(findLogDamage(path)).toBeUndefined();
    expect(await keptIn()).toEqual(ids);
  });

  test.for([1, 10])(
    'is not opened when its frame %i from the end was overwritten: nothing that was acknowledged vanishes in silence',
    async (from) => {
      damage(from);
      const before = [readFileSync(path), readFileSync(`${path}-wal`)];
      expect(() => openSqliteStore({ path, log: silentLog })).toThrow(
        expect.objectContaining({ code: 'unavailable', retryable: false, message: expect.stringContaining('tocsin restore') }),
      );
      expect([readFileSync(path), readFileSync(`${path}-wal`)]).toEqual(before);
    },
  );

  test('is not opened when it was cut off', () => {
    truncateSync(`${path}-wal`, 32 + (committedFrames() - 5) * frameBytes);
    expect(findLogDamage(path)).toMatchObject({ lost: expect.any(Number) });
  });

  test('shows damage in its middle also after a power cut, which leaves no index', () => {
    damage(10);
    rmSync(`${path}-shm`);
    expect(findLogDamage(path)).toMatchObject({ lost: expect.any(Number) });
  });

  test('is looked at without a trace, and is no matter where there is none', () => {
    for (const part of ['-wal', '-shm']) rmSync(path + part);
    expect(findLogDamage(path)).toBeUndefined();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});
