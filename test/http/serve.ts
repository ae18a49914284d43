import { onTestFinished } from 'vitest';
import { createReadAhead } from '../../src/alerts/read-ahead.ts';
import { deliveryIds, receiveDelivery } from '../../src/alerts/receive.ts';
import { createIntakeRoom } from '../../src/http/intake-room.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createHttpServer } from '../../src/http/server.ts';
import type { HttpServerOptions } from '../../src/http/server.ts';
import { createSignedLinks } from '../../src/http/signed-link.ts';
import { createWebhook } from '../../src/http/webhook.ts';
import { createManualClock, systemClock } from '../../src/kernel/clock.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';

export const webhookToken = 'webhook-token-0123456789';
export const apiToken = 'api-token-0123456789abcd';
export const start = new Date(Date.UTC(2026, 2, 14, 10, 0, 0));

type Wish = {
  seen?: (store: Store) => Store;
  maxBodyBytes?: number;
  room?: { requests: number; bytes: number };
  options?: Partial<HttpServerOptions>;
};

/** The HTTP side over an embedded store, for as long as the test runs. */
export async function serve(wish: Wish = {}) {
  const clock = createManualClock(start);
  const store = openSqliteStore({ path: ':memory:', clock, log: silentLog });
  const seen = wish.seen?.(store) ?? store;
  const metrics = createMetrics({ deliveries: seen.deliveries, clock, log: silentLog });
  const links = createSignedLinks({ secret: 'a secret', clock });
  const nextId = deliveryIds(clock);
  let nudges = 0;
  const webhook = createWebhook({
    token: webhookToken,
    receive: (request) =>
      receiveDelivery(
        { deliveries: seen.deliveries, clock, nextId, ahead: createReadAhead(), received: () => void (nudges += 1) },
        request,
      ),
    metrics,
    clock,
    log: silentLog,
    ...(wish.maxBodyBytes === undefined ? {} : { maxBodyBytes: wish.maxBodyBytes }),
    room: createIntakeRoom(clock, wish.room),
  });
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    webhook,
    ready: () => seen.ping(),
    metrics,
    exports: {
      token: apiToken,
      links,
      render: async ({ number, format }) => (number === 4 ? { contentType: `text/${format}`, body: `INC-4 as ${format}` } : undefined),
    },
    clock: systemClock,
    log: silentLog,
    ...wish.options,
  });
  const { port } = await server.listen();
  onTestFinished(async () => {
    await server.close(0);
    await store.close();
  });
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    port,
    server,
    store,
    clock,
    links,
    nudges: () => nudges,
    get: (path: string, headers: Record<string, string> = {}) => fetch(origin + path, { headers }),
    post: (body: string, headers: Record<string, string> = {}) =>
      fetch(`${origin}/webhooks/alertmanager`, { method: 'POST', body, headers: { authorization: `Bearer ${webhookToken}`, ...headers } }),
    delivered: async () =>
      store.deliveries.claim({ now: later(clock.now()), lease: { owner: 'test', until: later(clock.now()) }, limit: 100 }),
    metric: async (line: string) => {
      const text = await (await fetch(`${origin}/metrics`)).text();
      return text
        .split('\n')
        .find((candidate) => candidate.startsWith(`${line} `))
        ?.slice(line.length + 1);
    },
  };
}

function later(now: Date) {
  return toInstant(new Date(now.getTime() + 60_000));
}
