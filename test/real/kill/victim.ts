import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BotOrder } from './bot.ts';

export type Addresses = { webhookUrl: string; slackUrl: string };

/** A bot in a process of its own, which is killed without warning and started again on the same store. */
export type Victim = {
  /** Undefined while it is down. */
  addresses(): Addresses | undefined;
  /** Resolves when it answers. */
  start(): Promise<Addresses>;
  /** SIGKILL, whatever it is doing; resolves when it is gone. */
  kill(): Promise<void>;
};

export function createVictim(options: { folder: string; order: BotOrder; started: (addresses: Addresses) => void }): Victim {
  const program = fileURLToPath(new URL('bot.ts', import.meta.url));
  const file = join(options.folder, 'order.json');
  writeFileSync(file, JSON.stringify(options.order));
  let child: ChildProcess | undefined;
  let addresses: Addresses | undefined;
  return {
    addresses: () => addresses,
    async start() {
      const started = fork(program, [file], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      child = started;
      addresses = await new Promise<Addresses>((resolve, reject) => {
        // The bot sends its addresses once, and nothing else.
        started.once('message', (message) => resolve(message as Addresses));
        started.once('exit', (code) => reject(new Error(`the bot ended by itself with ${code}`)));
      });
      options.started(addresses);
      return addresses;
    },
    async kill() {
      addresses = undefined;
      const dying = child;
      if (dying === undefined || dying.exitCode !== null) return;
      const gone = new Promise((resolve) => dying.once('exit', resolve));
      dying.removeAllListeners('message');
      dying.kill('SIGKILL');
      await gone;
    },
  };
}
