import { describe, expect, it } from 'vitest';
import { exportPath } from '../../src/http/exports.ts';
import { createSignedLinks } from '../../src/http/signed-link.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { firing, webhookBody } from '../alerts/support/payload.ts';
import { apiToken, serve, webhookToken } from './serve.ts';

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
