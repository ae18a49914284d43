import { describe, expect, test } from 'vitest';
import { maxTries, suspectTries } from '../../src/alerts/ports.ts';
import type { DeliveryLease, DeliveryStore, ParkedPage, Settlement } from '../../src/alerts/ports.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import { after, exampleDelivery } from '../support/examples.ts';
import type { StoreUnderTest } from './store.ts';

type ClaimRequest = Parameters<DeliveryStore['claim']>[0];

/** What `owner` leases at 10:01, for one minute. */
function leaseOf(owner: string, until = after(120)): DeliveryLease {
  return { owner, until };
}

/** A claim at 10:01 for one minute. */
function claimBy(owner: string, { leaseUntil, ...overrides }: Partial<ClaimRequest> & { leaseUntil?: Instant } = {}): ClaimRequest {
  return { lease: leaseOf(owner, leaseUntil), now: after(60), limit: 10, ...overrides };
}

export function describeDeliveryStore({ store, handles }: StoreUnderTest): void {
  describe('deliveries', () => {
    const settle = (owner: string, results: Readonly<Record<string, Settlement>>) =>
      store().deliveries.settle(
        leaseOf(owner),
        Object.entries(results).map(([id, result]) => ({ id, result })),
      );
    const idsOf = async (request: ClaimRequest) => (await store().deliveries.claim(request)).map((delivery) => delivery.id);

    test('an id that is there already stays as it is', async () => {
      await store().deliveries.append(exampleDelivery({ body: 'first' }));
      await store().deliveries.append(exampleDelivery({ body: 'second' }));
      expect(await store().deliveries.claim(claimBy('a'))).toEqual([exampleDelivery({ body: 'first', attempts: 1 })]);
    });

    test('keeps the body byte for byte', async () => {
      const body = `${JSON.stringify({ 'a.b': '$x', emoji: '🔥', nul: '\0', quote: `'"` })}\r\n${'é'.repeat(64 * 1024)}`;
      await store().deliveries.append(exampleDelivery({ body }));
      expect((await store().deliveries.claim(claimBy('a')))[0]?.body).toBe(body);
    });

    test('are claimed oldest first, at most `limit`, and by one owner at a time', async () => {
      for (const id of ['dlv_0003', 'dlv_0001', 'dlv_0002']) await store().deliveries.append(exampleDelivery({ id }));
      expect(await idsOf(claimBy('a', { limit: 2 }))).toEqual(['dlv_0001', 'dlv_0002']);
      expect(await idsOf(claimBy('b'))).toEqual(['dlv_0003']);
      expect(await idsOf(claimBy('a'))).toEqual([]);
    });

    test('wait for their `notBefore`', async () => {
      await store().deliveries.append(exampleDelivery({ notBefore: after(61) }));
      expect(await idsOf(claimBy('a'))).toEqual([]);
      expect(await idsOf(claimBy('a', { now: after(61) }))).toEqual(['dlv_0001']);
    });

    test('are taken over when the lease has run out, and each claim counts as an attempt', async () => {
      await store().deliveries.append(exampleDelivery());
      await store().deliveries.claim(claimBy('a'));
      expect(await idsOf(claimBy('b', { now: after(119) }))).toEqual([]);
      const [taken] = await store().deliveries.claim(claimBy('b', { now: after(120), leaseUntil: after(180) }));
      expect(taken).toEqual(exampleDelivery({ attempts: 2 }));
    });

    test('settled as done or parked are not claimed again, whatever a late worker says', async () => {
      await store().deliveries.append(exampleDelivery({ id: 'dlv_0001' }));
      await store().deliveries.append(exampleDelivery({ id: 'dlv_0002' }));
      await store().deliveries.claim(claimBy('a'));
      await settle('a', { dlv_0001: { state: 'done', outcome: 'opened INC-1' }, dlv_0002: { state: 'parked', outcome: 'not JSON' } });
      await settle('a', { dlv_0001: { state: 'waiting', outcome: 'too late', notBefore: after(0), counts: true } });
      expect(await idsOf(claimBy('b', { now: after(500) }))).toEqual([]);
      expect(await store().deliveries.counts()).toEqual({ waiting: 0, done: 1, parked: 1, rejected: 0 });
    });

    test.each([
      ['counts', true, 2],
      ['does not count', false, 1],
    ])('settled as waiting come again at their new time, without the old lease; a try that %s', async (_what, counts, attempts) => {
      await store().deliveries.append(exampleDelivery());
      await store().deliveries.claim(claimBy('a'));
      await settle('a', { dlv_0001: { state: 'waiting', outcome: 'store busy', notBefore: after(90), counts } });
      expect(await idsOf(claimBy('b', { now: after(89) }))).toEqual([]);
      const [again] = await store().deliveries.claim(claimBy('b', { now: after(90) }));
      expect(again).toEqual(exampleDelivery({ attempts, outcome: 'store busy', notBefore: after(90) }));
    });

    test('are settled by the hundreds', async () => {
      const ids = Array.from({ length: 250 }, (_, index) => `dlv_${1000 + index}`);
      await Promise.all(ids.map((id) => store().deliveries.append(exampleDelivery({ id }))));
      expect(await idsOf(claimBy('a', { limit: 500 }))).toEqual(ids);
      await settle('a', Object.fromEntries(ids.map((id) => [id, { state: 'done', outcome: '' }])));
      expect(await store().deliveries.counts()).toMatchObject({ waiting: 0, done: 250 });
    });

    test('settled by a worker whose lease has run out stay with the one that has them now', async () => {
      await store().deliveries.append(exampleDelivery());
      await store().deliveries.claim(claimBy('a'));
      await store().deliveries.claim(claimBy('b', { now: after(120), leaseUntil: after(180) }));
      await settle('a', { dlv_0001: { state: 'waiting', outcome: 'late', notBefore: after(0), counts: true } });
      expect(await idsOf(claimBy('c', { now: after(179), leaseUntil: after(300) }))).toEqual([]);
      await settle('a', { dlv_0001: { state: 'done', outcome: 'late' } });
      expect(await idsOf(claimBy('c', { now: after(180), leaseUntil: after(300) }))).toEqual(['dlv_0001']);
    });

    test('that were claimed too often come alone, in their turn, and hold their group back', async () => {
      const { deliveries } = store();
      await deliveries.append(exampleDelivery({ id: 'dlv_0001' }));
      await deliveries.append(exampleDelivery({ id: 'dlv_0002', attempts: suspectTries, group: 'a' }));
      await deliveries.append(exampleDelivery({ id: 'dlv_0003', group: 'a' }));
      await deliveries.append(exampleDelivery({ id: 'dlv_0004', attempts: suspectTries - 1 }));
      expect(await idsOf(claimBy('a'))).toEqual(['dlv_0001', 'dlv_0004']);
      expect(await idsOf(claimBy('a'))).toEqual(['dlv_0002']);
      expect(await idsOf(claimBy('a'))).toEqual([]);
      await settle('a', { dlv_0002: { state: 'done', outcome: '' } });
      expect(await idsOf(claimBy('a'))).toEqual(['dlv_0003']);
    });

    test('settling an unknown id changes nothing', async () => {
      await settle('a', { dlv_9999: { state: 'done', outcome: '' } });
      expect(await store().deliveries.counts()).toEqual({ waiting: 0, done: 0, parked: 0, rejected: 0 });
    });

    test('appended at the same time are all there', async () => {
      const ids = Array.from({ length: 300 }, (_, index) => `dlv_${1000 + index}`);
      await Promise.all([...ids, ...ids.slice(0, 50)].map((id) => store().deliveries.append(exampleDelivery({ id }))));
      expect(await idsOf(claimBy('a', { limit: 1000 }))).toEqual(ids);
    });

    test('of one group stay in their order, while others overtake them', async () => {
      const inGroup = { group: 'a' };
      for (const id of ['dlv_0001', 'dlv_0002']) await store().deliveries.append(exampleDelivery({ id, ...inGroup }));
      await store().deliveries.append(exampleDelivery({ id: 'dlv_0003' }));
      expect(await idsOf(claimBy('a', { limit: 1 }))).toEqual(['dlv_0001']);
      expect(await idsOf(claimBy('b'))).toEqual(['dlv_0003']);
      await settle('a', { dlv_0001: { state: 'waiting', outcome: 'later', notBefore: after(90), counts: true } });
      expect(await idsOf(claimBy('b'))).toEqual([]);
      expect(await idsOf(claimBy('b', { now: after(90) }))).toEqual(['dlv_0001', 'dlv_0002']);
    });

    test('that are parked can be read by age, page by page, and by their id', async () => {
      const { deliveries } = store();
      for (const id of ['dlv_0002', 'dlv_0001', 'dlv_0003'])
        await deliveries.append(exampleDelivery({ id, state: 'parked', outcome: 'why' }));
      await deliveries.append(exampleDelivery({ id: 'dlv_0004' }));
      const parked = async (page: ParkedPage) => (await deliveries.listParked(page)).map(({ id }) => id);
      expect(await parked({ order: 'oldest', limit: 2 })).toEqual(['dlv_0001', 'dlv_0002']);
      expect(await parked({ order: 'oldest', limit: 2, after: 'dlv_0002' })).toEqual(['dlv_0003']);
      expect(await parked({ order: 'newest', limit: 2 })).toEqual(['dlv_0003', 'dlv_0002']);
      expect(await parked({ order: 'newest', limit: 2, after: 'dlv_0002' })).toEqual(['dlv_0001']);
      expect(await deliveries.get('dlv_0002')).toEqual(exampleDelivery({ id: 'dlv_0002', state: 'parked', outcome: 'why' }));
      expect(await deliveries.get('dlv_9999')).toBeUndefined();
    });

    test('that are parked wait again once somebody says so, and only those', async () => {
      const { deliveries } = store();
      const again = { notBefore: after(300), outcome: 'asked by ana' };
      await deliveries.append(exampleDelivery());
      expect(await deliveries.unpark('dlv_0001', again)).toBe(false);
      await deliveries.claim(claimBy('a'));
      await settle('a', { dlv_0001: { state: 'parked', outcome: 'a defect' } });
      expect(await deliveries.unpark('dlv_0001', again)).toBe(true);
      expect(await deliveries.unpark('dlv_0001', again)).toBe(false);
      expect(await deliveries.unpark('dlv_9999', again)).toBe(false);
      expect(await idsOf(claimBy('b', { now: after(299), leaseUntil: after(360) }))).toEqual([]);
      const claimed = await deliveries.claim(claimBy('b', { now: after(300), leaseUntil: after(360) }));
      expect(claimed).toEqual([exampleDelivery({ attempts: 2, ...again })]);
    });

    test('that are parked after countless tries wait again with few behind them', async () => {
      await store().deliveries.append(exampleDelivery({ state: 'parked', attempts: 11 }));
      await store().deliveries.unpark('dlv_0001', { notBefore: after(0), outcome: '' });
      expect((await store().deliveries.get('dlv_0001'))?.attempts).toBe(maxTries);
    });

    test('that are parked wait again for one of many who say so at once', async () => {
      await store().deliveries.append(exampleDelivery({ state: 'parked' }));
      const [one, other] = await handles();
      const said = Array.from({ length: 12 }, (_, index) =>
        (index % 2 === 0 ? one : other).deliveries.unpark('dlv_0001', { notBefore: after(0), outcome: `by ${index}` }),
      );
      expect((await Promise.all(said)).filter(Boolean)).toEqual([true]);
    });

    test('that are parked hold back nothing of their group', async () => {
      const inGroup = { group: 'a' };
      await store().deliveries.append(exampleDelivery({ id: 'dlv_0001', ...inGroup, state: 'parked' }));
      await store().deliveries.append(exampleDelivery({ id: 'dlv_0002', ...inGroup }));
      expect(await idsOf(claimBy('a'))).toEqual(['dlv_0002']);
    });

    test('know since when the oldest of them waits', async () => {
      expect(await store().deliveries.oldestWaiting()).toBeUndefined();
      await store().deliveries.append(exampleDelivery({ id: 'dlv_0003', receivedAt: after(3) }));
      await store().deliveries.append(exampleDelivery({ id: 'dlv_0002', receivedAt: after(2) }));
      await store().deliveries.append(exampleDelivery({ id: 'dlv_0001', receivedAt: after(1), state: 'parked' }));
      expect(await store().deliveries.oldestWaiting()).toBe(after(2));
    });

    test('are never given to two owners at once', async () => {
      const ids = Array.from({ length: 40 }, (_, index) => `dlv_${1000 + index}`);
      await Promise.all(ids.map((id) => store().deliveries.append(exampleDelivery({ id }))));
      const [one, other] = await handles();
      const claims = await Promise.all(
        Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? one : other).deliveries.claim(claimBy(`owner-${index}`, { limit: 5 }))),
      );
      const claimed = claims.flat().map((delivery) => delivery.id);
      expect(claimed.sort()).toEqual(ids);
      expect(claims.flat().every((delivery) => delivery.attempts === 1)).toBe(true);
    });

    test('know when the last webhook came, whatever became of it', async () => {
      expect(await store().deliveries.lastReceivedAt()).toBeUndefined();
      await store().deliveries.append(exampleDelivery({ id: 'dlv_0002', receivedAt: after(5), state: 'rejected' }));
      await store().deliveries.append(exampleDelivery({ id: 'dlv_0001', receivedAt: after(3) }));
      await store().deliveries.append(exampleDelivery({ id: 'dlv_0003', receivedAt: after(9), source: 'alertmanager-api' }));
      await store().deliveries.append(exampleDelivery({ id: 'dlv_0004', receivedAt: after(9), source: 'watchdog' }));
      expect(await store().deliveries.lastReceivedAt()).toBe(after(5));
      expect(await store().deliveries.counts()).toEqual({ waiting: 3, done: 0, parked: 0, rejected: 1 });
    });

    test('are pruned when they are settled and old enough', async () => {
      const states = ['waiting', 'done', 'parked', 'rejected'] as const;
      for (const [index, state] of states.entries()) {
        await store().deliveries.append(exampleDelivery({ id: `old_${index}`, state, receivedAt: after(9) }));
        await store().deliveries.append(exampleDelivery({ id: `new_${index}`, state, receivedAt: after(10) }));
      }
      expect(await store().deliveries.prune(after(10))).toBe(3);
      expect(await store().deliveries.prune(after(10))).toBe(0);
      expect(await store().deliveries.counts()).toEqual({ waiting: 2, done: 1, parked: 1, rejected: 1 });
    });
  });
}
