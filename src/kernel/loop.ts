import type { Clock } from './clock.ts';
import { describeError } from './errors.ts';
import type { Log } from './log.ts';

/** A worker that runs `work` whenever it is nudged, and at the latest every `idleMs`. Runs never overlap. */
export type Loop = {
  /** Asks for a run soon. Nudges during a run cause exactly one more run. */
  nudge(): void;
  /** Lets the run in progress finish and starts no other. */
  stop(): Promise<void>;
};

export type LoopOptions = {
  name: string;
  clock: Clock;
  log: Log;
  idleMs: number;
  /** Returns the wait in ms until it has something to do again, or undefined for `idleMs`. A throw is logged and retried after `idleMs`. */
  work: (signal: AbortSignal) => Promise<number | undefined>;
};

export function startLoop(options: LoopOptions): Loop {
  const stopping = new AbortController();
  let nudged = new AbortController();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      nudged = new AbortController();
      let waitMs = options.idleMs;
      try {
        waitMs = Math.min((await options.work(stopping.signal)) ?? options.idleMs, options.idleMs);
      } catch (error) {
        options.log.error({ loop: options.name, error: describeError(error) }, 'a worker run failed and will be repeated');
      }
      if (waitMs > 0) await options.clock.sleep(waitMs, AbortSignal.any([nudged.signal, stopping.signal]));
    }
  }
  const running = run();
  return {
    nudge() {
      // Each abort makes an exception, also where it is not the first.
      if (!nudged.signal.aborted) nudged.abort();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
