import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAlertmanager } from '../../src/alertmanager/alertmanager.ts';
import { systemClock } from '../../src/kernel/clock.ts';

const signal = new AbortController().signal;
const serverTime = new Date(Date.UTC(2026, 2, 14, 10));

const item = {
  annotations: { summary: 's' },
  endsAt: '2026-03-14T10:05:00.000Z',
  fingerprint: '93da304f09fddf6a',
  receivers: [{ name: 'tocsin.web' }],
  startsAt: '2026-03-14T09:00:00.123456789+01:00',
  status: { inhibitedBy: [], silencedBy: [], state: 'active' },
  updatedAt: '2026-03-14T09:59:00.000Z',
  labels: { alertname: 'A', pod: 'x' },
};
const status = { cluster: { peers: [], status: 'ready' }, uptime: '2026-03-14T09:00:00.000Z', versionInfo: {} };

type Answers = Record<string, { status?: number; body: unknown }>;

let server: Server;
let answers: Answers;
let requests: { url: string; authorization: string | undefined }[];

beforeEach(async () => {
  requests = [];
  answers = { alerts: { body: [item] }, status: { body: status }, silences: { body: [] }, 'alerts/groups': { body: [] } };
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    requests.push({ url: url.pathname + url.search, authorization: request.headers.authorization });
    const answer = answers[url.pathname.replace('/am/api/v2/', '')];
    const body = typeof answer?.body === 'string' ? answer.body : JSON.stringify(answer?.body);
    response.writeHead(answer?.status ?? 200, { Date: serverTime.toUTCString() }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function manager(options: { maxAnswerBytes?: number } = {}) {
  // A server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  return createAlertmanager({ url: `http://bot:s3cret@127.0.0.1:${port}/am`, clock: systemClock, ...options });
}

describe('what an Alertmanager answers', () => {
  it('is read, with its own time of start, behind a path and with credentials that are named nowhere', async () => {
    const source = manager();
    const view = await source.look(signal);
    expect(view).toMatchObject({
      type: 'seen',
      isSettled: true,
      alerts: [{ state: 'active', receivers: ['tocsin.web'], heardAt: '2026-03-14T09:59:00.000Z' }],
    });
    if (view.type !== 'seen') throw new Error('it was seen');
    expect(view.alerts[0]?.event).toMatchObject({ status: 'firing', fingerprint: item.fingerprint, startsAt: '2026-03-14T08:00:00.123Z' });
    expect(view.alerts[0]?.event).not.toHaveProperty('endsAt');
    expect(source.name).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(requests[0]).toEqual({
      url: '/am/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true',
      authorization: `Basic ${Buffer.from('bot:s3cret').toString('base64')}`,
    });
    expect(requests.map(({ url }) => url)).not.toContain('/am/api/v2/silences');
  });

  it.each([
    ['started a moment ago', { ...status, uptime: '2026-03-14T09:56:00.000Z' }],
    ['is still finding its peers', { ...status, cluster: { status: 'settling' } }],
    ['does not say since when it runs', { versionInfo: {} }],
  ])('does not count as complete when it %s', async (_, body) => {
    answers['status'] = { body };
    expect(await manager().look(signal)).toMatchObject({ type: 'seen', isSettled: false });
  });

  it('names who silenced an alert, of the silences that hold', async () => {
    const silence = { id: 's1', endsAt: '2026-03-14T12:00:00.000Z', createdBy: 'ana', status: { state: 'active' } };
    answers['alerts'] = { body: [{ ...item, status: { state: 'suppressed', silencedBy: ['s1'], inhibitedBy: [] } }] };
    answers['silences'] = { body: [silence, { ...silence, id: 's2', status: { state: 'expired' } }, 'nonsense'] };
    const view = await manager().look(signal);
    expect(view.type === 'seen' ? [...view.silences] : view).toEqual([['s1', { until: '2026-03-14T12:00:00.000Z', by: 'ana' }]]);
  });

  it.each<[string, Answers[string], RegExp]>([
    ['an error', { status: 502, body: '<html>' }, /answered 502/],
    ['a redirect', { status: 302, body: '' }, /answered 302/],
    ['a web page', { body: '<html>' }, /other than JSON/],
    ['another document', { body: { alerts: [] } }, /other than a list of alerts/],
    ['alerts without labels', { body: [item, { ...item, labels: {} }] }, /cannot be read/],
    ['too much', { body: `["${'x'.repeat(5000)}"]` }, /more than 4000 bytes/],
  ])('that is %s proves nothing', async (_, answer, reason) => {
    answers['alerts'] = answer;
    expect(await manager({ maxAnswerBytes: 4000 }).look(signal)).toEqual({ type: 'failed', reason: expect.stringMatching(reason) });
  });

  it('proves nothing when it cannot be reached, and the reason holds no password', async () => {
    const source = createAlertmanager({ url: 'http://bot:s3cret@127.0.0.1:1', clock: systemClock });
    const view = await source.look(signal);
    expect(view).toMatchObject({ type: 'failed', reason: expect.stringContaining('ECONNREFUSED') });
    expect(JSON.stringify(view)).not.toContain('s3cret');
    expect(await source.routed(new Set(['a']), signal)).toBeUndefined();
  });

  it('tells which alerts a receiver hears of: those in its groups that are not muted', async () => {
    const group = (name: string, fingerprint: string, mutedBy?: string[]) => ({
      receiver: { name },
      labels: {},
      alerts: [{ ...item, fingerprint, status: { ...item.status, ...(mutedBy === undefined ? {} : { mutedBy }) } }],
    });
    answers['alerts/groups'] = { body: [group('a.b', 'f1'), group('a.b', 'f2', ['night']), group('other', 'f3'), group('a.b', 'f4', [])] };
    expect(await manager().routed(new Set(['a.b', 'c']), signal)).toEqual(new Set(['f1', 'f4']));
    expect(requests.at(-1)?.url).toContain(`receiver=${encodeURIComponent('a\\.b|c')}`);
  });
});
