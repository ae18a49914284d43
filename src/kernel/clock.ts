import { setImmediate as turn } from 'node:timers/promises';

/** Where time comes from. Everything that waits or stamps takes one, so that tests run hours in milliseconds. */
export type Clock = {
  now(): Date;
  /** Resolves after `ms`, or early (without an error) when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Milliseconds and their fractions since some moment of this process, for distances: it counts on whatever the machine's clock is set to. Absent where
   * time is not the machine's; see `countedMs`.
   */
  countedMs?: () => number;
  /**
   * Resolves as soon as so much is counted, which `sleep` does only a millisecond or two later. Stays awake until then, so it is for a few ms. Absent
   * where `countedMs` is.
   */
  exactly?(countedMs: number): Promise<void>;
};

export const systemClock: Clock = { now: () => new Date(), sleep: machineSleep, countedMs: () => performance.now() };

/** What a clock counts, for distances alone. */
export function countedMs(clock: Clock): number {
  return clock.countedMs?.() ?? clock.now().getTime();
}

function machineSleep(ms: number, signal?: AbortSignal): Promise<void> {
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
}

/** The machine's clock, and one that only counts on. Both in milliseconds. */
type Timepieces = { wallMs: () => number; countedMs: () => number };

/**
 * A clock that never goes back. When the machine's clock is set forward it follows at once; when it is set back, it goes on at half the speed until
 * the machine's clock has caught up: so nothing that was due stays due later, and no lease becomes younger.
 */
export function createSteadyClock(timepieces: Timepieces = machine, sleep: Clock['sleep'] = machineSleep): Clock {
  let counted = timepieces.countedMs();
  let nowMs = timepieces.wallMs();
  function now(): Date {
    const passed = Math.max(0, timepieces.countedMs() - counted);
    counted += passed;
    nowMs = Math.max(nowMs + passed / 2, timepieces.wallMs());
    return new Date(nowMs);
  }
  return {
    now,
    sleep,
    countedMs: () => timepieces.countedMs(),
    async exactly(atMs) {
      while (timepieces.countedMs() < atMs) await turn();
    },
  };
}

const machine: Timepieces = { wallMs: () => Date.now(), countedMs: () => performance.now() };

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
