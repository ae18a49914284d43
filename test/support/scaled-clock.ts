import { systemClock } from '../../src/kernel/clock.ts';
import type { Clock } from '../../src/kernel/clock.ts';

/** A clock that runs `speed` times as fast as the machine's, from the same moment on in every process that uses the same `epochMs`. */
export function createScaledClock(options: { epochMs: number; speed: number }): Clock {
  const { epochMs, speed } = options;
  return {
    now: () => new Date(epochMs + (Date.now() - epochMs) * speed),
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
}
