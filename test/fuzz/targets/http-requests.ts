import assert from 'node:assert/strict';
import { createReadAhead } from '../../../src/alerts/read-ahead.ts';
import { deliveryIds, receiveDelivery } from '../../../src/alerts/receive.ts';
import { createIntakeRoom } from '../../../src/http/intake-room.ts';
import { createMetrics } from '../../../src/http/metrics.ts';
import { createHttpServer } from '../../../src/http/server.ts';
import { createSignedLinks } from '../../../src/http/signed-link.ts';
import { createWebhook } from '../../../src/http/webhook.ts';
import { createManualClock, systemClock } from '../../../src/kernel/clock.ts';
import { silentLog } from '../../../src/kernel/log.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { sendRaw } from '../engine/send-raw.ts';
import { createTarget } from '../engine/target.ts';
import { rawRequest } from '../given/raw-request.ts';

const apiToken = 'api-token-0123456789abcd';

async function openServer() {
  const clock = createManualClock(new Date('2026-03-14T10:00:00.000Z'));
  const store = openSqliteStore({ path: ':memory:', log: silentLog });
  const metrics = createMetrics({ deliveries: store.deliveries, clock, log: silentLog });
  const nextId = deliveryIds(clock);
  const ahead = createReadAhead();
  const errors: string[] = [];
  const log = { ...silentLog, error: (fields: object, message: string) => void errors.push(`${message}: ${JSON.stringify(fields)}`) };
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    webhook: createWebhook({
      token: 'webhook-token-0123456789',
      receive: (request) => receiveDelivery({ deliveries: store.deliveries, clock, nextId, ahead, received: () => {} }, request),
      metrics,
      room: createIntakeRoom(clock),
      clock,
      log,
    }),
    ready: () => store.ping(),
    metrics,
    exports: {
      token: apiToken,
      links: createSignedLinks({ secret: 'a secret of the fuzz', clock }),
      render: async ({ number, format }) => (number === 4 ? { contentType: `text/${format}`, body: 'INC-4' } : undefined),
    },
    clock: systemClock,
    log,
  });
  const { port } = await server.listen();
  return { server, store, port, errors };
}

export const httpRequests = createTarget({
  name: 'http-requests',
  promises: 'any bytes on the port are answered below 500 or cut off, export and metrics leak nothing, and the next request is served',
  share: 8,
  given: rawRequest,
  open: openServer,
  async run(bytes, { port, errors }) {
    const { statuses, text } = await sendRaw(port, bytes);
    for (const status of statuses) assert.ok(status < 500, `answered ${status}`);
    assert.deepEqual(errors, []);
    if (!bytes.toLowerCase().includes(apiToken)) assert.ok(!text.endsWith('INC-4'), 'an export without a token');
    const alive = await sendRaw(port, 'GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    assert.deepEqual(alive.statuses, [200]);
  },
  async close({ server, store }) {
    await server.close(0);
    await store.close();
  },
});
