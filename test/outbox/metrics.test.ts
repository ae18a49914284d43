import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { TocsinError } from '../../src/kernel/errors.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createOutboxMetrics } from '../../src/outbox/metrics.ts';
import { createWorld } from './outbox-world.ts';

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
