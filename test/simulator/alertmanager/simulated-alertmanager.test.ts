import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseWebhook } from '../../../src/alerts/parse-webhook.ts';
import { createManualClock } from '../../../src/kernel/clock.ts';
import { toInstant } from '../../../src/kernel/instant.ts';
import { silentLog } from '../../../src/kernel/log.ts';
import { createSimulatedAlertmanager } from '../../../src/simulator/alertmanager/alertmanager.ts';
import type { SimulatedAlertmanagerOptions } from '../../../src/simulator/alertmanager/alertmanager.ts';
import { fingerprintOf } from '../../../src/simulator/alertmanager/fingerprint.ts';

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const bodySchema = z.object({ notification_reason: z.string(), groupKey: z.string(), status: z.string() });

/** A receiver that answers with the given statuses in turn, the last one for ever. 0 breaks the connection. */
async function receiver() {
  const bodies: string[] = [];
  const tokens: (string | undefined)[] = [];
  let statuses: number[] = [200];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString('utf8'));
      tokens.push(request.headers.authorization);
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      if (status === undefined || status === 0) response.destroy();
      else response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/webhooks/alertmanager`,
    tokens,
    answer: (...next: number[]) => {
      statuses = next;
    },
    reasons: () => bodies.map((body) => bodySchema.parse(JSON.parse(body)).notification_reason),
    bodies,
  };
}

async function world(options: Partial<SimulatedAlertmanagerOptions> = {}) {
  const clock = createManualClock(new Date(Date.UTC(2026, 2, 14, 10)));
  const bot = await receiver();
  const create = () => createSimulatedAlertmanager({ webhook: { url: bot.url, token: 'secret' }, clock, log: silentLog, ...options });
  const manager = create();
  /** Lets so many seconds pass, doing what is due on the way. */
  const pass = async (seconds: number, actor = manager) => {
    const end = clock.now().getTime() + seconds * 1000;
    for (;;) {
      const waitMs = (await actor.work()) ?? Number.POSITIVE_INFINITY;
      const leftMs = end - clock.now().getTime();
      if (waitMs > leftMs) return clock.advance(leftMs);
      clock.advance(Math.max(waitMs, 1));
    }
  };
  const alert = (pod: string, alertname = 'PodDown') => ({ labels: { alertname, pod }, annotations: { summary: 'Pods are down' } });
  return { clock, bot, manager, create, pass, alert };
}

describe('the simulated Alertmanager', () => {
  it('waits for a group to gather, and tells of it once', async () => {
    const { manager, bot, pass, alert } = await world();
    manager.fire(alert('a'));
    await pass(20);
    expect(bot.bodies).toEqual([]);
    manager.fire(alert('b'));
    manager.fire(alert('a', 'Other'));
    await pass(20);
    expect(bot.bodies).toHaveLength(1);
    await pass(200);
    expect(bot.reasons()).toEqual(['first notification', 'first notification']);
    expect(bot.tokens[0]).toBe('Bearer secret');
  });

  it('sends what the bot reads without a note', async () => {
    const { manager, bot, pass, alert, clock } = await world({ receiver: 'web.hook' });
    manager.fire(alert('a'));
    await pass(31);
    const parsed = parseWebhook(bot.bodies[0] ?? '', toInstant(clock.now()));
    expect(parsed).toMatchObject({
      ok: true,
      notification: { receiver: 'web.hook', status: 'firing', foreign: false, notes: [], groupKey: '{}:{alertname="PodDown"}' },
      events: [{ fingerprint: fingerprintOf({ alertname: 'PodDown', pod: 'a' }), status: 'firing', name: 'PodDown' }],
    });
  });

  it('tells of alerts that join, of ends, and of the last end, at its intervals', async () => {
    const { manager, bot, pass, alert } = await world();
    manager.fire(alert('a'));
    await pass(40);
    manager.fire(alert('b'));
    await pass(300);
    manager.resolve({ pod: 'a' });
    await pass(300);
    manager.resolve({ alertname: 'PodDown' });
    await pass(300);
    expect(bot.reasons()).toEqual(['first notification', 'new alerts added', 'some alerts resolved', 'all alerts resolved']);
    expect(manager.alerts()).toEqual([]);
    await pass(86_400);
    expect(bot.bodies).toHaveLength(4);
  });

  it('repeats itself after four hours', async () => {
    const { manager, bot, pass, alert } = await world();
    manager.fire(alert('a'));
    await pass(4 * 3600 + 400);
    expect(bot.reasons()).toEqual(['first notification', 'repeat interval elapsed']);
  });

  it('never tells of an alert that ended before it was told', async () => {
    const { manager, bot, pass, alert } = await world();
    manager.fire(alert('a'));
    manager.resolve({ pod: 'a' });
    await pass(1000);
    expect(bot.bodies).toEqual([]);
  });

  it('sends no end of an alert that flaps within one interval', async () => {
    const { manager, bot, pass, alert } = await world();
    manager.fire(alert('a'));
    await pass(40);
    manager.resolve({ pod: 'a' });
    await pass(10);
    manager.fire(alert('a'));
    await pass(1000);
    expect(bot.reasons()).toEqual(['first notification']);
  });

  it.each([503, 0])('tries again within the flush after %i, until it is taken', async (status) => {
    const { manager, bot, pass, alert } = await world();
    bot.answer(status, status, status, 200);
    manager.fire(alert('a'));
    await pass(40);
    expect(bot.reasons()).toEqual(Array.from({ length: 4 }, () => 'first notification'));
    await pass(1000);
    expect(bot.bodies).toHaveLength(4);
  });

  it('gives a flush up when the next one is due, and begins anew', async () => {
    const { manager, bot, pass, alert } = await world();
    bot.answer(503);
    manager.fire(alert('a'));
    await pass(40);
    manager.fire(alert('b'));
    await pass(700);
    bot.answer(200);
    await pass(700);
    expect(bot.bodies.at(-1)).toContain('"pod":"b"');
    expect(bot.reasons().every((reason) => reason === 'first notification')).toBe(true);
  });

  it.each([400, 401, 413, 429, 302])('does not try again before the next interval after %i', async (status) => {
    const { manager, bot, pass, alert } = await world();
    bot.answer(status, 200);
    manager.fire(alert('a'));
    await pass(300);
    expect(bot.bodies).toHaveLength(1);
    await pass(100);
    expect(bot.reasons()).toEqual(['first notification', 'first notification']);
  });

  it('still tells the old state when a flush succeeds late, and the new one with the next', async () => {
    const { manager, bot, pass, alert } = await world();
    manager.fire(alert('a'));
    await pass(40);
    bot.answer(503, 503, 200);
    manager.fire(alert('b'));
    await pass(291);
    manager.resolve({ alertname: 'PodDown' });
    await pass(400);
    const statuses = bot.bodies.map((body) => bodySchema.parse(JSON.parse(body)).status);
    expect(statuses.at(-1)).toBe('resolved');
    expect(statuses.filter((status) => status === 'resolved')).toHaveLength(1);
    expect(bot.reasons().slice(1)).toEqual(['new alerts added', 'new alerts added', 'new alerts added', 'all alerts resolved']);
  });

  it('runs faster when it is told to', async () => {
    const { manager, bot, pass, alert } = await world({ speed: 30 });
    manager.fire(alert('a'));
    await pass(2);
    manager.resolve({ pod: 'a' });
    await pass(12);
    expect(bot.reasons()).toEqual(['first notification', 'all alerts resolved']);
  });

  it('remembers its alerts and what it told over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulated-alertmanager-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const { manager, bot, pass, alert, create } = await world({ file: join(folder, 'data', 'alertmanager.json') });
    manager.fire(alert('a'));
    await pass(40);
    const again = create();
    expect(again.alerts()).toEqual(manager.alerts());
    await pass(600, again);
    expect(bot.bodies).toHaveLength(1);
    again.resolve({ pod: 'a' });
    await pass(600, again);
    expect(bot.reasons()).toEqual(['first notification', 'all alerts resolved']);
    expect(create().alerts()).toEqual([]);

    writeFileSync(join(folder, 'data', 'alertmanager.json'), '{"groups":');
    expect(create().alerts()).toEqual([]);
  });

  it('works by itself once it is started', async () => {
    const { manager, bot, alert, clock } = await world();
    manager.start();
    manager.fire(alert('a'));
    await expect.poll(() => clock.advanceToNext() && bot.bodies.length > 0).toBe(true);
    await manager.stop();
    expect(bot.reasons()[0]).toBe('first notification');
  });
});
