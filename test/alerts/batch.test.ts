import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/alerts/alert.ts';
import type { DeliveryStore } from '../../src/alerts/ports.ts';
import { firingAlerts } from '../../src/incidents/incident.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { verifyChain } from '../../src/timeline/chain.ts';
import { firing, resolved, webhookBody } from './support/payload.ts';
import { createWorld, deliveryStates, workerOver } from './support/world.ts';

/** A world that counts how often an incident is written. */
function createCountingWorld() {
  const written: Incident[] = [];
  const world = createWorld({
    seen: (store) => ({
      ...store,
      incidents: {
        ...store.incidents,
        async replace(incident, expectedVersion) {
          written.push(incident);
          return store.incidents.replace(incident, expectedVersion);
        },
      },
    }),
  });
  return { world, written };
}

describe('what waits together', () => {
  it('is one commit for each incident, with an entry for each alert on an unbroken chain', async () => {
    const { world, written } = createCountingWorld();
    for (let pod = 0; pod < 40; pod += 1)
      await world.receive(webhookBody([firing({ pod: `a-${pod}` }), firing({ name: 'Other', pod: `b-${pod}` })]));
    await world.work();
    expect(await deliveryStates(world)).toEqual(['40 done']);
    const incidents = await world.incidents();
    expect(incidents.map((incident) => firingAlerts(incident).length)).toEqual([40, 40]);
    // Opened with its first alert; the others joined together.
    expect(written.map(({ version }) => version)).toEqual([2, 2]);
    for (const { id, pending, timeline } of incidents) {
      expect(verifyChain(id, pending.entries, timeline)).toMatchObject({ ok: true });
      expect(pending.entries.filter(({ kind }) => kind === 'alert_firing')).toHaveLength(40);
    }
  });

  it('keeps its order: what fires, ends and fires again ends as it should', async () => {
    const { world } = createCountingWorld();
    const [first, again] = [firing({ pod: 'a' }), firing({ pod: 'a', at: 5 })];
    for (const alert of [first, resolved(first, 2), again, firing({ pod: 'b', at: 1 }), resolved(again, 6)])
      await world.receive(webhookBody([alert]));
    world.advanceMinutes(10);
    await world.work();
    const incident = await world.incident();
    expect(firingAlerts(incident).map(({ target }) => target)).toEqual(['b']);
    expect(incident.pending.entries.map(({ kind }) => kind)).toEqual([
      'declared',
      'alert_firing',
      'alert_resolved',
      'alerts_cleared',
      'alert_firing',
      'alert_firing',
      'alert_resolved',
    ]);
    expect((await world.alerts()).map(({ status }) => status).toSorted()).toEqual(['firing', 'resolved', 'resolved']);
  });

  it('says of each delivery what became of its own alerts', async () => {
    const { world } = createCountingWorld();
    const a = firing({ pod: 'a' });
    const ids = [await world.receive(webhookBody([a])), await world.receive(webhookBody([firing({ pod: 'b' }), a]))];
    await world.work();
    const outcomes = await Promise.all(ids.map(async (id) => (await world.store.deliveries.get(id))?.outcome));
    expect(outcomes).toEqual(['1 new; opened INC-1', '1 new, 1 repeat; changed INC-1']);
  });
});

describe('worked off together or one after the other', () => {
  const event = fc.record({
    pod: fc.constantFrom('a', 'b', 'c'),
    service: fc.constantFrom('video-processing', 'api-gateway'),
    at: fc.nat({ max: 3 }),
    severity: fc.constantFrom('warning', 'critical'),
    isOver: fc.boolean(),
  });
  type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;
  const alertOf = ({ isOver, ...wish }: Event) => (isOver ? resolved(firing(wish), wish.at + 1) : firing(wish));

  /** The alerts of the incidents, and what their timelines tell, once all has been worked off. */
  async function endOf(parts: readonly (readonly Event[])[]) {
    const world = createWorld();
    world.advanceMinutes(10);
    for (const part of parts) {
      for (const each of part) await world.receive(webhookBody([alertOf(each)]));
      await world.work();
    }
    const incidents = await world.incidents();
    for (const { id, pending, timeline } of incidents) expect(verifyChain(id, pending.entries, timeline)).toMatchObject({ ok: true });
    const told = incidents.map(({ alerts, state, severity, due, pending: { entries } }) => {
      return { alerts, state, severity, due, told: entries.map(({ kind, parts: { facts } }) => ({ kind, facts: valueOf(facts) })) };
    });
    const byKey = (await world.alerts()).toSorted((one, other) => one.key.localeCompare(other.key));
    return {
      told: told.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other))),
      alerts: byKey.map(withoutVersion),
    };
  }

  it('events end in the same incidents, entries and records', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 12 }), fc.nat({ max: 12 }), async (events, cut) => {
        const singly = await endOf(events.map((each) => [each]));
        expect(await endOf([events])).toEqual(singly);
        expect(await endOf([events.slice(0, cut), events.slice(cut)])).toEqual(singly);
      }),
      { numRuns: 60 },
    );
  });
});

function valueOf(part: object): unknown {
  return 'value' in part ? part.value : undefined;
}

function withoutVersion({ version: _version, ...rest }: Alert): object {
  return rest;
}

describe('a delivery that ends the process', () => {
  /** A worker that dies whenever it works on one delivery: nothing of what it claimed with it is settled. */
  async function dieOf() {
    const { world } = createCountingWorld();
    const killer = await world.receive(webhookBody([firing({ pod: 'bad' })]));
    const others = [
      await world.receive(webhookBody([firing({ name: 'Other', pod: 'x' })])),
      await world.receive(webhookBody([firing({ name: 'Third', pod: 'y' })])),
    ];
    const deliveries: DeliveryStore = {
      ...world.store.deliveries,
      async settle(lease, settled) {
        if (settled.some(({ id, result }) => id === killer && result.state === 'done')) throw new Error('the process is gone');
        await world.store.deliveries.settle(lease, settled);
      },
    };
    const worker = workerOver({ ...world.store, deliveries }, { clock: world.clock, owner: 'mortal' });
    for (let life = 0; life < 30; life += 1) {
      await worker.work(new AbortController().signal).catch(() => {});
      world.advanceMinutes(1);
    }
    return { world, killer, others };
  }

  it('is parked in the end, and those that were claimed with it are not', async () => {
    const { world, killer, others } = await dieOf();
    expect(await world.store.deliveries.get(killer)).toMatchObject({
      state: 'parked',
      outcome: 'the process ended 10 times while this was worked on',
    });
    for (const id of others) expect(await world.store.deliveries.get(id)).toMatchObject({ state: 'done' });
  });
});
