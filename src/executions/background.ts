import type { Clock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

/** How work ends when the process stops: `at_once` is told to stop, `in_peace` gets some seconds to come to its own end. */
type Ending = 'at_once' | 'in_peace';

type Job = {
  /** Of jobs with one key only one runs at a time; another is not even begun. */
  key: string;
  ending: Ending;
  run: (signal: AbortSignal) => Promise<void>;
};

/** The work that this process does beside answering people. */
export type Background = {
  /** False when that key is being worked on here already, or the process is stopping. */
  start(job: Job): boolean;
  /**
   * Waits for one of the places for steps, so that this process does not run too many at once. Resolves with how to leave it, to be called once;
   * also when the signal is raised, and then there was no place.
   */
  place(signal: AbortSignal): Promise<() => void>;
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>;
  /** Ends within seconds: what can be interrupted is, what changes something is given `graceMs`. */
  stop(): Promise<void>;
};

export function createBackground(options: { clock: Clock; log: Log; parallel: number; graceMs: number }): Background {
  const { clock, log } = options;
  const running = new Map<string, Promise<void>>();
  const atOnce = new AbortController();
  const inPeace = new AbortController();
  const places = createPlaces(options.parallel);

  async function carry(job: Job): Promise<void> {
    try {
      await job.run(job.ending === 'at_once' ? atOnce.signal : inPeace.signal);
    } catch (error) {
      // Its lease lapses, and whoever finds that goes on from what is stored.
      log.error({ job: job.key, error: describeError(error) }, 'work on an execution failed; it is taken up again when its lease lapses');
    } finally {
      running.delete(job.key);
    }
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.all(running.values());
  }

  return {
    start(job) {
      if (atOnce.signal.aborted || running.has(job.key)) return false;
      running.set(job.key, carry(job));
      return true;
    },
    place: (signal) => places.take(signal),
    idle,
    async stop() {
      atOnce.abort();
      const done = new AbortController();
      const patience = clock.sleep(options.graceMs, done.signal).then(() => inPeace.abort());
      await idle();
      done.abort();
      await patience;
    },
  };
}

function createPlaces(count: number): { take(signal: AbortSignal): Promise<() => void> } {
  let free = count;
  const waiting: (() => void)[] = [];

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
  return {
    async take(signal) {
      if (signal.aborted) return holdsNone;
      if (free > 0) {
        free -= 1;
        return leave;
      }
      return new Promise((resolve) => {
        const next = () => {
          signal.removeEventListener('abort', giveUp);
          resolve(leave);
        };
        const giveUp = () => {
          waiting.splice(waiting.indexOf(next), 1);
          resolve(holdsNone);
        };
        waiting.push(next);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
  };
}

/** Whoever gave up waiting has no place to leave. */
function holdsNone(): void {}
