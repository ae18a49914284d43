import { describe, expect, it } from 'vitest';
import { groupWrites } from '../../src/store/mongo/group-writes.ts';

/** A server that takes a request whenever the test lets it. */
function slowServer() {
  const requests: { items: readonly number[]; done: () => void; fail: (reason: Error) => void }[] = [];
  const write = (items: readonly number[]) =>
    new Promise<void>((resolve, reject) => {
      requests.push({ items, done: resolve, fail: reject });
    });
  return { requests, give: groupWrites(write) };
}

describe('what is given while a request is under way', () => {
  it('goes together in the next one, and each resolves with its own', async () => {
    const { requests, give } = slowServer();
    const [first, second, third] = [give(1), give(2), give(3)];
    expect(requests.map(({ items }) => items)).toEqual([[1]]);
    requests[0]?.done();
    await first;
    await expect.poll(() => requests.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    requests[1]?.done();
    await Promise.all([second, third]);
  });

  it('fails with the request that carried it, and with no other', async () => {
    const { requests, give } = slowServer();
    const [first, second] = [give(1), give(2)];
    requests[0]?.fail(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await expect.poll(() => requests).toHaveLength(2);
    requests[1]?.done();
    await second;
  });

  it('is parted where it would be too much for one request', async () => {
    const { requests, give } = slowServer();
    const all = Promise.all(Array.from({ length: 1200 }, (_, index) => give(index)));
    for (let answered = 0; answered < 4; answered += 1) {
      await expect.poll(() => requests.length).toBe(answered + 1);
      requests[answered]?.done();
    }
    await all;
    expect(requests.map(({ items }) => items.length)).toEqual([1, 500, 500, 199]);
  });
});
