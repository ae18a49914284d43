import { Worker } from 'node:worker_threads';

/**
 * Moves what the log holds into the database file, in a thread of its own: in the thread that writes it stopped everything else for 30 to 50 ms
 * at a time. SQLite's own checkpoint stays for what this one does not come to.
 */
export type Checkpoints = {
  /** Hears of each commit, and how many writes shared it. */
  committed(writes: number): void;
  /** Lets go of the file. */
  close(): Promise<void>;
};

/** A write changes one or two pages of the file: some 8 MB of log, in which hot pages stand many times and are moved once. */
const writesPerCheckpoint = 1000;

export function createCheckpoints(path: string): Checkpoints {
  let thread: Worker | undefined;
  let isBusy = false;
  let written = 0;

  function start(): Worker {
    const started = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), {
      workerData: path,
      // Nothing of this process: no environment, arguments or flags.
      env: {},
      argv: [],
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
    });
    started.unref();
    started.on('message', () => (isBusy = false));
    // Whatever ends it is met by the next commit that SQLite checkpoints itself, and said there.
    started.on('error', () => {});
    started.on('exit', () => {
      isBusy = false;
      if (thread === started) thread = undefined;
    });
    return started;
  }

  return {
    committed(writes) {
      written += writes;
      if (written < writesPerCheckpoint || isBusy) return;
      written = 0;
      isBusy = true;
      thread ??= start();
      thread.postMessage('checkpoint');
    },
    async close() {
      const ending = thread;
      if (ending === undefined) return;
      const ended = new Promise<void>((resolve) => void ending.once('exit', () => resolve()));
      ending.ref();
      ending.postMessage('end');
      await ended;
    },
  };
}
