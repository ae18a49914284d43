import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { after } from '../support/examples.ts';

type Child = ChildProcessByStdio<null, Readable, null>;

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tocsin-processes-'));
  path = join(dir, 'tocsin.db');
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function start(script: URL, ...args: readonly string[]): Child {
  return spawn(process.execPath, [fileURLToPath(script), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function linesOf(child: Child, seen: (count: number) => void = () => {}): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) seen(lines.push(line));
  return lines;
}

test('every acknowledged delivery survives a kill at any moment, three times over', async () => {
  const acknowledged: string[] = [];
  for (const [prefix, enough] of [
    ['a', 50],
    ['b', 333],
    ['c', 1000],
  ] as const) {
    const child = start(new URL('./append-forever.ts', import.meta.url), path, prefix);
    const gone = once(child, 'exit');
    const lines = await linesOf(child, (count) => {
      if (count === enough) child.kill('SIGKILL');
    });
    expect(await gone).toEqual([null, 'SIGKILL']);
    acknowledged.push(...lines);
  }
  const store = openSqliteStore({ path, log: silentLog });
  const kept = await store.deliveries.claim({ now: after(0), lease: { owner: 'test', until: after(60) }, limit: 1_000_000 });
  await store.close();
  expect(acknowledged.length).toBeGreaterThanOrEqual(50 + 333 + 1000);
  const ids = new Set(kept.map((delivery) => delivery.id));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  expect(kept.every((delivery) => delivery.body.length > 2000)).toBe(true);
});

test('three processes that open a new file at once share it and never take the same number', async () => {
  const counts = await Promise.all(
    Array.from({ length: 3 }, () => linesOf(start(new URL('./count-numbers.ts', import.meta.url), path, '60'))),
  );
  const numbers = counts.flat().map(Number);
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 180 }, (_, index) => index + 1));
});
