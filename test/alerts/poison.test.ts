import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeParked, replayDeliveries } from '../../src/alerts/replay.ts';
import type { RunbookMatcher } from '../../src/alerts/route.ts';
import { firingAlerts } from '../../src/incidents/incident.ts';
import { createRunbookLibrary } from '../../src/runbooks/library.ts';
import type { SentAlert } from './support/payload.ts';
import { firing, resolved, webhookBody } from './support/payload.ts';
import { createWorld, deliveryStates, failing, workerOver } from './support/world.ts';
import type { World } from './support/world.ts';

const poisoned = 'b'.repeat(16);

/** Works so often, each time after any wait for another try. */
async function workOften(world: World, tries: number): Promise<void> {
  for (let round = 0; round < tries; round += 1) {
    await world.work();
    world.advanceMinutes(2);
  }
}

/** A world in which every alert of one fingerprint fails, as a defect would have it, until it is repaired. */
function createPoisonedWorld() {
  let isBroken = true;
  const world = createWorld({ seen: failing((fingerprint) => (isBroken && fingerprint === poisoned ? new Error('a defect') : undefined)) });
  return {
    ...world,
    broken: (still: boolean) => {
      isBroken = still;
    },
    works: (tries = 6) => workOften(world, tries),
    replay: (ids: readonly string[] | 'all') =>
      replayDeliveries({ deliveries: world.store.deliveries, clock: world.clock }, { ids, by: 'ana' }),
  };
}

const bad = firing({ pod: 'bad', fingerprint: poisoned });
const good = firing({ pod: 'good' });

/** Which alerts fire in the incidents, by fingerprint: what matters of an outcome. */
async function endOf(world: World): Promise<readonly [string, string][]> {
  const alerts = await world.alerts();
  const open = (await world.incidents()).flatMap((incident) => firingAlerts(incident).map(({ fingerprint }) => fingerprint));
  return [
    ...alerts.map(({ fingerprint, status }) => [fingerprint, status] as [string, string]),
    ...open.map((fingerprint) => [fingerprint, 'in an incident'] as [string, string]),
  ].toSorted(([a, b], [c, d]) => (`${a} ${b}` < `${c} ${d}` ? -1 : 1));
}

