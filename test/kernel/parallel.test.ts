import { expect, it } from 'vitest';
import { forEachParallel } from '../../src/kernel/parallel.ts';

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
