import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { systemClock } from '../../src/kernel/clock.ts';
import { describeError } from '../../src/kernel/errors.ts';
import { outFolder } from './report.ts';

const endsWithinMs = 10_000;

/** Where a benchmark works: a folder of its own on the project's disk, and what has to end when it ends. */
export type Bench = {
  folder: string;
  /** Options of Node for every bot that it starts: `--profile` has it write a profile. */
  nodeArgs: readonly string[];
  /** A folder for what several benchmarks of one run use. */
  runFolder: string;
  /** Is called when the benchmark ends, however it does; the last one first. */
  atEnd(end: () => unknown): void;
};

/** Somebody pressed Ctrl-C, or asked the process to end. */
export class Interrupted extends Error {}

/** A new folder for temporary files, on the disk that the project is on: a temporary folder in memory would sync for nothing. */
export function workFolder(): string {
  return mkdtempSync(join(outFolder(), 'work-'));
}

/**
 * Runs a benchmark with a folder, and ends everything that it began: when it is done, when it fails, when its time is over (then it throws) and
 * when somebody presses Ctrl-C.
 */
export async function withBench<T>(
  { deadlineMs, nodeArgs, runFolder }: { deadlineMs: number; nodeArgs: readonly string[]; runFolder: string },
  run: (bench: Bench) => Promise<T>,
): Promise<T> {
  const folder = workFolder();
  const ends: (() => unknown)[] = [];
  const book = { isOver: false };
  const interrupted = Promise.withResolvers<never>();
  const timer = setTimeout(() => interrupted.reject(new Error(`not done after ${deadlineMs / 1000} s`)), deadlineMs);
  const onSignal = () => interrupted.reject(new Interrupted('interrupted'));
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const atEnd = (end: () => unknown) => {
    // What an interrupted benchmark still starts ends at once.
    if (book.isOver) void endIt(end);
    else ends.push(end);
  };
  try {
    return await Promise.race([run({ folder, nodeArgs, runFolder, atEnd }), interrupted.promise]);
  } finally {
    clearTimeout(timer);
    book.isOver = true;
    for (const end of ends.toReversed()) await endIt(end);
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing that ends badly, or slowly, keeps the others from ending. */
async function endIt(end: () => unknown): Promise<void> {
  const given = new AbortController();
  try {
    await Promise.race([end(), systemClock.sleep(endsWithinMs, given.signal)]);
  } catch (error) {
    process.stderr.write(`bench: ${describeError(error)}\n`);
  } finally {
    given.abort();
  }
}

/** A process of `bench/processes`, which answers one message at a time. */
export type Helper<Ready> = {
  pid: number;
  ready: Ready;
  ask<Answer>(order: object, answer: z.ZodType<Answer>): Promise<Answer>;
};

export async function startHelper<Ready>(
  bench: Bench,
  helper: { file: string; args?: readonly string[]; ready: z.ZodType<Ready> },
): Promise<Helper<Ready>> {
  const program = fileURLToPath(new URL(`../processes/${helper.file}`, import.meta.url));
  const child = fork(program, helper.args ?? [], { serialization: 'advanced', stdio: 'inherit' });
  bench.atEnd(() => kill(child));
  const next = async (): Promise<unknown> => {
    const over = new AbortController();
    const gone = once(child, 'exit', { signal: over.signal }).then(([status]: unknown[]) => {
      throw new Error(`${helper.file} ended by itself with ${String(status)}`);
    });
    const message = once(child, 'message', { signal: over.signal }).then(([value]: unknown[]) => value);
    try {
      return await Promise.race([message, gone]);
    } finally {
      over.abort();
      await Promise.allSettled([message, gone]);
    }
  };
  const ready = helper.ready.parse(await next());
  return {
    pid: child.pid ?? 0,
    ready,
    async ask(order, answer) {
      child.send(order);
      return answer.parse(await next());
    },
  };
}

/** SIGKILL, which also ends what is stopped; resolves when it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
