import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { seedAlert, startWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

let world: World;
let receiver: Server;
let told: { event: string; scope: string; reason: string }[];
let isBroken: boolean;

beforeEach(async () => {
  [told, isBroken] = [[], false];
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      told.push(JSON.parse(body));
      response.end();
    });
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  // A server that listens on TCP has such an address.
  const { port } = receiver.address() as AddressInfo;
  world = await startWorld({
    settings: { alarm: { webhookUrl: `http://127.0.0.1:${port}/alarm` } },
    host: () => ({
      async openStore(url, deps) {
        const store = await openStore(url, deps);
        const latest = (fingerprint: string) => (isBroken ? Promise.reject(new Error('a defect')) : store.alerts.latest(fingerprint));
        return { ...store, alerts: { ...store.alerts, latest } };
      },
    }),
  });
});
afterEach(async () => {
  await world.end();
  receiver.closeAllConnections();
  receiver.close();
});

const minuteMs = 60_000;

it('what was parked is seen by whoever asks, in a command or a mention, and opens its incident when it is tried again', async () => {
  isBroken = true;
  expect(await world.notify(seedAlert)).toBe(200);
  await world.slack.passes(2 * minuteMs);
  const engineering = world.slack.channel('#engineering');
  const ana = world.slack.person('ana');
  await ana.types('/incident doctor', { in: engineering });
  const seen = await ana.seesOnlyToThem(/1 delivery is parked/);
  expect(seen.now().visibleText).toContain('receiver tocsin · VideoProcessingErrorBudgetExhausted · failed 5 times: a defect');
  isBroken = false;
  await seen.button('Try 1 parked delivery again').pressedBy(ana);
  await ana.seesOnlyToThem(/1 delivery is tried again\./);
  await world.slack.channel('#incidents').expectMessage(/INC-1/);
  await ana.types('@tocsin doctor', { in: world.slack.channel('#incidents') });
  await ana.seesOnlyToThem(/All is well\.[^]*0 parked/, { in: world.slack.channel('#incidents') });
});

it('a revoked token raises the alarm once, is named by the doctor, and is over without a restart', async () => {
  world.workspace.faults.set({ tokenRevoked: { methods: ['chat.postMessage'] } });
  await world.notify(seedAlert);
  await world.slack.passes(3 * minuteMs);
  expect(told).toMatchObject([{ event: 'outbox_paused', scope: 'workspace', reason: 'token_revoked' }]);
  const ana = world.slack.person('ana');
  await ana.types('/incident doctor', { in: world.slack.channel('#engineering') });
  await ana.seesOnlyToThem(/Nothing is posted at all[^]*: token_revoked/);
  world.workspace.faults.clear();
  await world.slack.passes(2 * minuteMs);
  await world.slack.channel('#incidents').expectMessage(/INC-1/);
  expect(told.map(({ event }) => event)).toEqual(['outbox_paused', 'outbox_resumed']);
});
