import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planDigest } from '../../src/operations/normal-form.ts';
import { createHttpTargets } from '../../src/web-targets/http-targets.ts';
import { createStepWorld, memoryJournal, stepSource } from './step-world.ts';
import type { StepWorld } from './step-world.ts';

type Received = { method: string; url: string; host: string; type: string; body: string };

/** A web service that keeps what it gets, and answers by its path. */
async function startTarget(): Promise<{ server: Server; port: number; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, url, body, host: headers.host ?? '', type: headers['content-type'] ?? '' });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, received, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

function answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
  const port = headers.host?.split(':')[1] ?? '';
  const [, code, place] = /^\/to\/(\d+)\/(.+)$/.exec(url) ?? [];
  if (code !== undefined && place !== undefined) {
    const host = { elsewhere: 'evil.test', beside: 'other.test', here: 'jobs.test', metadata: '169.254.169.254' }[place] ?? place;
    response.writeHead(Number(code), { location: `http://${host}:${port}/landed` }).end('moved');
  } else if (url === '/reset') response.destroy();
  else if (url === '/broken') response.writeHead(503).end('try later');
  else if (url === '/refused') response.writeHead(409, 'Conflict').end('a drain is under way');
  else response.end('{"cleared":17}');
}

let target: Awaited<ReturnType<typeof startTarget>>;
let world: StepWorld;
beforeAll(async () => {
  target = await startTarget();
  const targets = createHttpTargets({
    allowedHosts: [`jobs.test:${target.port}`, `other.test:${target.port}`],
    allowsLoopback: true,
    // Every name leads to the same server, which would tell of a request to a host that is not on the list.
    resolve: async () => ['127.0.0.1'],
  });
  world = await createStepWorld({ http: targets });
});
beforeEach(() => {
  target.received.length = 0;
});
afterAll(async () => {
  await world.close();
  target.server.closeAllConnections();
  target.server.close();
});

const at = (path: string, host = 'jobs.test') => `http://${host}:${target.port}${path}`;
const post = (path: string, more = '') =>
  `curl -s -X POST ${more} '${at(path)}' -H 'Content-Type: application/json' -d '{"queue":"video"}'`;

describe('a POST to a configured target', () => {
  it('is planned without being sent, and sent once with the body that was approved', async () => {
    const plan = await world.planned(post('/clear?force=1'));
    expect(target.received).toEqual([]);
    expect(plan.operations).toMatchObject([
      {
        operation: { type: 'http', method: 'POST', url: at('/clear?force=1'), body: '{"queue":"video"}' },
        words: `send POST ${at('/clear?force=1')} with 17 characters of body`,
        dryRun: { type: 'none' },
        undo: { type: 'impossible' },
      },
    ]);
    const { report, journal } = await world.apply(plan);
    expect(report).toMatchObject({ state: 'applied', output: { head: '{"cleared":17}' } });
    const host = `jobs.test:${target.port}`;
    expect(target.received).toEqual([{ method: 'POST', url: '/clear?force=1', host, type: 'application/json', body: '{"queue":"video"}' }]);
    expect(journal.map(({ index, state, message }) => [index, state, message])).toEqual([
      [0, 'sent', undefined],
      [0, 'done', 'HTTP 200 OK'],
    ]);
  });

  it.each([
    ['another body', (text: string) => text.replace('video', 'audio')],
    ['another host of the list', (text: string) => text.replace('jobs.test', 'other.test')],
  ])('is not sent as %s than was approved', async (_, change) => {
    const plan = await world.planned(post('/clear'));
    const forged = { ...plan, source: stepSource(change(post('/clear'))) };
    expect((await world.apply(forged)).report.state).toBe('drifted');
    expect((await world.apply({ ...forged, digest: planDigest(forged) })).report).toMatchObject({
      state: 'drifted',
      finding: expect.stringContaining('differs from what was approved'),
    });
    expect(target.received).toEqual([]);
  });

  it('is never repeated, whatever its loop or its options say', async () => {
    const plan = await world.planned(post('/clear'));
    const looped = { ...plan, source: stepSource(`for i in 1 2 3; do ${post('/clear')}; done`) };
    const { report } = await world.apply({ ...looped, digest: planDigest(looped) });
    expect(report).toMatchObject({ state: 'failed', finding: expect.stringContaining('This was not in the plan that was approved.') });
    expect(target.received).toHaveLength(1);
  });

  it.each([
    ['/refused', 'failed', 'HTTP 409 Conflict'],
    ['/broken', 'unknown', 'nobody knows whether it ran'],
    ['/reset', 'unknown', 'nobody knows whether it ran'],
  ])('that %s answers is told as it is, and not sent again', async (path, state, words) => {
    const plan = await world.planned(post(path, '--retry 3'));
    const { report, journal } = await world.apply(plan);
    expect(report).toMatchObject({ state, finding: expect.stringContaining(words) });
    expect(journal.at(-1)?.state).toBe(state === 'failed' ? 'refused' : 'unknown');
    expect(target.received).toHaveLength(1);
  });

  it('is not sent when another process has the plan', async () => {
    const plan = await world.planned(post('/clear'));
    expect((await world.apply(plan, memoryJournal(0))).report.state).toBe('failed');
    expect(target.received).toEqual([]);
  });
});

