import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { createStoreMetrics } from '../../src/store/metrics.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { exampleDelivery, exampleIncident } from '../support/examples.ts';
import { figure } from '../support/figures.ts';

const name = 'tocsin_store_operation_seconds';

/** Each look at the time is a millisecond after the one before, so that every operation takes one. */
function steadyTime(): () => number {
  let ms = 0;
  return () => (ms += 1);
}

describe('the metrics of the store', () => {
  it('time each operation without changing what it does', async () => {
    const registry = new Registry();
    const store = createStoreMetrics(registry, { monotonicMs: steadyTime() }).watch(openSqliteStore({ path: ':memory:', log: silentLog }));
    await store.incidents.insert(exampleIncident());
    expect(await store.incidents.get(exampleIncident().id)).toEqual(exampleIncident());
    expect(await store.incidents.get(exampleIncident().id)).toEqual(exampleIncident());
    expect(await figure(registry, `${name}_count{operation="incidents.get",outcome="ok"}`)).toBe(2);
    expect(await figure(registry, `${name}_sum{operation="incidents.get",outcome="ok"}`)).toBeCloseTo(0.002);
    expect(await figure(registry, `${name}_bucket{le="0.0005",operation="incidents.get",outcome="ok"}`)).toBe(0);
    expect(await figure(registry, `${name}_bucket{le="0.001",operation="incidents.get",outcome="ok"}`)).toBe(2);
    expect(await figure(registry, `${name}_bucket{le="+Inf",operation="incidents.get",outcome="ok"}`)).toBe(2);
    expect(await figure(registry, `${name}_count{operation="incidents.replace",outcome="ok"}`)).toBeUndefined();
    expect(await registry.metrics()).toContain(`# TYPE ${name} histogram`);
    await store.close();
  });

  it('tell a store that is away from one that has something else already, and pass the errors on', async () => {
    const registry = new Registry();
    const store = createStoreMetrics(registry, { monotonicMs: steadyTime() }).watch(openSqliteStore({ path: ':memory:', log: silentLog }));
    await store.incidents.insert(exampleIncident());
    const rival = { ...exampleIncident(), id: exampleIncident({ number: 2 }).id };
    await expect(store.incidents.insert({ ...rival, number: 1 })).rejects.toMatchObject({ code: 'conflict' });
    await store.close();
    await expect(store.deliveries.append(exampleDelivery())).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.ping()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await figure(registry, `${name}_count{operation="incidents.insert",outcome="conflict"}`)).toBe(1);
    expect(await figure(registry, `${name}_count{operation="deliveries.append",outcome="unavailable"}`)).toBe(1);
    expect(await figure(registry, `${name}_count{operation="store.ping",outcome="unavailable"}`)).toBe(1);
  });

  it('add up to the same whatever is asked at once', async () => {
    const registry = new Registry();
    const store = createStoreMetrics(registry, { monotonicMs: () => performance.now() }).watch(
      openSqliteStore({ path: ':memory:', log: silentLog }),
    );
    await Promise.all(Array.from({ length: 200 }, () => store.deliveries.counts()));
    const buckets = (await registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith(`${name}_bucket`))
      .map((line) => Number(line.split(' ')[1]));
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect(buckets.at(-1)).toBe(200);
    await store.close();
  });
});
