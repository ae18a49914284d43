import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerWatchdogMetrics } from '../../src/alerts/watchdogs/metrics.ts';
import { createWatch } from '../../src/alerts/watchdogs/watch.ts';
import type { WatchdogPolicy } from '../../src/alerts/watchdogs/watchdog.ts';
import { resolveIncident } from '../../src/incidents/resolve.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { Store } from '../../src/store/store.ts';
import { breakStore } from './support/faults.ts';
import { firing, minute, resolved } from './support/payload.ts';
import { createWorld } from './support/world.ts';
import type { World } from './support/world.ts';

const policy: WatchdogPolicy = { alertname: 'Watchdog', labels: ['cluster'], everyMs: 15 * 60_000, isRequired: false };

const critical = { label: 'severity', value: 'critical' };

let world: World;
beforeEach(() => {
  world = worldWith(policy);
});
afterEach(() => world.store.close());

function worldWith(own: WatchdogPolicy): World {
  return createWorld({ watchdog: own });
}

type Process = { look(): Promise<void>; passes(minutes: number): Promise<void> };

/** A process that looks every ten seconds, as one would run it. */
function process(over: World, how: { policy?: WatchdogPolicy; store?: Store } = {}): Process {
  const watch = createWatch({
    store: how.store ?? over.store,
    policy: how.policy ?? policy,
    critical,
    clock: over.clock,
    log: silentLog,
    received: () => {},
  });
  const look = async () => {
    await watch.work();
    await over.work();
  };
  return {
    look,
    async passes(minutes) {
      for (let tens = 0; tens < minutes * 6; tens += 1) {
        await look();
        over.clock.advance(10_000);
      }
      await look();
    },
  };
}

function beat(cluster?: string, in_: World = world): Promise<void> {
  return in_.send(firing({ name: 'Watchdog', severity: 'none', ...(cluster === undefined ? {} : { labels: { cluster } }) }));
}

/** Four beats within their time make a rhythm. */
async function findRhythm(watching: Process, ...clusters: readonly (string | undefined)[]): Promise<void> {
  for (let count = 0; count < 4; count += 1) {
    for (const cluster of clusters.length === 0 ? [undefined] : clusters) await beat(cluster);
    await watching.passes(5);
  }
}

async function kinds(): Promise<readonly string[]> {
  return (await world.incident()).pending.entries.map(({ kind }) => kind);
}

describe('the alert that always fires', () => {
  it('opens no incident, and is not lost among the others', async () => {
    await world.send(firing({ name: 'Watchdog' }), firing({ pod: 'a' }));
    await world.send(firing({ name: 'Watchdog' }));
    expect((await world.incidents()).map(({ title }) => title)).toEqual(['Video Errors']);
    expect(await world.store.deliveries.counts()).toMatchObject({ done: 2, parked: 0, waiting: 0 });
    expect(await world.store.watchdogs.list()).toMatchObject([{ key: '', lastSeenAt: minute(0), inTime: 0 }]);
  });

  it('says nothing by its own end, and an older delivery does not turn it back', async () => {
    await beat();
    world.advanceMinutes(5);
    await world.send(resolved(firing({ name: 'Watchdog' }), 5));
    expect(await world.store.watchdogs.list()).toMatchObject([{ lastSeenAt: minute(0) }]);
    expect(await world.incidents()).toEqual([]);
  });

  it('is an alert like others when another name is watched for, or none', async () => {
    const plain = worldWith({ ...policy, alertname: '' });
    await beat(undefined, plain);
    expect(await plain.incidents()).toHaveLength(1);
    await plain.store.close();
  });
});

