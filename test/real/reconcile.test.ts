import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAlertmanager } from '../../src/alertmanager/alertmanager.ts';
import { createWatch } from '../../src/alerts/watchdogs/watch.ts';
import { firingAlerts } from '../../src/incidents/incident.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { fingerprintOf } from '../../src/simulator/alertmanager/fingerprint.ts';
import { reconcilerOver } from '../alerts/support/alertmanagers.ts';
import { createWorld } from '../alerts/support/world.ts';
import type { World } from '../alerts/support/world.ts';
import { alertmanagerProgram, startAlertmanager } from './support/alertmanager.ts';
import type { RunningAlertmanager } from './support/alertmanager.ts';
import { requireOrSkip } from './support/require.ts';

const suite = requireOrSkip('Alertmanager', alertmanagerProgram !== undefined, 'install the package prometheus-alertmanager');
const until = { timeout: 20_000, interval: 50 };

type Labels = Readonly<Record<string, string>>;

const labelsOf = (pod: string): Labels => ({ alertname: 'VideoErrors', severity: 'critical', service: 'video-processing', pod });

/**
 * The webhook stores what it gets, until the test takes it away; our clock stands still and is moved by minutes, while Alertmanager's runs on.
 */
suite('reconciling with a real Alertmanager', () => {
  let world: World;
  let webhook: Server;
  let isDown: boolean;
  let webhookUrl: string;
  let running: RunningAlertmanager[];

  beforeEach(async () => {
    [world, isDown, running] = [createWorld(), false, []];
    webhook = createServer((request, response) => {
      void text(request).then(async (body) => {
        if (isDown) return response.writeHead(503).end();
        await world.receive(body);
        return response.end();
      });
    });
    await once(webhook.listen(0, '127.0.0.1'), 'listening');
    // A server that listens on TCP has such an address.
    webhookUrl = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/`;
  });
  afterEach(async () => {
    for (const manager of running) await manager.stop();
    webhook.closeAllConnections();
    webhook.close();
    await world.store.close();
  });

  async function start(options: { maxAlerts?: number } = {}): Promise<RunningAlertmanager> {
    const manager = await startAlertmanager({ webhookUrl, token: 'any-token', ...options });
    running.push(manager);
    return manager;
  }

  /** It counts as one that has heard of everything at once (its `Date` has whole seconds, so it may seem to start in the future). */
  const sourceOf = ({ url }: { url: string }, settleMs = -2000) => createAlertmanager({ url, clock: world.clock, settleMs });

  async function post(manager: { url: string }, path: string, body: unknown): Promise<void> {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`${manager.url}/api/v2/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(response.status, await response.text()).toBe(200);
  }

  const startsAt = new Date(Date.now() - 600_000).toISOString();
  const fire = (manager: { url: string }, ...pods: readonly string[]) =>
    post(
      manager,
      'alerts',
      pods.map((pod) => ({ labels: labelsOf(pod), annotations: { summary: `Errors on ${pod}` }, startsAt })),
    );
  const end = (manager: { url: string }, pod: string) =>
    post(manager, 'alerts', [{ labels: labelsOf(pod), startsAt, endsAt: new Date(Date.now() - 1000).toISOString() }]);
  const silence = (manager: { url: string }, pod: string) =>
    post(manager, 'silences', {
      matchers: [{ name: 'pod', value: pod, isRegex: false }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'ana',
      comment: 'maintenance',
    });

  async function targets(): Promise<readonly string[]> {
    await world.work();
    return (await world.incidents()).flatMap((incident) => firingAlerts(incident).map(({ target }) => target)).toSorted();
  }
  const holds = (manager: { url: string }) => async () => {
    const response = await fetch(`${manager.url}/api/v2/alerts`);
    const list: { labels: { pod: string }; status: { state: string } }[] = await response.json();
    return list.map(({ labels, status }) => `${labels.pod} ${status.state}`).toSorted();
  };

  it('takes up what was missed while Tocsin was down, with the fingerprint that a webhook would have brought', async () => {
    const manager = await start();
    const reconciling = reconcilerOver(world, [sourceOf(manager)]);
    await fire(manager, 'told');
    await expect.poll(targets, until).toEqual(['told']);
    isDown = true;
    await fire(manager, 'missed');
    await expect.poll(holds(manager), until).toEqual(['missed active', 'told active']);
    await reconciling.minutes(3);
    expect(await targets()).toEqual(['missed', 'told']);
    expect(await world.store.alerts.latest(fingerprintOf(labelsOf('missed')))).toMatchObject({ status: 'firing', startsAt });
    isDown = false;
    await expect.poll(async () => (await world.store.deliveries.counts()).waiting, until).toBeGreaterThan(0);
    expect(await targets()).toEqual(['missed', 'told']);
    expect((await world.incident()).alerts).toHaveLength(2);
  });

  it('makes up for what max_alerts cut off', async () => {
    const manager = await start({ maxAlerts: 2 });
    const reconciling = reconcilerOver(world, [sourceOf(manager)]);
    await fire(manager, 'a', 'b', 'c', 'd', 'e');
    await expect.poll(async () => (await targets()).length, until).toBe(2);
    await reconciling.minutes(3);
    expect(await targets()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('shows who silenced an alert, and clears it when it ends while it is silenced', async () => {
    const manager = await start();
    const reconciling = reconcilerOver(world, [sourceOf(manager)]);
    await fire(manager, 'told', 'quiet');
    await expect.poll(targets, until).toEqual(['quiet', 'told']);
    await silence(manager, 'quiet');
    await expect.poll(holds(manager), until).toEqual(['quiet suppressed', 'told active']);
    await reconciling.minutes(5);
    expect(await targets()).toEqual(['quiet', 'told']);
    const quiet = (await world.incident()).alerts.find(({ target }) => target === 'quiet')?.quiet;
    expect(quiet).toMatchObject({ by: 'silence', who: 'ana' });
    await end(manager, 'quiet');
    await expect.poll(holds(manager), until).toEqual(['told active']);
    await reconciling.minutes(2);
    expect(await targets()).toEqual(['told']);
  });

  it('clears nothing while Alertmanager has only just started and knows nothing', async () => {
    const manager = await start();
    await fire(manager, 'a', 'b');
    await expect.poll(targets, until).toEqual(['a', 'b']);
    await reconcilerOver(world, [sourceOf(manager)]).minutes(2);
    await manager.restart();
    expect(await holds(manager)()).toEqual([]);
    await reconcilerOver(world, [sourceOf(manager, 600_000)]).minutes(20);
    expect(await targets()).toEqual(['a', 'b']);
    expect((await world.store.reconciliation.get())?.lastRound).toMatchObject({
      outcome: 'partial',
      problem: expect.stringContaining('started'),
    });
    await fire(manager, 'a');
    await reconcilerOver(world, [sourceOf(manager)]).minutes(8);
    expect(await targets()).toEqual(['a']);
  });

  it('clears nothing while one of two does not answer', async () => {
    const [first, second] = [await start(), await start()];
    const sources = [sourceOf(first), sourceOf(second)];
    await fire(first, 'a', 'b');
    await fire(second, 'a', 'b');
    await expect.poll(targets, until).toEqual(['a', 'b']);
    const reconciling = reconcilerOver(world, sources);
    await reconciling.minutes(2);
    isDown = true;
    await second.stop();
    running = [first];
    await end(first, 'a');
    await expect.poll(holds(first), until).toEqual(['b active']);
    await reconciling.minutes(20);
    expect(await targets()).toEqual(['a', 'b']);
    await reconcilerOver(world, [sourceOf(first)]).minutes(8);
    expect(await targets()).toEqual(['b']);
  });

  it('hears its watchdog, opens one incident when that is silent, and clears it when it is heard again', async () => {
    const policy = { alertname: 'Watchdog', labels: ['cluster'], everyMs: 15 * 60_000, isRequired: true };
    const quiet = { changed: () => {}, received: () => {}, log: silentLog };
    await world.store.close();
    world = createWorld({ watchdog: policy });
    const critical = { label: 'severity', value: 'critical' };
    const watch = createWatch({ store: world.store, policy, critical, clock: world.clock, ...quiet });
    const passes = async (minutes: number) => {
      for (let tens = 0; tens < minutes * 6; tens += 1, world.clock.advance(10_000)) await watch.work();
      await world.work();
    };
    const manager = await start();
    const labels = { alertname: 'Watchdog', severity: 'none', cluster: 'eu' };
    const heardAt = async () => {
      await world.work();
      return (await world.store.watchdogs.list()).find(({ key }) => key !== '')?.lastSeenAt;
    };
    await post(manager, 'alerts', [{ labels, startsAt }]);
    await expect.poll(heardAt, until).toBe(toInstant(world.clock.now()));
    await passes(17);
    expect(await world.incident()).toMatchObject({ title: expect.stringContaining('(cluster eu)'), alerts: [{ status: 'firing' }] });
    await post(manager, 'alerts', [{ labels, startsAt, endsAt: new Date(Date.now() - 1000).toISOString() }]);
    await expect.poll(async () => (await world.store.deliveries.counts()).waiting, until).toBe(1);
    await passes(1);
    expect(firingAlerts(await world.incident())).toHaveLength(1);
    await post(manager, 'alerts', [{ labels }]);
    await expect.poll(heardAt, until).toBe(toInstant(world.clock.now()));
    await passes(1);
    expect((await world.incident()).pending.entries.map(({ kind }) => kind)).toEqual([
      'declared',
      'alert_firing',
      'alert_resolved',
      'alerts_cleared',
    ]);
  });
});
