import { flushCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type { Command, ExecResult } from 'just-bash';
import { Bash, decodeBytesToUtf8, defineCommand } from 'just-bash';
import { filters } from './filters.ts';
import { createMarking, markCommand } from './marks.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { xargs } from './xargs.ts';

// Runs one script at a time in a thread of its own, because a tight loop in a script blocks the thread that interprets it (measured: for as long as
// its limits allow). Every program that reaches anything is a message to the main thread; this thread has neither environment nor arguments.

const MB = 1024 * 1024;
const port = parentPort;
if (port === null) throw new Error('this file is started as a worker');

const waiting = new Map<number, (result: ExecResult) => void>();
let nextId = 1;
let isDirect = false;
let segment = 0;

function say(message: FromWorker): void {
  port?.postMessage(message);
}

function program(name: string): Command {
  return defineCommand(name, (argv, context) => {
    const id = nextId++;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      say({ type: 'call', id, name, argv, stdin: decodeBytesToUtf8(context.stdin), isDirect, segment });
    });
  });
}

async function run(request: Extract<ToWorker, { type: 'run' }>): Promise<void> {
  const { limits } = request;
  const marking = createMarking(request.programs, (direct) => {
    isDirect = direct;
    segment += 1;
  });
  isDirect = false;
  segment = 0;
  const bash = new Bash({
    commands: [...filters],
    customCommands: [
      xargs,
      ...request.programs.map(program),
      defineCommand(markCommand, (argv) => Promise.resolve(marking.mark.run(argv))),
    ],
    env: { ...request.variables },
    executionLimitProfile: 'hardened',
    executionLimits: {
      maxSourceBytes: MB,
      maxCallDepth: 50,
      maxExecDepth: 16,
      maxCommandCount: 3 * limits.maxLoopIterations,
      maxLoopIterations: limits.maxLoopIterations,
      maxAwkIterations: 10_000,
      maxSedIterations: limits.maxLoopIterations,
      maxJqIterations: 100_000,
      maxOutputSize: 2 * limits.maxBytes,
      maxStringLength: Math.max(limits.maxBytes, MB),
      maxHeredocSize: MB,
      maxArrayElements: 100_000,
      maxFileSystemBytes: 16 * MB,
      maxInputBytes: 64 * MB,
      maxLiveBytes: 128 * MB,
      // The main thread keeps the time, by its own clock, and ends this thread.
      maxExecutionTimeMs: 24 * 60 * 60 * 1000,
    },
  });
  bash.registerTransformPlugin(marking.plugin);
  const before = new Set(bash.fs.getAllPaths());
  const result = await bash.exec(request.script, { rawScript: true });
  const files = bash.fs.getAllPaths().filter((path) => !before.has(path));
  say({ type: 'done', exitCode: result.exitCode, segments: marking.mark.segments(result.stdout, result.stderr), files });
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'run') {
    run(message).catch((error: unknown) => {
      say({
        type: 'done',
        exitCode: 2,
        segments: [{ stdout: '', stderr: `bash: ${error instanceof Error ? error.message : String(error)}\n` }],
        files: [],
      });
    });
    return;
  }
  const { id, exitCode, stdout, stderr } = message;
  waiting.get(id)?.({ exitCode, stdout, stderr, stdoutKind: 'text' });
  waiting.delete(id);
});
// For the threads that come after this one.
flushCompileCache();
say({ type: 'ready' });
