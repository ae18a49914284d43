import { describe, expect, it } from 'vitest';
import { createSteadyClock } from '../../src/kernel/clock.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const minuteMs = 60_000;

/** A machine whose clock can be set while time goes on. */
function machine() {
  let [wall, counted] = [start, 5000];
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
    exactly: (ms: number) => clock.exactly?.(start + ms),
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
