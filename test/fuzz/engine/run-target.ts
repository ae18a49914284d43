import { Worker } from 'node:worker_threads';
import type { Checked, FuzzTarget } from './target.ts';

export type Order = { seed: number; cases: number; path?: string };

/** Safety nets only: a case takes milliseconds of computing. The second is for one that waits for what never comes. */
const mostComputingMs = 60_000;
const mostWaitingMs = 900_000;
const lookMs = 5000;

/**
 * Runs a target in a thread of its own, so that a case which never ends is found as well: it is then named by its number, which is the path
 * that replays it.
 */
export async function runTarget(target: FuzzTarget, order: Order): Promise<Checked> {
  const progress = new SharedArrayBuffer(4);
  const count = new Int32Array(progress);
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: { target: target.name, ...order, progress } });
  const ended = Promise.withResolvers<Checked>();
  worker.once('message', (checked: Checked) => ended.resolve(checked));
  // An error that nobody waits for ends a process, so it is a finding like any other.
  worker.once('error', (error) =>
    ended.resolve(brokenAt(Atomics.load(count, 0), order, `it ended the process: ${error.stack ?? error.message}`)),
  );
  worker.once('exit', (code) => ended.resolve(brokenAt(Atomics.load(count, 0), order, `it ended the process with ${code}`)));
  let before = { count: -1, at: Date.now(), computedMs: 0 };
  const look = async () => {
    const { user, system } = await worker.cpuUsage();
    const now = { count: Atomics.load(count, 0), at: Date.now(), computedMs: (user + system) / 1000 };
    if (now.count !== before.count) before = now;
    else if (now.computedMs - before.computedMs > mostComputingMs || now.at - before.at > mostWaitingMs)
      ended.resolve(brokenAt(now.count, order, `it did not end: ${Math.round(now.computedMs - before.computedMs)} ms of computing`));
  };
  // A thread that has ended meanwhile tells so by itself.
  const watch = setInterval(() => void look().catch(() => undefined), lookMs);
  try {
    return await ended.promise;
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

/** While a found case is being made smaller the number is of no use, and that one replays by the seed alone. */
function brokenAt(count: number, { cases, path }: Order, message: string): Checked {
  const at = count === 0 || count > cases || path !== undefined ? (path ?? '') : String(count - 1);
  return { cases: count, finding: { path: at, example: `case ${count}, which could not be made smaller`, message } };
}
