import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseWebhook } from '../../src/alerts/parse-webhook.ts';
import { textOf } from '../../src/export/entry-parts.ts';
import { firingAlerts } from '../../src/incidents/incident.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { fakeAlertmanager, reconcilerOver } from './support/alertmanagers.ts';
import type { FakeAlertmanager } from './support/alertmanagers.ts';
import { firing, minute, resolved, webhookBody } from './support/payload.ts';
import type { SentAlert } from './support/payload.ts';
import { createWorld, deliveryStates } from './support/world.ts';
import type { World } from './support/world.ts';

let world: World;
let manager: FakeAlertmanager;
beforeEach(() => {
  world = createWorld();
  manager = fakeAlertmanager(world);
});
afterEach(() => world.store.close());

const told = firing({ pod: 'told' });
const other = firing({ pod: 'other' });

/** Both sides know them: from such alerts it is learned which receivers and senders are ours. */
async function agreeOn(...alerts: readonly SentAlert[]): Promise<void> {
  for (const alert of alerts) manager.holds(alert);
  await world.send(...alerts);
}

async function firingTargets(): Promise<readonly string[]> {
  return (await world.incidents()).flatMap((incident) => firingAlerts(incident).map(({ target }) => target)).toSorted();
}

async function notes(): Promise<readonly (string | undefined)[]> {
  return (await world.incident()).pending.entries.filter(({ kind }) => kind === 'note').map(textOf);
}

describe('what fires there and is unknown here', () => {
  it('is taken up as if a webhook had told it, after the grace time, once', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told);
    manager.holds(other);
    await reconciling.minutes(2);
    expect(await firingTargets()).toEqual(['told']);
    await reconciling.minutes(1);
    expect(await firingTargets()).toEqual(['other', 'told']);
    await reconciling.minutes(5);
    expect((await world.incident()).alerts).toHaveLength(2);
    expect(await reconciling.metrics()).toContain('tocsin_reconcile_alerts_total{difference="found"} 1');
    expect(await world.store.alerts.latest(other.fingerprint)).toMatchObject({ startsAt: minute(0) });
  });

  it('is left to the webhook when that comes first, and a late one changes nothing', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told);
    manager.holds(other);
    await reconciling.minutes(1);
    await world.send(other);
    await reconciling.minutes(5);
    expect(await deliveryStates(world)).toEqual(['2 done']);
    const late = firing({ pod: 'late' });
    manager.holds(late);
    await reconciling.minutes(4);
    await world.send(late);
    expect((await world.incident()).alerts).toHaveLength(3);
  });

  it('is none of our business when it is silenced, muted, a watchdog, or for another receiver', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told);
    const muted = firing({ pod: 'muted' });
    manager.muted.add(muted.fingerprint);
    manager.holds(muted);
    manager.holds(firing({ pod: 'silenced' }), { state: 'suppressed', silencedBy: ['s1'] });
    manager.holds(firing({ pod: 'new' }), { state: 'unprocessed' });
    manager.holds(firing({ name: 'Watchdog' }));
    manager.holds(firing({ pod: 'elsewhere' }), { receivers: ['pager'] });
    await reconciling.minutes(10);
    expect(await firingTargets()).toEqual(['told']);
    expect(await deliveryStates(world)).toEqual(['1 done']);
  });

  it('needs a receiver: one that was learned, or one of the settings', async () => {
    manager.holds(other);
    await reconcilerOver(world, [manager]).minutes(5);
    expect(await firingTargets()).toEqual([]);
    await reconcilerOver(world, [manager], { policy: { receivers: ['tocsin'] } }).minutes(4);
    expect(await firingTargets()).toEqual(['other']);
  });

  it('fires anew when Alertmanager hears of it again after its end was told, although it is the same instance there', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told, other);
    world.advanceMinutes(3);
    await world.send(resolved(other, 3));
    await reconciling.minutes(5);
    // An echo: nothing was heard of it since.
    expect(await firingTargets()).toEqual(['told']);
    manager.holds(other);
    await reconciling.minutes(1);
    expect(await firingTargets()).toEqual(['other', 'told']);
    const latest = await world.store.alerts.latest(other.fingerprint);
    expect(latest).toMatchObject({ status: 'firing', startsAt: minute(3) });
    manager.forgets(other);
    await reconciling.minutes(9);
    expect(await firingTargets()).toEqual(['told']);
  });

  it('that cannot be applied is parked, and tried again only after an hour', async () => {
    let isBroken = true;
    const broken = createWorld({
      seen: (store) => ({
        ...store,
        alerts: {
          ...store.alerts,
          latest: (fingerprint) =>
            isBroken && fingerprint === other.fingerprint ? Promise.reject(new Error('a defect')) : store.alerts.latest(fingerprint),
        },
      }),
    });
    const there = fakeAlertmanager(broken);
    const reconciling = reconcilerOver(broken, [there]);
    there.holds(told);
    await broken.send(told);
    there.holds(other);
    await reconciling.minutes(30);
    expect((await broken.store.deliveries.counts()).parked).toBe(1);
    isBroken = false;
    await reconciling.minutes(70);
    expect(firingAlerts(await broken.incident())).toHaveLength(2);
    await broken.store.close();
  });

  it('comes in portions when it is very much', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told);
    for (let index = 0; index < 650; index += 1) manager.holds(firing({ pod: `pod-${index}` }));
    await reconciling.minutes(2);
    await reconciling.work();
    const now = toInstant(world.clock.now());
    const waiting = await world.store.deliveries.claim({ now, lease: { owner: 'the test', until: now }, limit: 100 });
    const alerts = waiting.map(({ body, receivedAt }) => parseWebhook(body, receivedAt)).map((read) => (read.ok ? read.events.length : 0));
    expect(alerts).toEqual([100, 100, 100, 100, 100]);
    expect((await world.store.reconciliation.get())?.suspects.filter(({ toldAt }) => toldAt === undefined)).toHaveLength(150);
  });
});

