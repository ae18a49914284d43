import { describe, expect, it } from 'vitest';
import { firingAlerts } from '../../src/incidents/incident.ts';
import { resolveIncident } from '../../src/incidents/resolve.ts';
import { breakStore } from './support/faults.ts';
import type { FaultyStore, StoreFault } from './support/faults.ts';
import { firing, resolved, webhookBody } from './support/payload.ts';
import { createWorld, workerOver } from './support/world.ts';
import type { World } from './support/world.ts';

const signal = new AbortController().signal;

type Broken = { world: World; faulty: FaultyStore };

function brokenWorld(fault: StoreFault): Broken {
  const world = createWorld();
  return { world, faulty: breakStore(world.store, fault) };
}

/** Works until the store breaks, as a process that dies of it; true when it got through. */
async function workUntilBroken({ world, faulty }: Broken): Promise<boolean> {
  const worker = workerOver(faulty.store, { clock: world.clock, owner: 'the one that breaks' });
  try {
    while ((await worker.work(signal)) !== undefined);
    return (await world.store.deliveries.counts()).waiting === 0;
  } catch {
    return false;
  }
}

/** Another process, after the lease of the first one has run out. */
async function workHealthy({ world, faulty }: Broken): Promise<void> {
  faulty.heal();
  for (let round = 0; round < 3; round += 1) {
    world.advanceMinutes(2);
    await world.work();
  }
}

/** No alert without its incident, no incident that waits for an alert that has ended, no promise without an incident. */
async function expectWhole(world: World): Promise<void> {
  expect(await world.store.deliveries.counts()).toMatchObject({ waiting: 0, parked: 0 });
  const incidents = await world.incidents();
  const records = await world.alerts();
  const links = incidents.flatMap((incident) => incident.alerts.map((link) => ({ ...link, incidentId: incident.id })));
  expect(new Set(links.map(({ key }) => key)).size).toBe(links.length);
  for (const link of links) {
    const record = records.find(({ key }) => key === link.key);
    expect(record).toMatchObject({ incidentId: link.incidentId, status: link.status });
  }
  for (const record of records.filter(({ status }) => status === 'firing')) expect(links.map(({ key }) => key)).toContain(record.key);
  for (const { correlationKey } of incidents) {
    const correlation = await world.store.incidents.getCorrelation(correlationKey ?? '');
    expect(incidents.map(({ id }) => id)).toContain(correlation?.incidentId);
  }
}

const faults = (['before', 'after'] as const).flatMap((when) => (['once', 'until healed'] as const).map((lasts) => ({ when, lasts })));

describe.each(faults)('a store that breaks $when a call, $lasts', (fault) => {
  /** Plays the story with the break at every call in turn, until one run gets through without meeting it. */
  async function atEveryCall(play: (broken: Broken) => Promise<void>): Promise<number> {
    for (let call = 1; call < 500; call += 1) {
      const broken = brokenWorld({ ...fault, call });
      await play(broken);
      await expectWhole(broken.world);
      await broken.world.store.close();
      if (broken.faulty.calls() < call) return call - 1;
    }
    throw new Error('the story never ended');
  }

  it('leaves one incident with each alert exactly once, wherever it broke', async () => {
    const calls = await atEveryCall(async (broken) => {
      const [a, b, c] = [firing({ pod: 'a' }), firing({ pod: 'b' }), firing({ pod: 'c', at: 1 })];
      for (const alerts of [
        [a, b],
        [a, b, c],
        [resolved(a, 2), resolved(b, 2), resolved(c, 2)],
      ]) {
        await broken.world.receive(webhookBody(alerts));
        if (!(await workUntilBroken(broken))) await workHealthy(broken);
      }
      const incident = await broken.world.incident();
      expect(incident.alerts.map(({ target, status }) => [target, status])).toEqual([
        ['a', 'resolved'],
        ['b', 'resolved'],
        ['c', 'resolved'],
      ]);
      expect(incident.pending.entries.map(({ kind }) => kind)).toEqual([
        'declared',
        'alert_firing',
        'alert_firing',
        'alert_firing',
        'alert_resolved',
        'alert_resolved',
        'alert_resolved',
        'alerts_cleared',
      ]);
    });
    expect(calls).toBeGreaterThan(30);
  });

  it('leaves one new incident, linked to the one before, wherever it broke', async () => {
    const calls = await atEveryCall(async (broken) => {
      const { world } = broken;
      await world.send(firing());
      await world.send(resolved(firing(), 0));
      const changeDeps = { incidents: world.store.incidents, clock: world.clock, salt: () => 'salt', changed: () => {} };
      await resolveIncident(changeDeps, { id: (await world.incident()).id, cause: 'by hand', by: { type: 'user', id: 'U1', name: 'Ada' } });
      world.advanceMinutes(45);
      await world.receive(webhookBody([firing({ at: 45 }), firing({ at: 45, pod: 'second' })]));
      if (!(await workUntilBroken(broken))) await workHealthy(broken);
      const [first, second, ...others] = await world.incidents();
      expect(others).toEqual([]);
      expect(first?.state).toBe('resolved');
      expect(second).toMatchObject({ previousNumber: 1, state: 'triggered' });
      expect(second?.alerts).toHaveLength(2);
    });
    expect(calls).toBeGreaterThan(8);
  });

  it('leaves nothing orphaned when the end overtakes the broken beginning', async () => {
    await atEveryCall(async (broken) => {
      const [a, b] = [firing({ pod: 'a' }), firing({ pod: 'b' })];
      await broken.world.receive(webhookBody([a, b]));
      await workUntilBroken(broken);
      broken.faulty.heal();
      await broken.world.receive(webhookBody([resolved(a, 0), b]));
      await broken.world.work();
      await workHealthy(broken);
      const incident = await broken.world.incident();
      expect(firingAlerts(incident).map(({ target }) => target)).toEqual(['b']);
    });
  });

  it('leaves nothing orphaned when the next firing overtakes the broken end', async () => {
    await atEveryCall(async (broken) => {
      await broken.world.send(firing());
      await broken.world.receive(webhookBody([resolved(firing(), 0)]));
      await workUntilBroken(broken);
      broken.faulty.heal();
      await broken.world.receive(webhookBody([firing({ at: 1 })]));
      await broken.world.work();
      await workHealthy(broken);
      expect(firingAlerts(await broken.world.incident())).toHaveLength(1);
    });
  });
});
