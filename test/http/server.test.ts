import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { deliveryIds, receiveDelivery } from '../../src/alerts/receive.ts';
import { exportPath } from '../../src/http/exports.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createHttpServer } from '../../src/http/server.ts';
import type { HttpServerOptions } from '../../src/http/server.ts';
import { createSignedLinks } from '../../src/http/signed-link.ts';
import { createWebhook } from '../../src/http/webhook.ts';
import { createManualClock, systemClock } from '../../src/kernel/clock.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { firing, webhookBody } from '../alerts/support/payload.ts';

const webhookToken = 'webhook-token-0123456789';
const apiToken = 'api-token-0123456789abcd';
const start = new Date(Date.UTC(2026, 2, 14, 10, 0, 0));

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

type Wish = { seen?: (store: Store) => Store; maxBodyBytes?: number; maxInFlight?: number; options?: Partial<HttpServerOptions> };

async function serve(wish: Wish = {}) {
  const clock = createManualClock(start);
  const store = openSqliteStore({ path: ':memory:', clock, log: silentLog });
  const seen = wish.seen?.(store) ?? store;
  const metrics = createMetrics({ deliveries: seen.deliveries, clock, log: silentLog });
  const links = createSignedLinks({ secret: 'a secret', clock });
  const nextId = deliveryIds(clock);
  let nudges = 0;
  const webhook = createWebhook({
    token: webhookToken,
    receive: (request) => receiveDelivery({ deliveries: seen.deliveries, clock, nextId, received: () => void (nudges += 1) }, request),
    metrics,
    clock,
    log: silentLog,
    ...(wish.maxBodyBytes === undefined ? {} : { maxBodyBytes: wish.maxBodyBytes }),
    ...(wish.maxInFlight === undefined ? {} : { maxInFlight: wish.maxInFlight }),
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
  cleanups.push(
    () => store.close(),
    () => server.close(0),
  );
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
    delivered: async () => store.deliveries.claim({ now: later(clock.now()), owner: 'test', leaseUntil: later(clock.now()), limit: 100 }),
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

describe('the webhook', () => {
  it('answers 200 when the request is stored as it came', async () => {
    const { post, delivered, nudges } = await serve();
    const body = webhookBody([firing()], { receiver: 'größe' });
    const response = await post(body, { 'user-agent': 'Alertmanager/0.34.0' });
    expect([response.status, await response.text()]).toEqual([200, 'stored\n']);
    expect(await delivered()).toMatchObject([{ body, userAgent: 'Alertmanager/0.34.0', receivedAt: start.toISOString() }]);
    expect(nudges()).toBe(1);
  });

  it('answers only after the store has it', async () => {
    const order: string[] = [];
    const stored = Promise.withResolvers<void>();
    const { post } = await serve({
      seen: (store) => ({
        ...store,
        deliveries: {
          ...store.deliveries,
          async append(delivery) {
            order.push('asked');
            await stored.promise;
            await store.deliveries.append(delivery);
            order.push('stored');
          },
        },
      }),
    });
    const answered = post(webhookBody([firing()])).then(() => order.push('answered'));
    await expect.poll(() => order).toEqual(['asked']);
    stored.resolve();
    await answered;
    expect(order).toEqual(['asked', 'stored', 'answered']);
  });

  it.each([
    ['no token', ''],
    ['another token', 'Bearer other'],
    ['another scheme', `Basic ${webhookToken}`],
    ['a token with more behind it', `Bearer ${webhookToken}x`],
    ['an empty token', 'Bearer '],
  ])('answers 401 to %s', async (_name, authorization) => {
    const { post, delivered, metric } = await serve();
    const response = await post(webhookBody([firing()]), { authorization });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await delivered()).toEqual([]);
    expect(await metric('tocsin_webhook_requests_total{outcome="unauthorized"}')).toBe('1');
  });

  it('answers 400 to a body that it cannot read, and keeps and counts it', async () => {
    const { post, store, delivered, metric } = await serve();
    const response = await post('{"text":"hello"}');
    expect([response.status, await response.text()]).toEqual([400, 'Not an Alertmanager notification: the body has no list "alerts".\n']);
    expect(await store.deliveries.counts()).toMatchObject({ rejected: 1, waiting: 0 });
    expect(await delivered()).toEqual([]);
    expect(await metric('tocsin_webhook_requests_total{outcome="malformed"}')).toBe('1');
    expect(await metric('tocsin_deliveries{state="rejected"}')).toBe('1');
  });

  it('answers 413 to a body over the limit that says so', async () => {
    const { post, store } = await serve({ maxBodyBytes: 1000 });
    expect((await post('x'.repeat(1000))).status).toBe(400);
    expect((await post('x'.repeat(1001))).status).toBe(413);
    expect(await store.deliveries.counts()).toMatchObject({ rejected: 1 });
  });

  it('answers 413 to a body over the limit that does not say so', async () => {
    const { origin, store } = await serve({ maxBodyBytes: 1000 });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = { method: 'POST', headers: { authorization: `Bearer ${webhookToken}` } };
      const request = httpRequest(`${origin}/webhooks/alertmanager`, options, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.once('error', reject);
      for (let chunk = 0; chunk < 3; chunk += 1) request.write('x'.repeat(500));
      request.end();
    });
    expect(status).toBe(413);
    expect(await store.deliveries.counts()).toMatchObject({ rejected: 0 });
  });

  it('takes 8 MiB by default and no more', async () => {
    const { post } = await serve();
    const body = webhookBody([firing({ annotations: { description: 'x'.repeat(8 * 1024 * 1024 - 2000) } })]);
    expect((await post(body)).status).toBe(200);
    expect((await post(`${body}${' '.repeat(2000)}`)).status).toBe(413);
  });

  it('cuts off a body without end', async () => {
    const { port } = await serve({ maxBodyBytes: 1000 });
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.on('error', () => {});
    });
    socket.write(
      `POST /webhooks/alertmanager HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${webhookToken}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`;
    const flood = setInterval(() => socket.write(chunk), 1);
    await closed;
    clearInterval(flood);
    expect(socket.destroyed).toBe(true);
  });

  it('answers 503 with Retry-After when the store cannot take it', async () => {
    const { post, metric } = await serve({
      seen: (store) => ({
        ...store,
        deliveries: { ...store.deliveries, append: () => Promise.reject(new TocsinError('unavailable', 'The disk is full.')) },
      }),
    });
    const response = await post(webhookBody([firing()]));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.text()).not.toContain('disk');
    expect(await metric('tocsin_webhook_requests_total{outcome="unavailable"}')).toBe('1');
  });

  it('answers 503 to more requests than it can hold at once', async () => {
    const stored = Promise.withResolvers<void>();
    const { post, metric } = await serve({
      maxInFlight: 1,
      seen: (store) => ({ ...store, deliveries: { ...store.deliveries, append: () => stored.promise } }),
    });
    const answers = [post(webhookBody([firing()])), post(webhookBody([firing()]))];
    await expect.poll(() => metric('tocsin_webhook_requests_total{outcome="overloaded"}')).toBe('1');
    stored.resolve();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 503]);
  });

  it('refuses compressed bodies, other methods and other paths', async () => {
    const { post, get, origin } = await serve();
    expect((await post(webhookBody([firing()]), { 'content-encoding': 'gzip' })).status).toBe(415);
    const wrong = await get('/webhooks/alertmanager');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await get('/webhooks/grafana')).status).toBe(404);
    expect((await fetch(`${origin}/healthz`, { method: 'DELETE' })).status).toBe(405);
  });
});

