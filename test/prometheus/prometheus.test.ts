import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createPrometheus } from '../../src/prometheus/prometheus.ts';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

type Asked = { method: string; path: string; contentType: string; body: string };

/** A server that answers every request in one way, and remembers what it was asked. */
async function answering(answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      asked.push({ method: request.method ?? '', path: request.url ?? '', contentType: request.headers['content-type'] ?? '', body });
      answer(response, request);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, asked };
}

function json(status: number, value: unknown) {
  return answering((response) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value)));
}

async function ask(server: { url: string }, promql = 'up') {
  return createPrometheus({ url: server.url }).query(promql);
}

const success = (data: unknown, extra: object = {}) => json(200, { status: 'success', data, ...extra });

describe('a question', () => {
  it('is a form, so that nothing in PromQL needs care', async () => {
    const server = await success({ resultType: 'vector', result: [] });
    const promql = 'sum(rate(x{a="ü&b=c"}[1h])) + 1';
    await createPrometheus({ url: `${server.url}/prefix/` }).query(promql);
    expect(server.asked).toMatchObject([{ method: 'POST', path: '/prefix/api/v1/query' }]);
    expect(server.asked[0]?.contentType).toMatch(/^application\/x-www-form-urlencoded/);
    expect(new URLSearchParams(server.asked[0]?.body).get('query')).toBe(promql);
  });
});

describe('an answer', () => {
  it('has the samples of a vector and the warnings', async () => {
    const result = [{ metric: { pod: 'a' }, value: [1773482400.5, '7.4'] }];
    expect(await ask(await success({ resultType: 'vector', result }, { warnings: ['partial'], infos: ['i'] }))).toEqual({
      type: 'samples',
      samples: [{ labels: { pod: 'a' }, value: 7.4 }],
      warnings: ['partial'],
    });
  });

  it.each([
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['1e-3', 0.001],
    ['', Number.NaN],
  ])('reads the value %j', async (text, value) => {
    expect(await ask(await success({ resultType: 'scalar', result: [1, text] }))).toEqual({
      type: 'samples',
      samples: [{ labels: {}, value }],
      warnings: [],
    });
  });

  it('without series has no samples, and is no zero', async () => {
    expect(await ask(await success({ resultType: 'vector', result: [] }))).toEqual({ type: 'samples', samples: [], warnings: [] });
  });

  it('of another kind is said to be no number', async () => {
    expect(await ask(await success({ resultType: 'matrix', result: [] }))).toMatchObject({ type: 'failed', retryable: false });
    expect(await ask(await success({ resultType: 'string', result: [1, 'x'] }))).toMatchObject({ type: 'failed', retryable: false });
    const histogram = await success({ resultType: 'vector', result: [{ metric: {}, histogram: [1, {}] }] });
    expect(await ask(histogram)).toMatchObject({ samples: [{ value: Number.NaN }] });
  });
});

describe('a failure', () => {
  it('has the words of Prometheus', async () => {
    const refused = await json(400, { status: 'error', errorType: 'bad_data', error: 'invalid parameter "query": 1:5: parse error' });
    expect(await ask(refused)).toEqual({
      type: 'failed',
      reason: 'Prometheus refused the query (bad_data): invalid parameter "query": 1:5: parse error',
      retryable: false,
    });
    expect(await ask(await json(422, { status: 'error', errorType: 'execution', error: 'many-to-many', data: {} }))).toMatchObject({
      retryable: false,
    });
    expect(await ask(await json(503, { status: 'error', errorType: 'timeout', error: 'query timed out' }))).toMatchObject({
      retryable: true,
    });
  });

  it.each([
    { status: 502, body: '<html>\n<head><title>Bad Gateway</title>', shown: '<html>', retryable: true },
    { status: 200, body: '<h1>Please log in</h1>', shown: '<h1>Please log in</h1>', retryable: false },
    { status: 404, body: '', shown: '(empty)', retryable: false },
    { status: 200, body: '{"status":"success"}', shown: '{"status":"success"}', retryable: false },
  ])('of what stands in between is shown: $status $body', async ({ status, body, shown, retryable }) => {
    const server = await answering((response) => response.writeHead(status, { 'Content-Type': 'text/html' }).end(body));
    const reason = `Prometheus answered ${status}, and not in its own form: ${shown}`;
    expect(await ask(server)).toEqual({ type: 'failed', reason, retryable });
  });

  it('is a redirect, which is not followed', async () => {
    const elsewhere = await success({ resultType: 'scalar', result: [1, '1'] });
    const server = await answering((response) => response.writeHead(302, { Location: `${elsewhere.url}/api/v1/query` }).end());
    expect(await ask(server)).toMatchObject({ type: 'failed', retryable: false });
    expect(elsewhere.asked).toEqual([]);
  });

  it('is no answer in time, nor one that trickles in', async () => {
    const silent = await answering(() => {});
    const trickling = await answering((response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 5);
      response.once('close', () => clearInterval(timer));
    });
    for (const server of [silent, trickling]) {
      const result = await createPrometheus({ url: server.url, timeoutMs: 50 }).query('up');
      expect(result).toEqual({ type: 'failed', reason: 'Prometheus did not answer within 0.05 s', retryable: true });
    }
  });

  it('is an answer beyond all measure', async () => {
    const server = await answering((response) => response.end('x'.repeat(10_000)));
    expect(await createPrometheus({ url: server.url, maxAnswerBytes: 1000 }).query('up')).toMatchObject({ type: 'failed' });
  });

  it('is that nobody is there', async () => {
    const server = await success({});
    for (const cleanup of cleanups.splice(0)) await cleanup();
    expect(await ask(server)).toMatchObject({ type: 'failed', retryable: true });
  });
});
