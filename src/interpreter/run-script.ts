import type { Door } from '../doors/session.ts';
import type { Clock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import { createCalls, type Calls } from './call-doors.ts';
import { dateProgram } from './date.ts';
import { explainFiles, explainMissing, limitReached } from './explain.ts';
import { guardSession, type Watched } from './guard-session.ts';
import type { DoneMessage, Segment } from './protocol.ts';
import { createReporter } from './report-progress.ts';
import { assembleOutput, piecesOf, segmentsOf } from './script-output.ts';
import type { ScriptRequest, ScriptResult } from './script.ts';
import { sleepProgram } from './sleep.ts';
import { problemOfVariables } from './variables.ts';
import { createScriptWorkers, type ScriptWorker, type ScriptWorkers } from './workers.ts';

export type RunDeps = {
  clock: Clock;
  /** Shared threads. Without them a thread is started for this run alone, which takes longer. */
  workers?: ScriptWorkers;
  /** For a run inside another one: it does not wait for its turn. */
  isNested?: boolean;
};

/** How the interpreter's part ended: by itself, or because somebody stopped it. */
type Ending = { type: 'done'; message: DoneMessage } | { type: 'stopped'; exitCode: number; problem: string };

/** They need the clock, so they run where the clock is. */
const builtIns: readonly Door[] = [sleepProgram, dateProgram];

/** How long a script may compute, the time in which it waits not counted. */
const BUSY_MS = 10_000;

/** How long doors may take to end after they were told to. */
const SETTLE_MS = 5000;

/**
 * Runs a script in which only text filters and the given doors exist. Whatever the script does it resolves: `ended` and `problem` say how. After a stop no
 * further change begins; one that was under way is named in `problem`.
 */
export async function runScript(doors: readonly Door[], request: ScriptRequest, deps: RunDeps): Promise<ScriptResult> {
  const startedAt = deps.clock.now().getTime();
  const stopping = new AbortController();
  const ended = new AbortController();
  const signal = AbortSignal.any([request.signal, stopping.signal]);
  const watched = guardSession(request.session, signal);
  const elapsedMs = (): number => deps.clock.now().getTime() - startedAt;
  const stopped = Promise.withResolvers<Ending>();
  const stop = (exitCode: number, reason: string): void => {
    const hint = watched.underWay() > 0 ? ' A change was under way: nobody knows whether it happened, so look before you repeat it.' : '';
    stopped.resolve({ type: 'stopped', exitCode, problem: reason + hint });
    stopping.abort();
  };
  const reporter = createReporter(deps.clock, request.onProgress && (() => request.onProgress?.(progress())), ended.signal);
  const calls = createCalls({
    doors,
    builtIns,
    session: watched.session,
    clock: deps.clock,
    signal,
    maxBytes: request.limits.maxBytes,
    onChanged: () => reporter.changed(),
    onTooMuch: () =>
      stop(126, `The script was stopped: a command wrote more than ${size(request.limits.maxBytes)}. Ask for less (--tail, --since, -l).`),
  });
  const progress = () => ({ elapsedMs: elapsedMs(), calls: calls.records(), stdout: directOutput(calls, request.limits.keptBytes) });

  const problem = problemOfVariables(request.variables);
  if (problem !== undefined) stop(2, problem);
  else if (request.signal.aborted) stop(130, 'The run was cancelled before it began.');
  else {
    request.signal.addEventListener('abort', () => stop(130, 'The run was cancelled.'), { once: true, signal: ended.signal });
    void deps.clock.sleep(request.limits.timeoutMs, ended.signal).then(() => {
      if (!ended.signal.aborted)
        stop(124, `The script was stopped after ${request.limits.timeoutMs / 1000} s, the time that a run may take.`);
    });
  }
  const ending = signal.aborted
    ? await stopped.promise
    : await interpret({ request, doors, calls, signal, stopped: stopped.promise, deps });
  ended.abort();
  const settled = new AbortController();
  await Promise.race([calls.settled(), deps.clock.sleep(SETTLE_MS, settled.signal)]);
  settled.abort();
  return resultOf({ ending, calls, watched, doors, request, elapsedMs: elapsedMs() });
}

type Interpretation = {
  request: ScriptRequest;
  doors: readonly Door[];
  calls: Calls;
  signal: AbortSignal;
  stopped: Promise<Ending>;
  deps: RunDeps;
};

async function interpret({ request, doors, calls, signal, stopped, deps }: Interpretation): Promise<Ending> {
  const workers = deps.workers ?? createScriptWorkers({ max: 1, keep: 0 });
  let worker: ScriptWorker;
  try {
    worker = await workers.take({ nested: deps.isNested === true, signal });
  } catch (error) {
    return signal.aborted ? await stopped : { type: 'stopped', exitCode: 126, problem: describeError(error) };
  }
  const finished = new Promise<Ending>((resolve) => {
    worker.listen({
      message: (message) => {
        if (message.type === 'done') resolve({ type: 'done', message });
        if (message.type === 'call') void calls.call(message).then((answer) => worker.send({ type: 'answer', id: message.id, ...answer }));
      },
      died: (reason) => resolve({ type: 'stopped', exitCode: 126, problem: `The script was stopped: ${reason}` }),
    });
  });
  const { maxBytes, maxLoopIterations } = request.limits;
  worker.send({
    type: 'run',
    script: request.script,
    variables: request.variables,
    programs: [...doors, ...builtIns].map(({ name }) => name),
    limits: { maxBytes, maxLoopIterations },
  });
  const ended = new AbortController();
  const ending = await Promise.race([finished, stopped, untilBusy(worker, deps.clock, ended.signal)]);
  ended.abort();
  if (ending.type === 'done') workers.giveBack(worker);
  else await workers.discard(worker);
  return ending;
}

/** A loop may turn for as long as a run may take, but not compute for so long: others share the machine. */
async function untilBusy(worker: ScriptWorker, clock: Clock, signal: AbortSignal): Promise<Ending> {
  const before = worker.busyMs();
  while (!signal.aborted && worker.busyMs() - before < BUSY_MS) await clock.sleep(500, signal);
  return { type: 'stopped', exitCode: 126, problem: `The script was stopped: it computed for ${BUSY_MS / 1000} s. Let it do less.` };
}

type Outcome = { ending: Ending; calls: Calls; watched: Watched; doors: readonly Door[]; request: ScriptRequest; elapsedMs: number };

function resultOf({ ending, calls, watched, doors, request, elapsedMs }: Outcome): ScriptResult {
  const segments = ending.type === 'done' ? explained(ending.message, doors) : segmentsOf(calls.chunks);
  const { exitCode } = ending.type === 'done' ? ending.message : ending;
  const stderr = segments.map((segment) => segment.stderr).join('');
  const problem = ending.type === 'stopped' ? ending.problem : limitReached(exitCode, stderr);
  const pieces = piecesOf(segments, calls.chunks);
  for (const piece of pieces) request.onOutput?.(piece);
  return {
    exitCode,
    ...assembleOutput(pieces, request.limits.keptBytes),
    calls: calls.records(),
    ended: problem === undefined ? 'finished' : 'stopped',
    ...(problem === undefined ? {} : { problem }),
    refusals: watched.refusals,
    elapsedMs,
  };
}

function explained({ segments, files }: DoneMessage, doors: readonly Door[]): Segment[] {
  const names = doors.map(({ name }) => name);
  const said = segments.map(({ stdout, stderr }) => ({ stdout, stderr: explainMissing(stderr, names) }));
  const note = explainFiles(files);
  return note === '' ? said : [...said, { stdout: '', stderr: note }];
}

function directOutput(calls: Calls, keptBytes: number): string {
  const text = calls.chunks.map((chunk) => (chunk.stream === 'stdout' ? chunk.text : '')).join('');
  return text.slice(-keptBytes);
}

function size(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.floor(bytes / 1024 / 1024)} MB` : `${Math.floor(bytes / 1024)} KB`;
}