describe('health and metrics', () => {
  it('is alive whatever the store does, and ready while it answers', async () => {
    const healthy = await serve();
    expect((await healthy.get('/healthz')).status).toBe(200);
    expect((await healthy.get('/readyz')).status).toBe(200);
    const away = await serve({ seen: (store) => ({ ...store, ping: () => Promise.reject(new TocsinError('unavailable', 'away')) }) });
    expect((await away.get('/healthz')).status).toBe(200);
    expect((await away.get('/readyz')).status).toBe(503);
  });

  it('tells the age of the last webhook, which is endless before the first', async () => {
    const { metric, post, clock } = await serve();
    expect(await metric('tocsin_webhook_last_received_age_seconds')).toBe('+Inf');
    await post(webhookBody([firing()]));
    clock.advance(90_000);
    expect(await metric('tocsin_webhook_last_received_age_seconds')).toBe('90');
    expect(await metric('tocsin_deliveries{state="waiting"}')).toBe('1');
    expect(await metric('tocsin_webhook_requests_total{outcome="accepted"}')).toBe('1');
    expect(await metric('tocsin_webhook_duration_seconds_count')).toBe('1');
    expect(await metric('tocsin_store_up')).toBe('1');
  });

  it('answers a scrape while the store is away', async () => {
    const { metric } = await serve({
      seen: (store) => ({
        ...store,
        deliveries: { ...store.deliveries, counts: () => Promise.reject(new TocsinError('unavailable', 'away')) },
      }),
    });
    expect(await metric('tocsin_store_up')).toBe('0');
    expect(await metric('tocsin_webhook_last_received_age_seconds')).toBe('Nan');
  });
});

