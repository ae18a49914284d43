import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createIngestMetrics } from '../../src/alerts/metrics.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { figure } from '../support/figures.ts';
import { firing, webhookBody } from './support/payload.ts';
import { createWorld } from './support/world.ts';

it('the metrics of the ingest say what becomes of deliveries, and how far behind it is', async () => {
  const registry = new Registry();
  let isAway = false;
  const world = createWorld({
    seen: (store) => ({ ...store, deliveries: { ...store.deliveries, settle: (...settled) => counted.settle(...settled) } }),
  });
  const { deliveries } = world.store;
  const counted = createIngestMetrics(registry, { deliveries, clock: world.clock, log: silentLog }).count({
    ...deliveries,
    settle: (...settled) => (isAway ? Promise.reject(new TocsinError('unavailable', 'away')) : deliveries.settle(...settled)),
  });
  const processed = (outcome: string) => figure(registry, `tocsin_deliveries_processed_total{outcome="${outcome}"}`);
  expect(await figure(registry, 'tocsin_ingest_lag_seconds')).toBe(0);
  expect(await processed('parked')).toBe(0);

  await world.receive(webhookBody([firing()]));
  world.advanceMinutes(3);
  await world.receive(webhookBody([firing()]));
  expect(await figure(registry, 'tocsin_ingest_lag_seconds')).toBe(180);

  isAway = true;
  await world.work().catch(() => {});
  expect(await processed('done')).toBe(0);
  isAway = false;
  world.advanceMinutes(2);
  await world.work();
  expect(await processed('done')).toBe(2);
  expect(await figure(registry, 'tocsin_ingest_lag_seconds')).toBe(0);
  await world.store.close();
  expect(await figure(registry, 'tocsin_ingest_lag_seconds')).toBeNaN();
});