describe('silence', () => {
  it('opens one critical incident, which clears by itself when the watchdog comes back', async () => {
    const watching = process(world);
    await findRhythm(watching);
    await watching.passes(10);
    expect(await world.incidents()).toEqual([]);
    await watching.passes(10);
    expect(await world.incident()).toMatchObject({
      title: 'No Watchdog from Alertmanager for 15 minutes: alerts may not be arriving',
      severity: 'critical',
      state: 'triggered',
      alerts: [{ name: 'NoWatchdog', status: 'firing', startsAt: minute(15) }],
    });
    await beat();
    await watching.look();
    expect(await kinds()).toEqual(['declared', 'alert_firing', 'alert_resolved', 'alerts_cleared']);
    await watching.passes(14);
    expect(await kinds()).toHaveLength(4);
  });

  it('is found once by many processes, and again when it falls silent again', async () => {
    const processes = [1, 2, 3].map(() => process(world));
    const [first] = processes;
    if (first === undefined) throw new Error('there are three');
    await findRhythm(first);
    for (let tens = 0; tens < 200; tens += 1) {
      await Promise.all(processes.map((each) => each.look()));
      world.clock.advance(10_000);
    }
    expect(await kinds()).toEqual(['declared', 'alert_firing']);
    await beat();
    await first.passes(1);
    await first.passes(20);
    expect(await kinds()).toEqual(['declared', 'alert_firing', 'alert_resolved', 'alerts_cleared', 'alert_firing']);
  });

  it('of one cluster is not hidden by another', async () => {
    const watching = process(world);
    await findRhythm(watching, 'a', 'b');
    for (let count = 0; count < 4; count += 1) {
      await beat('a');
      await watching.passes(5);
    }
    expect(await world.incident()).toMatchObject({
      title: 'No Watchdog from Alertmanager (cluster b) for 15 minutes: alerts may not be arriving',
      alerts: [{ target: 'b', status: 'firing' }],
    });
  });

  it('does not count for one that comes too rarely to be waited for, or only twice at once', async () => {
    const watching = process(world);
    for (let count = 0; count < 4; count += 1) {
      await beat();
      world.clock.advance(5000);
      await beat();
      await watching.passes(20);
    }
    expect(await world.incidents()).toEqual([]);
  });

  it('before any was heard counts only where one is required, and is over with the first', async () => {
    const required = { ...policy, isRequired: true };
    await process(world).passes(30);
    expect(await world.incidents()).toEqual([]);
    const strict = worldWith(required);
    const watching = process(strict, { policy: required });
    await watching.passes(15);
    expect(await strict.incidents()).toEqual([]);
    await watching.passes(2);
    expect((await strict.incident()).alerts).toMatchObject([{ status: 'firing' }]);
    await beat('a', strict);
    await watching.passes(10);
    expect((await strict.incident()).alerts).toMatchObject([{ status: 'resolved' }]);
    await strict.store.close();
  });

  it('while the process was away, asleep or without its store is not counted', async () => {
    const watching = process(world);
    await findRhythm(watching);
    world.advanceMinutes(120);
    await watching.passes(15);
    expect(await world.incidents()).toEqual([]);
    const next = process(world);
    world.advanceMinutes(120);
    await next.passes(15);
    expect(await world.incidents()).toEqual([]);
    await next.passes(2);
    expect(await world.incidents()).toHaveLength(1);
  });

  it('is not believed while deliveries wait that may hold the watchdog', async () => {
    const watching = createWatch({
      store: world.store,
      policy,
      critical,
      clock: world.clock,
      log: silentLog,
      received: () => {},
    });
    await findRhythm(process(world));
    await world.receive('{"alerts":[{"labels":{"alertname":"Watchdog"}}]}');
    for (let tens = 0; tens < 200; tens += 1) {
      await watching.work();
      world.clock.advance(10_000);
    }
    expect((await world.store.deliveries.counts()).waiting).toBe(1);
    expect(await world.incidents()).toEqual([]);
  });

  it.each(['before', 'after'] as const)('ends in one incident that clears, wherever the store breaks (%s a call)', async (when) => {
    for (let call = 1, isHit = true; isHit; call += 1) {
      const own = worldWith(policy);
      let current = own.store;
      const store = {
        get deliveries() {
          return current.deliveries;
        },
        get watchdogs() {
          return current.watchdogs;
        },
      };
      const watch = createWatch({ store, policy, critical, clock: own.clock, log: silentLog, received: () => {} });
      const passes = async (minutes: number) => {
        for (let tens = 0; tens < minutes * 6; tens += 1, own.clock.advance(10_000)) await watch.work();
      };
      /** The process dies in its next look, if that makes so many calls; another one goes on. */
      const dies = async () => {
        const faulty = breakStore(own.store, { call, when, lasts: 'until healed' });
        current = faulty.store;
        await watch.work().catch(() => {});
        current = own.store;
        return faulty.calls() >= call;
      };
      for (let count = 0; count < 4; count += 1) {
        await beat(undefined, own);
        await passes(1);
      }
      await passes(15);
      isHit = await dies();
      await passes(1);
      await own.work();
      expect((await own.incident()).pending.entries.map(({ kind }) => kind)).toEqual(['declared', 'alert_firing']);
      await beat(undefined, own);
      isHit = (await dies()) || isHit;
      await passes(1);
      await own.work();
      expect((await own.incident()).alerts).toMatchObject([{ status: 'resolved' }]);
      await own.store.close();
      if (!isHit) expect(call).toBeGreaterThan(5);
    }
  });

  it('that somebody resolved by hand is not opened again while it lasts', async () => {
    const watching = process(world);
    await findRhythm(watching);
    await watching.passes(20);
    const { id } = await world.incident();
    const change = { incidents: world.store.incidents, clock: world.clock, salt: () => 'salt', changed: () => {} };
    await resolveIncident(change, { id, cause: 'the test', by: { type: 'user', id: 'U1', name: 'ana' } });
    await watching.passes(60);
    expect((await world.incident()).state).toBe('resolved');
  });

  it('stands in the metrics', async () => {
    const registry = new Registry();
    registerWatchdogMetrics(registry, { watchdogs: world.store.watchdogs, policy, clock: world.clock, log: silentLog });
    expect(await registry.metrics()).toContain('tocsin_watchdog_oldest_age_seconds Nan');
    await findRhythm(process(world), 'a');
    await beat('b');
    const heard = await registry.metrics();
    expect(heard).toContain('tocsin_watchdogs{state="heard"} 1');
    expect(heard).toContain('tocsin_watchdogs{state="unwatched"} 1');
    expect(heard).toContain('tocsin_watchdog_oldest_age_seconds 300');
    await process(world).passes(20);
    expect(await registry.metrics()).toContain('tocsin_watchdogs{state="silent"} 1');
  });
});