describe('exports', () => {
  it('are for the API token', async () => {
    const { get } = await serve();
    const response = await get('/exports/INC-4.md', { authorization: `Bearer ${apiToken}` });
    expect([response.status, await response.text()]).toEqual([200, 'INC-4 as md']);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="INC-4.md"');
    expect((await get('/exports/INC-4.json', { authorization: `Bearer ${webhookToken}` })).status).toBe(401);
    expect((await get('/exports/INC-4.md')).status).toBe(401);
  });

  it('open with a signed link until it expires, and only the one that was signed', async () => {
    const { get, links, clock } = await serve();
    const link = links.sign(exportPath(4, 'json'), 60_000);
    expect(await (await get(link)).text()).toBe('INC-4 as json');
    expect((await get(link.replace('INC-4', 'INC-5'))).status).toBe(401);
    expect((await get(link.replace('.json', '.md'))).status).toBe(401);
    clock.advance(60_000);
    expect((await get(link)).status).toBe(410);
  });

  it('that do not exist are 404 for those who may know', async () => {
    const { get } = await serve();
    const headers = { authorization: `Bearer ${apiToken}` };
    for (const path of ['/exports/INC-5.md', '/exports/INC-4.html', '/exports/INC-04.md', '/exports/../metrics.md', '/exports/']) {
      expect([200, 404]).toContain((await get(path, headers)).status);
      expect(await (await get(path, headers)).text()).not.toContain('INC-4 as');
    }
    expect((await get('/exports/INC-5.md', headers)).status).toBe(404);
    expect((await get('/exports/INC-5.md')).status).toBe(401);
  });
});

describe('errors and the end', () => {
  it('shows no more of an unforeseen error than its reference', async () => {
    const logged: object[] = [];
    const { get } = await serve({
      options: {
        log: { ...silentLog, error: (fields) => void logged.push(fields) },
        exports: {
          token: apiToken,
          links: createSignedLinks({ secret: 's', clock: systemClock }),
          render: () => Promise.reject(new Error('secret detail')),
        },
      },
    });
    const response = await get('/exports/INC-1.md?token=x', { authorization: `Bearer ${apiToken}` });
    const reference = /^Something failed \(ref (?<reference>[0-9a-f-]{36})\)\.\n$/.exec(await response.text())?.groups?.['reference'];
    expect(response.status).toBe(500);
    expect(logged).toEqual([{ path: '/exports/INC-1.md', reference, error: 'secret detail' }]);
  });

  it('lets requests in progress finish, and takes no others', async () => {
    const stored = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const { post, server, get } = await serve({
      seen: (store) => ({
        ...store,
        deliveries: {
          ...store.deliveries,
          async append() {
            asked.resolve();
            await stored.promise;
          },
        },
      }),
    });
    const answer = post(webhookBody([firing()]));
    await asked.promise;
    const closed = server.close(60_000);
    await expect(get('/healthz')).rejects.toThrow('fetch failed');
    stored.resolve();
    const response = await answer;
    expect([response.status, response.headers.get('connection')]).toEqual([200, 'close']);
    await closed;
  });

  it('cuts requests off at the deadline', async () => {
    const asked = Promise.withResolvers<void>();
    const { post, server } = await serve({
      seen: (store) => ({
        ...store,
        deliveries: {
          ...store.deliveries,
          append() {
            asked.resolve();
            return new Promise(() => {});
          },
        },
      }),
    });
    const answer = post(webhookBody([firing()]));
    const outcome = expect(answer).rejects.toThrow('fetch failed');
    await asked.promise;
    await server.close(1);
    await outcome;
  });

  it('says which address it cannot have', async () => {
    const { port } = await serve();
    await expect(serve({ options: { port } })).rejects.toThrow(`Cannot listen on 127.0.0.1:${port}`);
  });
});