describe('what fires here and is known there no more', () => {
  it('is cleared after the time in which Alertmanager would have told it, and the record says why', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told, other);
    await reconciling.minutes(2);
    manager.forgets(other);
    await reconciling.minutes(6);
    expect(await firingTargets()).toEqual(['other', 'told']);
    await reconciling.minutes(1);
    expect(await firingTargets()).toEqual(['told']);
    expect(await world.store.alerts.latest(other.fingerprint)).toMatchObject({ status: 'resolved', endsAt: minute(2) });
    expect(await notes()).toEqual([
      expect.stringMatching(/^No longer known to Alertmanager: VideoErrors other\. The end was never reported/),
    ]);
    await reconciling.minutes(5);
    expect(await notes()).toHaveLength(1);
  });

  it('is cleared at the second look when it was silenced before', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told, other);
    manager.silences.set('s1', { until: toInstant(world.clock.now()), by: 'ana' });
    manager.holds(other, { state: 'suppressed', silencedBy: ['s1'] });
    await reconciling.minutes(1);
    expect((await world.incident()).alerts.map(({ quiet }) => quiet)).toEqual([undefined, { by: 'silence', until: minute(0), who: 'ana' }]);
    manager.forgets(other);
    await reconciling.minutes(1);
    expect(await firingTargets()).toEqual(['other', 'told']);
    await reconciling.minutes(1);
    expect(await firingTargets()).toEqual(['told']);
    expect(await notes()).toEqual([expect.stringContaining('Silenced or inhibited, so nobody was told of the end.')]);
  });

  it('stays when its own end is told in time, with the end that was told', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told, other);
    manager.forgets(other);
    await reconciling.minutes(4);
    await world.send(resolved(other, 1));
    await reconciling.minutes(8);
    expect(await world.store.alerts.latest(other.fingerprint)).toMatchObject({ status: 'resolved', endsAt: minute(1) });
    expect(await notes()).toEqual([]);
  });

  it('stays while the alert is silenced or inhibited, and people see that', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told, other);
    manager.holds(other, { state: 'suppressed' });
    await reconciling.minutes(20);
    expect(await firingTargets()).toEqual(['other', 'told']);
    expect((await world.incident()).alerts.map(({ quiet }) => quiet)).toEqual([undefined, { by: 'inhibition' }]);
    manager.holds(other);
    await reconciling.minutes(1);
    expect((await world.incident()).alerts.map(({ quiet }) => quiet)).toEqual([undefined, undefined]);
  });

  it('stays when another sender reported it: only what these Alertmanagers hold can be missing there', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told);
    await world.receive(webhookBody([other], { externalURL: 'http://grafana:3000' }));
    await world.work();
    await reconciling.minutes(20);
    expect(await firingTargets()).toEqual(['other', 'told']);
  });

  it.each<[string, (broken: FakeAlertmanager) => void]>([
    ['does not answer', (broken) => (broken.isAway = true)],
    ['has just started', (broken) => (broken.isSettled = false)],
  ])('stays while one of two %s, also when that ends', async (_, breaks) => {
    const second = fakeAlertmanager(world, 'am-1');
    const reconciling = reconcilerOver(world, [manager, second]);
    await agreeOn(told, other);
    await reconciling.minutes(1);
    manager.forgets(other);
    manager.forgets(told);
    breaks(second);
    await reconciling.minutes(20);
    expect(await firingTargets()).toEqual(['other', 'told']);
    expect(await reconciling.metrics()).toContain('tocsin_reconcile_rounds_total{outcome="partial"} 20');
    second.holds(told);
    [second.isAway, second.isSettled] = [false, true];
    await reconciling.minutes(6);
    expect(await firingTargets()).toEqual(['other', 'told']);
    await reconciling.minutes(1);
    expect(await firingTargets()).toEqual(['told']);
  });

  it('stays while none answers, and the failure is remembered for the doctor', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told);
    manager.forgets(told);
    await reconciling.minutes(3);
    manager.isAway = true;
    await reconciling.minutes(10);
    expect(await firingTargets()).toEqual(['told']);
    const state = await world.store.reconciliation.get();
    expect(state?.lastRound).toMatchObject({ outcome: 'failed', problem: 'am-0: it is away' });
    expect(state?.lastCompleteAt).toBe(minute(2));
  });
});

