import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { withDeadline } from '../../src/store/deadline.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

describe('a store with a deadline', () => {
  it('answers as ever while it is quick, and leaves nothing behind', async () => {
    const clock = createManualClock(new Date(0));
    const store = withDeadline(openSqliteStore({ path: ':memory:', log: silentLog }), { clock, ms: 2000 });
    expect(await store.deliveries.counts()).toEqual({ waiting: 0, done: 0, parked: 0, rejected: 0 });
    await store.ping();
    expect(clock.advanceToNext()).toBe(false);
    await store.close();
    await expect(store.deliveries.counts()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('gives up what never answers, saying which it was', async () => {
    const clock = createManualClock(new Date(0));
    const quick = openSqliteStore({ path: ':memory:', log: silentLog });
    const never = () => new Promise<never>(() => {});
    const slow = { ...quick, deliveries: { ...quick.deliveries, counts: never }, ping: never };
    const store = withDeadline(slow, { clock, ms: 2000 });
    const counts = store.deliveries.counts();
    const ping = store.ping();
    clock.advance(2000);
    await expect(counts).rejects.toThrow('The store did not answer within 2000 ms (deliveries.counts).');
    await expect(ping).rejects.toMatchObject({ code: 'unavailable' });
    await quick.close();
  });
});
