import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import { TocsinError } from '../kernel/errors.ts';
import { fromWorker, type FromWorker, type ToWorker } from './protocol.ts';

/** A thread that runs one script after the other. */
export type ScriptWorker = {
  send(message: ToWorker): void;
  /** Who gets its messages from now on, and the reason when it dies. */
  listen(listener: { message: (message: FromWorker) => void; died: (reason: string) => void }): void;
  /** Whether the process waits for it before it ends. */
  hold(isHeld: boolean): void;
  /** How long it has computed since it was started. */
  busyMs(): number;
  /** Ends it whatever it does. */
  terminate(): Promise<void>;
};

/** Threads for scripts. A run takes one and gives it back, or ends it when it did not come to rest. */
export type ScriptWorkers = {
  /** Waits while all are taken. `nested` is for a run inside a run, which must not wait for the one that waits for it. */
  take(options: { nested: boolean; signal: AbortSignal }): Promise<ScriptWorker>;
  /** After a run that ended by itself. */
  giveBack(worker: ScriptWorker): void;
  /** After a run that had to be stopped. */
  discard(worker: ScriptWorker): Promise<void>;
  close(): Promise<void>;
};

export type WorkersOptions = {
  /** Scripts that run at the same time at most; the others wait for their turn. A thread takes about 20 MB. */
  max: number;
  /** Threads that are kept for the next scripts; starting one costs some 100 ms of computing. */
  keep: number;
};

/** Threads are started when they are needed, one after the other, so that a rush does not hold up the main thread. */
export function createScriptWorkers(options: WorkersOptions): ScriptWorkers {
  const idle: ScriptWorker[] = [];
  const queue: (() => void)[] = [];
  const all = new Set<ScriptWorker>();
  let taken = 0;
  let starting: Promise<unknown> = Promise.resolve();

  const start = (): Promise<ScriptWorker> => {
    const started = starting.then(startWorker);
    starting = started.catch(() => undefined);
    return started;
  };
  const freed = (): void => {
    taken -= 1;
    queue.shift()?.();
  };
  const remove = async (worker: ScriptWorker): Promise<void> => {
    all.delete(worker);
    await worker.terminate();
  };
  const forget = (worker: ScriptWorker): void => {
    const index = idle.indexOf(worker);
    if (index >= 0) idle.splice(index, 1);
    all.delete(worker);
  };
  return {
    async take({ nested, signal }) {
      if (taken >= options.max && !nested) await turn(queue, signal);
      if (signal.aborted) {
        throw new TocsinError('timeout', 'The run was stopped before its turn came.');
      }
      taken += 1;
      try {
        const worker = idle.pop() ?? (await start());
        all.add(worker);
        worker.hold(true);
        return worker;
      } catch (error) {
        freed();
        throw new TocsinError('unavailable', 'The interpreter could not be started.', { cause: error });
      }
    },
    giveBack(worker) {
      worker.hold(false);
      worker.listen({ message: () => undefined, died: () => forget(worker) });
      if (idle.length < options.keep) idle.push(worker);
      else void remove(worker);
      freed();
    },
    async discard(worker) {
      freed();
      await remove(worker);
    },
    async close() {
      await Promise.all([...all].map(remove));
      idle.length = 0;
    },
  };
}

function turn(queue: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', gone);
      resolve();
    };
    const gone = (): void => {
      const index = queue.indexOf(done);
      if (index >= 0) queue.splice(index, 1);
      resolve();
    };
    queue.push(done);
    signal.addEventListener('abort', gone, { once: true });
    if (signal.aborted) gone();
  });
}

function startWorker(): Promise<ScriptWorker> {
  const cache = getCompileCacheDir();
  const thread = new Worker(new URL('./worker.ts', import.meta.url), {
    // Nothing of this process: no environment, arguments, flags or streams. Only where compiled code is kept, which halves what a thread costs to start.
    env: cache === undefined ? {} : { NODE_COMPILE_CACHE: cache },
    argv: [],
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32, stackSizeMb: 8 },
  });
  thread.unref();
  return new Promise((resolve, reject) => {
    let listener: Parameters<ScriptWorker['listen']>[0] = { message: () => resolve(worker), died: (reason) => reject(new Error(reason)) };
    const worker: ScriptWorker = {
      send: (message) => thread.postMessage(message),
      listen: (next) => {
        listener = next;
      },
      hold: (isHeld) => (isHeld ? thread.ref() : thread.unref()),
      busyMs: () => thread.performance.eventLoopUtilization().active,
      terminate: async () => {
        await thread.terminate();
      },
    };
    thread.on('message', (message: unknown) => {
      const read = fromWorker.safeParse(message);
      if (read.success) listener.message(read.data);
    });
    thread.on('error', (error) => {
      const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      listener.died(isMemory ? 'It used more memory than a script may have.' : `The interpreter failed: ${String(error)}`);
    });
    thread.on('exit', () => listener.died('The interpreter ended.'));
  });
}
