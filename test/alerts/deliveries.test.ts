import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../src/kernel/errors.ts';
import type { Log } from '../../src/kernel/log.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { firing, resolved, webhookBody } from './support/payload.ts';
import { createWorld, deliveryStates, failing, workerOver } from './support/world.ts';

describe('deliveries', () => {
  it('with alerts cut off are applied, and the loss is logged', async () => {
    const warnings: unknown[] = [];
    const log: Log = { ...silentLog, warn: (fields) => void warnings.push(fields) };
    const world = createWorld({ log });
    await world.receive(webhookBody([firing()], { truncatedAlerts: 7 }));
    await world.work();
    expect(await world.incidents()).toHaveLength(1);
    expect(warnings).toMatchObject([{ truncatedAlerts: 7 }]);
  });

  it('are worked off in the order of their receipt', async () => {
    const world = createWorld();
    await world.receive(webhookBody([firing()]));
    await world.receive(webhookBody([resolved(firing(), 0)]));
    await world.receive(webhookBody([firing()]));
    await world.work();
    expect(await world.alerts()).toMatchObject([{ status: 'resolved' }]);
    expect(await deliveryStates(world)).toEqual(['3 done']);
  });

  it('that nobody can read are parked, and the others go on', async () => {
    const world = createWorld();
    await world.receive('{"text":"hello"}');
    await world.receive(webhookBody([firing()]));
    await world.work();
    expect(await deliveryStates(world)).toEqual(['1 done', '1 parked']);
    expect(await world.incidents()).toHaveLength(1);
  });

  it('with one alert that cannot be applied get five tries, then a person; their other alerts are applied', async () => {
    const world = createWorld({ seen: failing((fingerprint) => (fingerprint === 'b'.repeat(16) ? new Error('a defect') : undefined)) });
    await world.receive(webhookBody([firing({ pod: 'bad', fingerprint: 'b'.repeat(16) }), firing({ pod: 'good' })]));
    for (let tries = 0; tries < 5; tries += 1) {
      expect(await deliveryStates(world)).toEqual(['1 waiting']);
      await world.work();
      world.advanceMinutes(2);
    }
    expect(await deliveryStates(world)).toEqual(['1 parked']);
    expect((await world.incident()).alerts.map(({ target }) => target)).toEqual(['good']);
  });

  it('two workers on one store open one incident for alerts that arrive at once', async () => {
    const world = createWorld();
    for (let pod = 0; pod < 24; pod += 1) await world.receive(webhookBody([firing({ pod: `worker-${pod}` })]));
    const signal = new AbortController().signal;
    const workers = ['one', 'two', 'three'].map((owner) => workerOver(world.store, { clock: world.clock, owner }));
    await Promise.all(workers.map((worker) => worker.work(signal)));
    await world.work();
    expect((await world.incident()).alerts).toHaveLength(24);
    expect(await deliveryStates(world)).toEqual(['24 done']);
  });

  it('that were claimed when the process stops are free again', async () => {
    const world = createWorld();
    await world.receive(webhookBody([firing()]));
    const stopping = new AbortController();
    stopping.abort();
    await workerOver(world.store, { clock: world.clock }).work(stopping.signal);
    expect(await world.incidents()).toEqual([]);
    await world.work();
    expect(await world.incidents()).toHaveLength(1);
  });

  it('do not overtake one of their group that failed, in the same round or a later one', async () => {
    let failures = 1;
    const world = createWorld({
      seen: failing(() => {
        failures -= 1;
        return failures >= 0 ? new TocsinError('unavailable', 'not now') : undefined;
      }),
    });
    await world.receive(webhookBody([firing()]));
    await world.receive(webhookBody([resolved(firing(), 5)]));
    await world.work();
    expect(await world.incidents()).toEqual([]);
    world.advanceMinutes(2);
    await world.work();
    expect((await world.incident()).alerts).toMatchObject([{ status: 'resolved' }]);
  });
});
