import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../src/kernel/errors.ts';
import { firing, webhookBody } from '../alerts/support/payload.ts';
import { serve, start, webhookToken } from './serve.ts';

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

  it.each([
    ['requests', { requests: 1, bytes: 100_000 }],
    ['bytes', { requests: 10, bytes: webhookBody([firing()]).length + 1 }],
  ])('answers 503 with Retry-After to more %s than it can hold at once', async (_what, room) => {
    const stored = Promise.withResolvers<void>();
    const { post, metric } = await serve({
      room,
      seen: (store) => ({ ...store, deliveries: { ...store.deliveries, append: () => stored.promise } }),
    });
    const answers = [post(webhookBody([firing()])), post(webhookBody([firing()]))];
    await expect.poll(() => metric('tocsin_webhook_requests_total{outcome="overloaded"}')).toBe('1');
    stored.resolve();
    const given = (await Promise.all(answers)).map(({ status, headers }) => [status, headers.get('retry-after')]);
    expect(given.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual([
      [200, null],
      [503, '5'],
    ]);
    expect((await post(webhookBody([firing()]))).status).toBe(200);
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
