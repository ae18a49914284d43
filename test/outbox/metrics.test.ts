import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { TocsinError } from '../../src/kernel/errors.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createOutboxMetrics } from '../../src/outbox/metrics.ts';
import { createRelayMetrics } from '../../src/outbox/relay-metrics.ts';
import { createWorld } from './outbox-world.ts';
import { createStormWorld } from './storm-world.ts';

it('what was given up can be seen, and a store that does not answer does not keep the rest from being seen', async () => {
  const world = createWorld();
  const registry = new Registry();
  let isAway = false;
  const outbox = {
    ...world.store.outbox,
    async counts() {
      if (isAway) throw new TocsinError('unavailable', 'away');
      return await world.store.outbox.counts();
    },
  };
  const metrics = createOutboxMetrics(registry, { ...world, storms: world.store.storms, outbox, log: silentLog });
  await world.want({ key: 'a' });
  world.chat.script.push('bad_payload', 'bad_payload');
  await world.settle(world.worker());
  world.counted.forEach((event) => metrics.count(event, 'incidents'));
  const seen = await registry.metrics();
  expect(seen).toContain('tocsin_outbox_messages{state="dead"} 1');
  expect(seen).toContain('tocsin_outbox_events_total{event="dead",lane="incidents"} 1');
  isAway = true;
  const unseen = await registry.metrics();
  expect(unseen).toContain('tocsin_outbox_messages{state="dead"} Nan');
  expect(unseen).toContain('tocsin_outbox_events_total{event="dead",lane="incidents"} 1');
  await world.store.close();
});

it('what waits can be seen by lane, how long requests take, and whether there is a storm', async () => {
  const world = createStormWorld();
  const registry = new Registry();
  const metrics = createOutboxMetrics(registry, { ...world.store, clock: world.clock, log: silentLog });
  const relay = createRelayMetrics(registry, { incidents: world.store.incidents, clock: world.clock, log: silentLog });
  const valueOf = async (line: string) => {
    const found = (await registry.metrics()).split('\n').find((one) => one.startsWith(`${line} `));
    return found?.slice(line.length + 1);
  };
  await world.open();
  world.clock.advance(3000);
  expect(await valueOf('tocsin_relay_lag_seconds')).toBe('3');
  await world.burst(12, 'critical');
  relay.served(13);
  expect([await valueOf('tocsin_relay_lag_seconds'), await valueOf('tocsin_relay_served_total')]).toEqual(['0', '13']);
  world.clock.advance(5000);
  // Of each incident the card and its alerts; the first one was declared without an alert.
  expect(await valueOf('tocsin_outbox_depth{lane="incidents"}')).toBe('25');
  expect(await valueOf('tocsin_outbox_depth{lane="oncall"}')).toBe('12');
  expect(await valueOf('tocsin_outbox_oldest_age_seconds{lane="incidents"}')).toBe('8');
  expect(await valueOf('tocsin_outbox_oldest_age_seconds{lane="oncall"}')).toBe('5');
  expect(await valueOf('tocsin_storm_active')).toBe('0');
  await world.passes(5000, world.worker());
  expect(await valueOf('tocsin_storm_active')).toBe('1');
  expect(await world.hear('doctor')).toMatch(/There is an alert storm since 03:00: 13 incidents, \d+ threads wait/);
  await world.passes(300_000, world.worker());
  expect(await valueOf('tocsin_storm_active')).toBe('0');
  expect(await valueOf('tocsin_outbox_oldest_age_seconds{lane="incidents"}')).toBe('0');
  metrics.request({ method: 'post', outcome: 'sent', ms: 300 });
  expect(await valueOf('tocsin_outbox_request_duration_seconds_bucket{le="0.5",method="post",outcome="sent"}')).toBe('1');
  Object.assign(world.store.incidents, { listPending: () => Promise.reject(new TocsinError('unavailable', 'away')) });
  expect(await valueOf('tocsin_relay_lag_seconds')).toBe('Nan');
  await world.store.close();
});
