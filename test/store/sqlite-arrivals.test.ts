import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Delivery } from '../../src/alerts/alert.ts';
import type { DeliveryStore } from '../../src/alerts/ports.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { damageRoots } from '../support/damage.ts';
import { after, exampleDelivery } from '../support/examples.ts';

function openDeliveries(): { deliveries: DeliveryStore; close: () => Promise<void> } {
  const store = openSqliteStore({ path: ':memory:', log: silentLog });
  return { deliveries: store.deliveries, close: () => store.close() };
}

function fresh(): DeliveryStore {
  const { deliveries, close } = openDeliveries();
  onTestFinished(close);
  return deliveries;
}

const lease = { owner: 'a', until: after(120) };
const claim = { now: after(60), lease, limit: 500 };
const idOf = (index: number) => `dlv_${10_000 + index}`;

async function fill(deliveries: DeliveryStore, count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => idOf(index));
  await Promise.all(ids.map((id, index) => deliveries.append(exampleDelivery({ id, receivedAt: after(index) }))));
  return ids;
}

test('what no claim has come to is counted, found by its id and known by its age', async () => {
  const deliveries = fresh();
  await fill(deliveries, 300);
  await deliveries.append(exampleDelivery({ id: 'refused', state: 'rejected', receivedAt: after(400) }));
  expect(await deliveries.counts()).toEqual({ waiting: 300, done: 0, parked: 0, rejected: 1 });
  expect(await deliveries.get(idOf(299))).toEqual(exampleDelivery({ id: idOf(299), receivedAt: after(299) }));
  expect([await deliveries.oldestWaiting(), await deliveries.lastReceivedAt()]).toEqual([after(0), after(400)]);
});

test('a claim takes what came first, and the rest stays in its order', async () => {
  const deliveries = fresh();
  const ids = await fill(deliveries, 1200);
  const claimed = [];
  for (let round = 0; round < 3; round += 1) claimed.push((await deliveries.claim(claim)).map(({ id }) => id));
  expect(claimed).toEqual([ids.slice(0, 500), ids.slice(500, 1000), ids.slice(1000)]);
  expect((await deliveries.counts()).waiting).toBe(1200);
});

test('an id that came again before the first was claimed leaves nothing behind', async () => {
  const deliveries = fresh();
  await fill(deliveries, 3);
  await fill(deliveries, 5);
  expect((await deliveries.claim(claim)).map(({ id }) => id)).toEqual([0, 1, 2, 3, 4].map(idOf));
  await deliveries.append(exampleDelivery({ id: idOf(4), body: 'again' }));
  await deliveries.append(exampleDelivery({ id: idOf(5) }));
  expect((await deliveries.claim(claim)).map(({ id }) => id)).toEqual([idOf(5)]);
  expect(await deliveries.counts()).toMatchObject({ waiting: 6 });
});

test('what stands behind a failed one of its group does not hide what comes after it', async () => {
  const deliveries = fresh();
  await deliveries.append(exampleDelivery({ id: 'dlv_0', group: 'a', notBefore: after(300) }));
  await Promise.all(Array.from({ length: 1500 }, (_, index) => deliveries.append(exampleDelivery({ id: idOf(index), group: 'a' }))));
  await deliveries.append(exampleDelivery({ id: 'dlv_9', group: 'b' }));
  expect((await deliveries.claim(claim)).map(({ id }) => id)).toEqual(['dlv_9']);
});

test('is counted rightly where settled ones were pruned before it', async () => {
  const deliveries = fresh();
  const ids = await fill(deliveries, 50);
  await deliveries.claim(claim);
  await deliveries.settle(
    lease,
    ids.map((id) => ({ id, result: { state: 'done', outcome: '' } })),
  );
  await deliveries.append(exampleDelivery({ id: 'dlv_new', receivedAt: after(100) }));
  await deliveries.prune(after(60));
  expect(await deliveries.counts()).toEqual({ waiting: 1, done: 0, parked: 0, rejected: 0 });
  expect((await deliveries.claim(claim)).map(({ id }) => id)).toEqual(['dlv_new']);
});

test.for(['deliveries', 'deliveries_waiting', 'deliveries_waiting_group', 'deliveries_received'])(
  'is taken no more where %s is damaged, because nothing could be worked on',
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-arrivals-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'tocsin.db');
    const whole = openSqliteStore({ path, log: silentLog });
    await fill(whole.deliveries, 3);
    await whole.deliveries.claim(claim);
    await whole.close();
    damageRoots(path, 'name', name);
    const store = openSqliteStore({ path, log: silentLog });
    onTestFinished(() => store.close());
    await store.deliveries.append(exampleDelivery({ id: 'dlv_before' }));
    const restore = { code: 'unavailable', message: expect.stringContaining('tocsin restore') };
    await expect(store.deliveries.claim(claim)).rejects.toMatchObject(restore);
    await expect(store.deliveries.append(exampleDelivery({ id: 'dlv_after' }))).rejects.toMatchObject(restore);
    await expect(store.ping()).rejects.toMatchObject(restore);
  },
);

type Act = { act: 'arrive' | 'refuse' | 'claim' | 'settle' | 'prune'; index: number };

/** What the port promises, kept in a map. */
async function play(deliveries: DeliveryStore, model: Map<string, Delivery>, { act, index }: Act): Promise<void> {
  // What is refused has an id that nothing else has had.
  const id = act === 'refuse' ? `refused_${index}` : idOf(index);
  if (act === 'arrive' || act === 'refuse') {
    const delivery = exampleDelivery({ id, state: act === 'arrive' ? 'waiting' : 'rejected' });
    await deliveries.append(delivery);
    if (!model.has(id)) model.set(id, delivery);
  } else if (act === 'claim') {
    const waiting = [...model.values()].filter(({ state, attempts }) => state === 'waiting' && attempts === 0).map((one) => one.id);
    expect((await deliveries.claim(claim)).map((one) => one.id)).toEqual(waiting.toSorted());
    for (const one of waiting) model.set(one, exampleDelivery({ id: one, attempts: 1 }));
    const states = [...model.values()].map(({ state }) => state);
    for (const [state, count] of Object.entries(await deliveries.counts())) {
      expect([state, count]).toEqual([state, states.filter((one) => one === state).length]);
    }
  } else if (act === 'settle') {
    await deliveries.settle(lease, [{ id, result: { state: 'done', outcome: 'ended' } }]);
    const known = model.get(id);
    if (known?.state === 'waiting' && known.attempts === 1) model.set(id, { ...known, state: 'done', outcome: 'ended' });
  } else {
    // An id that came again is known for what it is when it is filed, and what is pruned is weeks older than that.
    await play(deliveries, model, { act: 'claim', index });
    await deliveries.prune(after(1));
    for (const one of model.values()) if (one.state !== 'waiting') model.delete(one.id);
  }
}

test('behaves like a map of deliveries, whatever comes, goes and comes again', async () => {
  const step = fc.record<Act>({
    act: fc.constantFrom('arrive', 'arrive', 'arrive', 'refuse', 'claim', 'settle', 'settle', 'prune'),
    index: fc.integer({ min: 0, max: 5 }),
  });
  const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
    const { deliveries, close } = openDeliveries();
    const model = new Map<string, Delivery>();
    for (const act of [...steps, { act: 'claim', index: 0 } as const]) await play(deliveries, model, act);
    for (const index of [0, 1, 2, 3, 4, 5]) expect(await deliveries.get(idOf(index))).toEqual(model.get(idOf(index)));
    await close();
  });
  await fc.assert(property, { numRuns: 300 });
});
