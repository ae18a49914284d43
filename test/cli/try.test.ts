import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdFile } from '../../src/store/sqlite/hold.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'try-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** Runs the program to its end. */
async function run(...args: readonly string[]): Promise<{ status: number | null; said: string }> {
  const child = spawn(process.execPath, ['src/cli.ts', 'try', ...args], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  const pieces: string[] = [];
  child.stderr.on('data', (piece: Buffer) => void pieces.push(piece.toString('utf8')));
  await once(child, 'close');
  return { status: child.exitCode, said: pieces.join('') };
}

describe('the try-out that cannot start', () => {
  it('says that its port is taken and what to do, and ends', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { status, said } = await run('--port', String(port), '--data', data);
    holder.close();
    expect(status).toBe(1);
    expect(said).toBe(
      `tocsin try: port ${port} is taken. Does the try-out run already? Then open http://127.0.0.1:${port}/. ` +
        'Else choose another: npm start -- --port 0\n',
    );
  }, 60_000);

  it('says that another one uses its folder, and touches nothing in it', async () => {
    const hold = holdFile(join(data, 'in-use'));
    const { status, said } = await run('--port', '0', '--data', data);
    hold?.release();
    expect(status).toBe(1);
    expect(said).toBe(
      `tocsin try: another try-out uses the folder ${data}. Its page is named where it was started. ` +
        'For a second one choose another folder and port: npm start -- --data OTHER --port 0\n',
    );
    expect(readdirSync(data)).toEqual(['in-use']);
  }, 60_000);

  it('says which option it does not know, and how it is used', async () => {
    const { status, said } = await run('--prot', '1');
    expect(status).toBe(64);
    expect(said).toMatch(/^tocsin try: Unknown option '--prot'\n\nusage: npm start/);
  }, 60_000);
});
