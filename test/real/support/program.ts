import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';

/** A server program that a test started. */
export type RunningProgram = { url: string; stop(): Promise<void> };

/** Where a program is on this machine, by any of its names. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** A TCP port of this machine that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts a server and resolves when its readiness address answers 200; throws with what it printed when it ends before. */
export async function startProgram(
  program: string,
  args: readonly string[],
  how: { url: string; readyPath: string },
): Promise<RunningProgram> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void printed.push(chunk.toString('utf8')));
  const ended = once(child, 'exit');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  while (!(await isReady(how.url + how.readyPath))) {
    if (hasEnded()) throw new Error(`${program} ended before it was ready:\n${printed.join('').slice(-4000)}`);
  }
  return {
    url: how.url,
    async stop() {
      if (!hasEnded()) child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Asks once, and answers no sooner than a moment later, so that a loop around it does not spin. */
async function isReady(address: string): Promise<boolean> {
  const moment = new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(1000) });
    await response.text();
    return response.ok;
  } catch {
    return false;
  } finally {
    await moment;
  }
}
