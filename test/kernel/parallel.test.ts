import { expect, it } from 'vitest';
import { createTurns, forEachParallel } from '../../src/kernel/parallel.ts';

it('runs so many at a time, in their order', async () => {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = forEachParallel([1, 2, 3, 4], 2, (item) => {
    begun.push(item);
    return new Promise((resolve) => {
      ends.push(resolve);
    });
  });
  expect(begun).toEqual([1, 2]);
  ends[1]?.();
  await expect.poll(() => begun).toEqual([1, 2, 3]);
  ends[0]?.();
  ends[2]?.();
  await expect.poll(() => begun).toEqual([1, 2, 3, 4]);
  ends[3]?.();
  await all;
});

it('ends what began before it fails', async () => {
  let ended = 0;
  const all = forEachParallel(['good', 'bad'], 2, async (item) => {
    if (item === 'bad') throw new Error('no');
    await Promise.resolve();
    ended += 1;
  });
  await expect(all).rejects.toThrow('no');
  expect(ended).toBe(1);
});

it('goes on with long work in the order in which it was asked for, some of it in each turn of the event loop, and with others in between', async () => {
  let [nowMs, turn] = [0, 0];
  const count = () => {
    turn += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const turns = createTurns(4, () => nowMs);
  const done: [name: string, turn: number][] = [];
  const work = async (name: string, costMs: number) => {
    await turns();
    done.push([name, turn]);
    nowMs += costMs;
  };
  await Promise.all([work('a', 3), work('b', 3), work('c', 5), work('d', 0)]);
  clearImmediate(counting);
  expect(done.map(([name]) => name)).toEqual(['a', 'b', 'c', 'd']);
  const [a, b, c, d] = done.map(([, at]) => at) as [number, number, number, number];
  expect(b).toBe(a);
  expect(c).toBeGreaterThan(b);
  expect(d).toBeGreaterThan(c);
});
