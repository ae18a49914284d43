import { expect, it } from 'vitest';
import { createManualClock } from '../../../src/kernel/clock.ts';
import { createFineTime } from '../../../src/simulator/slack/fine-time.ts';

/** A machine whose clock tells whole milliseconds, and which counts fractions since some other moment. */
function machine() {
  let [trueMs, setByMs] = [1_000_000.625, 0];
  const fine = createFineTime({
    now: () => new Date(Math.floor(trueMs + setByMs)),
    sleep: async () => {},
    countedMs: () => trueMs - 5000,
  });
  return {
    fine,
    passes: (ms: number) => void (trueMs += ms),
    isSetBy: (ms: number) => void (setByMs += ms),
    /** How much less than the true time it is. */
    lessThanTrue: () => trueMs + setByMs - fine(),
  };
}

it('is the true time, once it has been looked at for a while', () => {
  const its = machine();
  for (let look = 0; look < 200; look += 1) {
    its.passes(7.375);
    expect(its.lessThanTrue()).toBeGreaterThanOrEqual(0);
    expect(its.lessThanTrue()).toBeLessThan(1);
  }
  expect(its.lessThanTrue()).toBeLessThan(0.01);
});

it('follows when the clock is set', () => {
  const its = machine();
  for (const ms of [600_000, -600_000]) {
    its.isSetBy(ms);
    for (let look = 0; look < 200; look += 1) {
      its.passes(7.375);
      its.fine();
    }
    expect(Math.abs(its.lessThanTrue())).toBeLessThan(1);
  }
});

it('is whole where the clock counts nothing', () => {
  const clock = createManualClock(new Date(1_000_000));
  const fine = createFineTime(clock);
  clock.advance(3);
  expect(fine()).toBe(1_000_003);
});