describe('a POST to anywhere else', () => {
  it.each([
    ['a host that is not on the list', 'evil.test', 'not on the list'],
    ['a host that begins like one', 'jobs.test.evil.test', 'not on the list'],
    ['the address behind it', '127.0.0.1', 'the host of this bot'],
    ['credentials before another host', 'jobs.test@evil.test', ''],
  ])('%s is neither planned nor sent', async (_, host, words) => {
    const text = `curl -X POST ${at('/clear', host)} -d x=1`;
    expect(await world.plan(stepSource(text))).toMatchObject({ type: 'failed', reason: expect.stringContaining(words) });
    expect(target.received).toEqual([]);
  });

  it('is not sent with a plan that names it, either', async () => {
    const plan = await world.planned(post('/clear'));
    const elsewhere = post('/clear').replace('jobs.test', 'evil.test');
    const [planned] = plan.operations;
    if (planned?.operation.type !== 'http') throw new Error('there is no request in the plan');
    const operation = { ...planned.operation, url: planned.operation.url.replace('jobs.test', 'evil.test') };
    const forged = { ...plan, source: stepSource(elsewhere), operations: [{ ...planned, operation }] };
    const { report } = await world.apply({ ...forged, digest: planDigest(forged) });
    expect(report.state).toBe('failed');
    expect(target.received).toEqual([]);
  });
});

describe('a redirect that the target answers to a POST', () => {
  it.each([
    ['302', 'elsewhere'],
    ['308', 'elsewhere'],
    ['303', 'metadata'],
    ['307', 'beside'],
    ['307', 'here'],
  ])('%s to %s takes the request nowhere else', async (code, place) => {
    const plan = await world.planned(post(`/to/${code}/${place}`, '-L'));
    const { report } = await world.apply(plan);
    expect(report.state).toBe('failed');
    expect(target.received.map(({ method, url }) => `${method} ${url}`)).toEqual([`POST /to/${code}/${place}`]);
  });

  it('is shown and not followed where the line does not ask for it', async () => {
    const plan = await world.planned(post('/to/302/here', '-i'));
    const { report, journal } = await world.apply(plan);
    expect(report).toMatchObject({ state: 'applied', output: { head: expect.stringMatching(/302[^]*landed/) } });
    expect(journal.at(-1)).toMatchObject({ state: 'done', message: 'HTTP 302 Found' });
    expect(target.received).toHaveLength(1);
  });

  it('becomes a read of an allowed host where the line follows it', async () => {
    const plan = await world.planned(post('/to/303/beside', '-L'));
    expect((await world.apply(plan)).report).toMatchObject({ state: 'applied', output: { head: '{"cleared":17}' } });
    expect(target.received.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      'POST /to/303/beside {"queue":"video"}',
      'GET /landed ',
    ]);
  });
});
