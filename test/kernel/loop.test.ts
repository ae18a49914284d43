import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { startLoop } from '../../src/kernel/loop.ts';

const start = new Date('2026-01-01T00:00:00Z');

/** Lets every promise that can settle do so. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a loop', () => {
  it('runs at once, after its idle time, and when it is nudged', async () => {
    const clock = createManualClock(start);
    let runs = 0;
    const loop = startLoop({ name: 'test', clock, log: silentLog, idleMs: 1000, work: async () => void (runs += 1) });
    await settled();
    expect(runs).toBe(1);
    clock.advance(999);
    await settled();
    expect(runs).toBe(1);
    clock.advance(1);
    await settled();
    expect(runs).toBe(2);
    loop.nudge();
    await settled();
    expect(runs).toBe(3);
    await loop.stop();
  });

  it('runs once more when it was nudged while it ran, however often', async () => {
    const clock = createManualClock(start);
    let release = () => {};
    let runs = 0;
    const work = async () => {
      runs += 1;
      if (runs === 1) await new Promise<void>((resolve) => (release = resolve));
      return undefined;
    };
    const loop = startLoop({ name: 'test', clock, log: silentLog, idleMs: 1000, work });
    await settled();
    for (let nudge = 0; nudge < 5; nudge += 1) loop.nudge();
    release();
    await settled();
    await settled();
    expect(runs).toBe(2);
    await loop.stop();
  });

  it('logs a failing run, repeats it after its idle time, and stops when asked', async () => {
    const clock = createManualClock(start);
    const errors: string[] = [];
    const log: Log = { ...silentLog, error: (_fields, message) => errors.push(message) };
    const loop = startLoop({
      name: 'test',
      clock,
      log,
      idleMs: 1000,
      work: async () => {
        throw new Error('no');
      },
    });
    await settled();
    clock.advance(1000);
    await settled();
    expect(errors).toHaveLength(2);
    await loop.stop();
    clock.advance(5000);
    await settled();
    expect(errors).toHaveLength(2);
  });
});

describe('the manual clock', () => {
  it('wakes sleepers in the order of their times, and those that are given up at once', async () => {
    const clock = createManualClock(start);
    const woken: string[] = [];
    const giveUp = new AbortController();
    const sleeps = [
      clock.sleep(30).then(() => woken.push('30')),
      clock.sleep(10).then(() => woken.push('10')),
      clock.sleep(1_000_000, giveUp.signal).then(() => woken.push('given up')),
    ];
    giveUp.abort();
    await settled();
    expect(clock.advanceToNext()).toBe(true);
    await settled();
    expect(clock.now()).toEqual(new Date(start.getTime() + 10));
    clock.advance(1000);
    await Promise.all(sleeps);
    expect(woken).toEqual(['given up', '10', '30']);
    expect(clock.advanceToNext()).toBe(false);
  });
});
