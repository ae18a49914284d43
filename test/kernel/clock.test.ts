import { describe, expect, it } from 'vitest';
import { countedMs, createManualClock, createSteadyClock } from '../../src/kernel/clock.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const minuteMs = 60_000;
const countedAtStart = 5000.25;

/** A machine whose clock can be set while time goes on. */
function machine() {
  let [wall, counted] = [start, countedAtStart];
  const clock = createSteadyClock({ wallMs: () => wall, countedMs: () => counted });
  return {
    passes(ms: number) {
      wall += ms;
      counted += ms;
    },
    isSetBy(ms: number) {
      wall += ms;
    },
    /** Asleep: the machine's clock goes on, and nothing is counted. */
    sleeps(ms: number) {
      wall += ms;
    },
    sinceStart: () => clock.now().getTime() - start,
    counted: () => countedMs(clock) - countedAtStart,
    exactly: (ms: number) => clock.exactly?.(countedAtStart + ms),
  };
}

describe('a steady clock', () => {
  it("says what the machine's clock says", () => {
    const its = machine();
    expect(its.sinceStart()).toBe(0);
    its.passes(1500);
    expect(its.sinceStart()).toBe(1500);
  });

  it('follows at once when that is set forward, or the machine was asleep', () => {
    const its = machine();
    its.isSetBy(10 * minuteMs);
    expect(its.sinceStart()).toBe(10 * minuteMs);
    its.sleeps(60 * minuteMs);
    expect(its.sinceStart()).toBe(70 * minuteMs);
  });

  it('is waited for to the millisecond', async () => {
    const its = machine();
    let isThere = false;
    const there = its.exactly(3)?.then(() => {
      isThere = true;
    });
    for (let ms = 1; ms <= 3; ms += 1) {
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(isThere).toBe(false);
      its.passes(1);
    }
    await there;
    expect(isThere).toBe(true);
  });

  it('counts on, with fractions, whatever the machine is set to', () => {
    const its = machine();
    its.passes(0.5);
    its.isSetBy(-10 * minuteMs);
    its.passes(1);
    expect(its.counted()).toBe(1.5);
  });

  it('goes on at half the speed when that is set back, until both are one again', () => {
    const its = machine();
    its.passes(10 * minuteMs);
    expect(its.sinceStart()).toBe(10 * minuteMs);
    its.isSetBy(-10 * minuteMs);
    expect(its.sinceStart()).toBe(10 * minuteMs);
    its.passes(4 * minuteMs);
    expect(its.sinceStart()).toBe(12 * minuteMs);
    its.passes(16 * minuteMs);
    expect(its.sinceStart()).toBe(20 * minuteMs);
    its.passes(minuteMs);
    expect(its.sinceStart()).toBe(21 * minuteMs);
  });
});

it("what a clock that is not the machine's counts is its time", () => {
  const clock = createManualClock(new Date(start));
  clock.advance(250);
  expect(countedMs(clock)).toBe(start + 250);
});
