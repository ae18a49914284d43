import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const readySchema = z.object({ pageUrl: z.url(), webhookUrl: z.url(), webhookToken: z.string(), pid: z.number() });
const stopsWithinMs = 20_000;

/** The program of `npm start`, as somebody who runs it in a terminal has it. */
export type TryOut = {
  pageUrl: string;
  webhookUrl: string;
  webhookToken: string;
  /** What stands in the terminal so far. */
  printed(): string;
  /** Ctrl-C. Resolves with the exit status; rejects when the program does not end within seconds. */
  interrupt(): Promise<number | null>;
  /** Ends it at once, if it still runs. */
  kill(): Promise<void>;
};

/** Starts it on a folder and resolves once everything runs; throws with what it printed when it ends before. */
export async function startTryOut(data: string): Promise<TryOut> {
  const readyFile = join(data, 'ready.json');
  const args = ['src/cli.ts', 'try', '--port', '0', '--speed', '20', '--data', data, '--ready-file', readyFile];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const pieces: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => void pieces.push(piece.toString('utf8')));
  const printed = () => pieces.join('');
  const ended = once(child, 'close');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  while (!existsSync(readyFile)) {
    if (hasEnded()) throw new Error(`the try-out ended before it was ready:\n${printed()}`);
    await moment();
  }
  const { pageUrl, webhookUrl, webhookToken } = readySchema.parse(JSON.parse(readFileSync(readyFile, 'utf8')));
  return {
    pageUrl,
    webhookUrl,
    webhookToken,
    printed,
    async interrupt() {
      const exited = once(child, 'close', { signal: AbortSignal.timeout(stopsWithinMs) });
      child.kill('SIGINT');
      await exited;
      return child.exitCode;
    },
    async kill() {
      if (!hasEnded()) child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Lets a loop that asks for something wait between two questions. */
function moment(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
}
