/** Where time comes from. Everything that waits or stamps takes one, so that tests run hours in milliseconds. */
export type Clock = {
  now(): Date;
  /** Resolves after `ms`, or early (without an error) when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
  now: () => new Date(),
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    });
  },
};

type Sleeper = { at: number; wake: () => void };

/** A clock that stands still until it is told to move. Sleepers wake in the order of their times. */
export type ManualClock = Clock & {
  advance(ms: number): void;
  /** Moves to the earliest sleeper and wakes it; false when nobody sleeps. */
  advanceToNext(): boolean;
};

export function createManualClock(start: Date): ManualClock {
  let current = start.getTime();
  const sleepers: Sleeper[] = [];

  const wakeDue = () => {
    sleepers.sort((a, b) => a.at - b.at);
    while (sleepers[0] !== undefined && sleepers[0].at <= current) sleepers.shift()?.wake();
  };
  return {
    now: () => new Date(current),
    sleep(ms, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const sleeper: Sleeper = { at: current + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener(
          'abort',
          () => {
            const index = sleepers.indexOf(sleeper);
            if (index >= 0) sleepers.splice(index, 1);
            resolve();
          },
          { once: true },
        );
      });
    },
    advance(ms) {
      current += ms;
      wakeDue();
    },
    advanceToNext() {
      if (sleepers.length === 0) return false;
      current = Math.max(current, Math.min(...sleepers.map((sleeper) => sleeper.at)));
      wakeDue();
      return true;
    },
  };
}
