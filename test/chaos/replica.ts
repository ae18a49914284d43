import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a bot process is started with. Times are those of its clock, which runs `speed` times as fast as the machine's. */
export type ReplicaOrder = {
  storeUrl: string;
  slackApiUrl: string;
  prometheusUrl: string;
  kubeconfig: string;
  epochMs: number;
  speed: number;
  /** By how much its clock is wrong. */
  offsetMs: number;
  settings: object;
  /** Whether it prints its warnings and errors. */
  isLoud: boolean;
};

export type ToReplica = { type: 'set clock'; offsetMs: number } | { type: 'sample' };
/** `refusals`: how often it was told that others have taken over what it worked on. */
/** `errors`: the last that it logged. */
type Sample = { rssBytes: number; delayP99Ms: number; errors: readonly string[]; refusals: number };
export type FromReplica = { type: 'started'; webhookUrl: string; slackUrl: string } | ({ type: 'sample' } & Sample);

type Addresses = { webhookUrl: string; slackUrl: string };

/** A bot in a process of its own, and all that can be done to a process. */
export type Replica = {
  readonly name: string;
  /** Undefined while it is down, or is to get nothing new. */
  addresses(): Addresses | undefined;
  /** Begins it; resolves when it answers, or was killed before. */
  start(): Promise<void>;
  /** SIGKILL, whatever it is doing; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with its exit status and how long it took (real ms). */
  stop(): Promise<{ status: number | null; tookMs: number }>;
  /** SIGSTOP: it stands still, its connections stay open. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** Sets its clock so much (ms of its own time) off the world's; holds over a restart. */
  setClock(offsetMs: number): void;
  sample(): Promise<Sample>;
  /** How it ended when nobody had told it to. */
  ownEnds(): readonly string[];
};

const program = fileURLToPath(new URL('replica-process.ts', import.meta.url));
const compiled = fileURLToPath(new URL('../../node_modules/.cache/tests', import.meta.url));

export function createReplica(options: {
  name: string;
  folder: string;
  order: Omit<ReplicaOrder, 'offsetMs'>;
  changed: () => void;
}): Replica {
  const { name, folder, order, changed } = options;
  const file = join(folder, `${name}.json`);
  // Compiled code is kept for the next start, as the command line keeps it.
  const env = { ...process.env, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? compiled };
  let offsetMs = 0;
  let child: ChildProcess | undefined;
  const told = new Set<ChildProcess>();
  const ownEnds: string[] = [];
  let addresses: Addresses | undefined;
  let frozen: Addresses | undefined;

  const tell = (message: ToReplica) => child?.connected === true && child.send(message);
  const leave = () => {
    addresses = undefined;
    changed();
  };
  const isGone = (process: ChildProcess) => process.exitCode !== null || process.signalCode !== null;

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    leave();
    const dying = child;
    if (dying === undefined || isGone(dying)) return dying?.exitCode ?? null;
    told.add(dying);
    const gone = once(dying, 'exit');
    dying.kill(signal);
    if (signal === 'SIGKILL') dying.kill('SIGCONT');
    await gone;
    return dying.exitCode;
  }

  return {
    name,
    addresses: () => addresses,
    async start() {
      writeFileSync(file, JSON.stringify({ ...order, offsetMs }));
      const started = fork(program, [file], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env });
      child = started;
      await new Promise<void>((resolve) => {
        started.once('exit', (status, signal) => {
          if (child === started) leave();
          if (!told.has(started)) ownEnds.push(`${name} ended with ${status ?? signal}`);
          resolve();
        });
        started.on('message', (message) => {
          // The process sends nothing else.
          const heard = message as FromReplica;
          if (heard.type !== 'started') return;
          addresses = { webhookUrl: heard.webhookUrl, slackUrl: heard.slackUrl };
          changed();
          resolve();
        });
      });
    },
    async kill() {
      await end('SIGKILL');
    },
    async stop() {
      const begun = performance.now();
      const status = await end('SIGTERM');
      return { status, tookMs: performance.now() - begun };
    },
    freeze() {
      child?.kill('SIGSTOP');
      frozen = addresses;
      leave();
    },
    thaw() {
      child?.kill('SIGCONT');
      addresses = frozen;
      changed();
    },
    setClock(by) {
      offsetMs = by;
      tell({ type: 'set clock', offsetMs });
    },
    async sample() {
      if (child === undefined) throw new Error(`${name} does not run`);
      const answered = new Promise<Sample>((resolve) => {
        child?.on('message', (message) => {
          const heard = message as FromReplica;
          if (heard.type === 'sample') resolve(heard);
        });
      });
      tell({ type: 'sample' });
      return answered;
    },
    ownEnds: () => ownEnds,
  };
}
