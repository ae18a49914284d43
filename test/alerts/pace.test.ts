import { describe, expect, it } from 'vitest';
import { createPace } from '../../src/alerts/pace.ts';
import { createManualClock } from '../../src/kernel/clock.ts';

const signal = new AbortController().signal;

/** Senders whose requests arrive at one rate while the ingest works, and at another while it rests. */
function createWorld(rates: { work: number; rest: number }, follows: { forMs: number; rate: number } = { forMs: 0, rate: 0 }) {
  const clock = createManualClock(new Date('2026-03-14T10:00:00Z'));
  let arrived = 0;
  const pass = (ms: number, perMs: number) => {
    arrived += ms * perMs;
    clock.advance(ms);
  };
  const pace = createPace({
    arrived: () => arrived,
    follows: async () => pass(follows.forMs, follows.rate),
    clock: {
      now: () => clock.now(),
      sleep: async (ms) => pass(ms, rates.rest),
    },
  });
  /** How long it rests after so much work. */
  const round = async (workMs: number, worked = 1) => {
    const { rest } = pace.begin();
    pass(workMs, rates.work);
    const since = clock.now().getTime();
    await rest(signal, worked);
    return clock.now().getTime() - since;
  };
  return Object.assign(round, { most: () => pace.begin().most });
}

describe('the ingest', () => {
  it('rests for nobody', async () => {
    const round = createWorld({ work: 0, rest: 0 });
    expect([await round(50), await round(50)]).toEqual([0, 0]);
  });

  it('goes on beside senders with a clock of their own: they lose nothing by it', async () => {
    const round = createWorld({ work: 1.5, rest: 1.5 });
    await round(50);
    expect(await round(50)).toBeLessThanOrEqual(35);
  });

  it('leaves most of the time to senders who wait for their answers', async () => {
    const round = createWorld({ work: 0.1, rest: 2 });
    await round(50);
    expect(await round(50)).toBeGreaterThanOrEqual(450);
  });

  it('counts what follows from its work as work', async () => {
    const round = createWorld({ work: 2, rest: 2 }, { forMs: 150, rate: 0.1 });
    await round(50);
    expect(await round(50)).toBeGreaterThanOrEqual(900);
  });

  it('works in short parts while a flood lasts, so that the longest rest is long enough', async () => {
    const round = createWorld({ work: 0.1, rest: 9 });
    expect(round.most()).toBe(500);
    await round(400);
    expect(round.most()).toBe(125);
    expect(round.most()).toBe(500);
  });

  it('takes up a backlog part after part once it knows that it holds up nobody, and makes sure again', async () => {
    const round = createWorld({ work: 1.5, rest: 1.5 });
    await round(50);
    const rests: number[] = [];
    for (let part = 0; part < 8; part += 1) rests.push(await round(200, 500));
    expect(rests).toEqual([15, 0, 0, 0, 0, 15, 0, 0]);
  });

  it('rests after each part of a backlog where senders wait for their answers', async () => {
    const round = createWorld({ work: 0.1, rest: 2 });
    await round(50);
    for (let part = 0; part < 8; part += 1) expect(await round(50, 500)).toBeGreaterThanOrEqual(450);
  });

  it('never stops for good', async () => {
    const round = createWorld({ work: 0.1, rest: 9 });
    expect(await round(5000)).toBeLessThanOrEqual(1100);
  });

  it('gathers what comes in a trickle, and does not keep a single one waiting', async () => {
    const round = createWorld({ work: 0.02, rest: 0.1 });
    expect(await round(50)).toBeLessThan(10);
    expect(await round(50)).toBeGreaterThanOrEqual(20);
  });
});