describe('a round', () => {
  it('is done by one of many processes', async () => {
    const processes = [1, 2, 3].map(() => reconcilerOver(world, [manager]));
    for (let count = 0; count < 5; count += 1) {
      await Promise.all(processes.map((each) => each.work()));
      world.advanceMinutes(1);
    }
    expect(manager.looks).toBe(5);
  });

  it('compares nothing while deliveries wait to be worked on', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told);
    await world.receive(webhookBody([other]));
    world.advanceMinutes(1);
    await reconciling.work();
    expect((await world.store.reconciliation.get())?.lastRound).toMatchObject({ outcome: 'behind' });
    expect(manager.looks).toBe(0);
  });

  it('that was held up until another one began reports nothing', async () => {
    let resume = () => {};
    const held = new Promise<void>((resolve) => {
      resume = resolve;
    });
    const slow = { ...manager, look: async (signal: AbortSignal) => (await held, manager.look(signal)) };
    const reconciling = reconcilerOver(world, [manager]);
    await agreeOn(told, other);
    await reconciling.minutes(1);
    manager.forgets(other);
    await reconciling.minutes(6);
    const stalled = reconcilerOver(world, [slow]).work();
    await expect.poll(async () => (await world.store.reconciliation.get())?.version).toBeGreaterThan(14);
    world.advanceMinutes(1);
    manager.holds(other);
    await reconciling.minutes(1);
    manager.forgets(other);
    resume();
    await stalled;
    await world.work();
    expect(await firingTargets()).toEqual(['other', 'told']);
  });

  it('begins again after a clock was set back by hours', async () => {
    const reconciling = reconcilerOver(world, [manager]);
    world.advanceMinutes(300);
    await reconciling.work();
    world.advanceMinutes(-300);
    await reconciling.work();
    expect(manager.looks).toBe(2);
  });
});
