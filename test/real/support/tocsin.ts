import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './control-plane.ts';

const program = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

/** Where the program runs (its tocsin.yaml is there), with which variables besides the path to programs, and with which options of Node. */
export type Place = { folder: string; env?: Readonly<Record<string, string>>; nodeArgs?: readonly string[] };

function start(args: readonly string[], { folder, env = {}, nodeArgs = [] }: Place) {
  const child = spawn(process.execPath, [...nodeArgs, program, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (printed.stderr += text));
  return { child, printed };
}

/** Runs one of the program's commands to its end. */
export async function runTocsin(args: readonly string[], place: Place): Promise<Outcome> {
  const { child, printed } = start(args, place);
  await once(child, 'close');
  return { ...printed, exitCode: child.exitCode ?? -1 };
}

/** `tocsin serve` in a process of its own. */
export type ServingTocsin = {
  pid: number;
  webhookUrl: string;
  slackUrl: string;
  /** Everything that it logged so far. */
  printed(): string;
  /** SIGKILL, whatever it is doing; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with its exit status. */
  stop(): Promise<number | null>;
  /** SIGTERM, and another one once it has begun to stop; resolves with its exit status. */
  stopAtOnce(): Promise<number | null>;
};

/** Starts the bot and resolves once it runs; throws with what it printed when it ends before. */
export async function serveTocsin(place: Place): Promise<ServingTocsin> {
  const { child, printed } = start(['serve'], place);
  const ended = once(child, 'close');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const addresses = await new Promise<{ webhook: string; slack: string }>((resolve, reject) => {
    child.stdout.on('data', () => {
      const line = printed.stdout.split('\n').find((each) => each.includes('"tocsin is running"'));
      // The log's line of that message has these two fields.
      if (line !== undefined) resolve(JSON.parse(line) as { webhook: string; slack: string });
    });
    child.once('close', () => reject(new Error(`the bot ended before it was ready:\n${printed.stdout}${printed.stderr}`)));
  });
  return {
    pid: child.pid ?? 0,
    webhookUrl: addresses.webhook,
    slackUrl: addresses.slack,
    printed: () => `${printed.stdout}${printed.stderr}`,
    async kill() {
      if (!hasEnded()) child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      if (!hasEnded()) child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
    async stopAtOnce() {
      child.stdout.on('data', () => {
        if (printed.stdout.includes('"stopping"')) child.kill('SIGTERM');
      });
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
  };
}