describe('a poison delivery', () => {
  it('whose alerts cannot be routed is parked, and holds nothing up that was claimed with it', async () => {
    const world = createWorld();
    const library = createRunbookLibrary([]);
    const match: RunbookMatcher['match'] = (about) => {
      if (about.labels['pod'] === 'bad') throw new Error('a defect');
      return library.match(about);
    };
    const worker = workerOver(world.store, { clock: world.clock, runbooks: { match } });
    await world.receive(webhookBody([bad]));
    await world.receive(webhookBody([good], { groupKey: 'another' }));
    const states: (readonly string[])[] = [];
    for (let tries = 0; tries < 5; tries += 1) {
      await worker.work(new AbortController().signal);
      states.push((await deliveryStates(world)).toSorted());
      world.advanceMinutes(2);
    }
    expect([states[0], states.at(-1)]).toEqual([
      ['1 done', '1 waiting'],
      ['1 done', '1 parked'],
    ]);
  });

  it('is parked after five tries, and later ones of its group go on in the same round', async () => {
    const world = createPoisonedWorld();
    const id = await world.receive(webhookBody([bad]));
    await world.receive(webhookBody([good]));
    await world.works(4);
    expect(await deliveryStates(world)).toEqual(['2 waiting']);
    await world.work();
    expect(await deliveryStates(world)).toEqual(['1 done', '1 parked']);
    expect((await world.incident()).alerts.map(({ target }) => target)).toEqual(['good']);
    expect(await world.store.deliveries.get(id)).toMatchObject({ attempts: 5, outcome: 'failed 5 times: a defect' });
    await world.receive(webhookBody([resolved(good, 1)]));
    await world.work();
    expect(firingAlerts(await world.incident())).toEqual([]);
  });

  it('is described by what is in it, as far as it can be read', async () => {
    const world = createPoisonedWorld();
    const id = await world.receive(webhookBody([bad, good, firing({ name: 'Disk\nFull' })]));
    await world.receive('{"text":"hello"}');
    await world.works();
    const [unreadable, poison] = (await world.store.deliveries.listParked({ order: 'newest', limit: 9 })).map(describeParked);
    expect(poison).toMatchObject({ id, receiver: 'tocsin', alerts: ['VideoErrors', 'Disk Full'], reason: 'failed 5 times: a defect' });
    expect(unreadable).toMatchObject({ receiver: '', alerts: [], reason: 'the body has no list "alerts"' });
  });

  it('opens its incident when it is tried again after the repair', async () => {
    const world = createPoisonedWorld();
    const id = await world.receive(webhookBody([bad]));
    await world.works();
    expect(await world.incidents()).toEqual([]);
    world.broken(false);
    expect(await world.replay('all')).toEqual({ replayed: [id], others: [] });
    await world.work();
    expect(firingAlerts(await world.incident()).map(({ target }) => target)).toEqual(['bad']);
    expect(await deliveryStates(world)).toEqual(['1 done']);
    expect(await world.replay('all')).toEqual({ replayed: [], others: [] });
    expect(await world.replay([id, 'dlv_unknown'])).toEqual({ replayed: [], others: [id, 'dlv_unknown'] });
  });

  it('that fails again is parked again at once, and holds nothing of its group back', async () => {
    const world = createPoisonedWorld();
    const id = await world.receive(webhookBody([bad]));
    await world.works();
    await world.replay([id]);
    await world.receive(webhookBody([good]));
    await world.work();
    expect(await world.store.deliveries.get(id)).toMatchObject({ state: 'parked', outcome: 'failed 6 times: a defect' });
    expect((await world.incident()).alerts.map(({ target }) => target)).toEqual(['good']);
  });

  it('that loses every race for its alert is parked too, since nobody wins races for ever', async () => {
    const world = createWorld({ seen: (store) => ({ ...store, alerts: { ...store.alerts, put: async () => false } }) });
    await world.receive(webhookBody([good]));
    await workOften(world, 5);
    expect(await deliveryStates(world)).toEqual(['1 parked']);
  });

  it('whose alert has ended meanwhile is recognised as stale: nothing opens, nothing fires', async () => {
    const world = createPoisonedWorld();
    const id = await world.receive(webhookBody([bad]));
    await world.works();
    world.broken(false);
    await world.send(resolved(bad, 10));
    await world.replay([id]);
    await world.work();
    expect(await world.incidents()).toEqual([]);
    expect(await world.alerts()).toMatchObject([{ status: 'resolved' }]);
    expect(await world.store.deliveries.get(id)).toMatchObject({ state: 'done', outcome: '1 stale' });
  });

  it('whose alert fired, ended and fires anew meanwhile changes nothing of the present instance', async () => {
    const world = createPoisonedWorld();
    const first = await world.receive(webhookBody([bad]));
    const second = await world.receive(webhookBody([resolved(bad, 4)]));
    await world.works(12);
    world.broken(false);
    const anew = firing({ pod: 'bad', fingerprint: poisoned, at: 20 });
    await world.send(anew);
    const before = await world.incident();
    await world.replay([second, first]);
    await world.work();
    expect((await world.incident()).alerts.filter(({ status }) => status === 'firing')).toEqual(before.alerts);
    expect(await endOf(world)).toEqual([
      [poisoned, 'firing'],
      [poisoned, 'in an incident'],
    ]);
    await world.send(resolved(anew, 30));
    expect(firingAlerts(await world.incident())).toEqual([]);
  });

  it('ends as if it had never failed, whichever of a history were parked and tried again afterwards', async () => {
    const history: readonly SentAlert[] = [
      bad,
      resolved(bad, 5),
      firing({ pod: 'bad', fingerprint: poisoned, at: 10 }),
      resolved(firing({ pod: 'bad', fingerprint: poisoned, at: 10 }), 15),
      firing({ pod: 'bad', fingerprint: poisoned, at: 20 }),
    ];
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: history.length }),
      fc.array(fc.boolean(), { minLength: history.length, maxLength: history.length }),
      async (length, isParked) => {
        const [told, smooth] = [createPoisonedWorld(), createPoisonedWorld()];
        smooth.broken(false);
        for (const [index, alert] of history.slice(0, length).entries()) {
          await smooth.send(alert);
          await told.receive(webhookBody([alert]));
          told.broken(isParked[index] === true);
          await told.works();
          smooth.advanceMinutes(12);
        }
        told.broken(false);
        await told.replay('all');
        await told.work();
        expect(await deliveryStates(told)).toEqual([`${length} done`]);
        // How many instances were seen may differ, which of them fires may not.
        const firingNow = async (world: World) => (await endOf(world)).filter(([, status]) => status !== 'resolved');
        expect(await firingNow(told)).toEqual(await firingNow(smooth));
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});
