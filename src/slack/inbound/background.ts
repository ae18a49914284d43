import type { Clock } from '../../kernel/clock.ts';
import { describeError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';

/** Work that goes on after a request was acknowledged. */
export type Background = {
  /** Never rejects: a failure is logged. Need not be awaited. */
  run(what: string, work: () => Promise<void>): Promise<void>;
  /** Resolves when all of it is done, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
};

export function createBackground(deps: { log: Log; clock: Clock }): Background {
  const running = new Set<Promise<void>>();
  return {
    run(what, work) {
      const task = work()
        .catch((error: unknown) => deps.log.error({ what, error: describeError(error) }, 'work after an acknowledgement failed'))
        .finally(() => running.delete(task));
      running.add(task);
      return task;
    },
    async drain(timeoutMs) {
      const timeout = new AbortController();
      await Promise.race([Promise.all(running), deps.clock.sleep(timeoutMs, timeout.signal)]);
      timeout.abort();
    },
  };
}
