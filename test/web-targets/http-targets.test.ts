import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpTargets } from '../../src/web-targets/http-targets.ts';
import { judgeAddress } from '../../src/web-targets/judge-address.ts';

let server: Server;
let port = 0;
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.host ?? ''}`);
    if (request.url === '/never') return;
    if (request.url === '/reset') return void request.socket.destroy();
    if (request.url === '/moved') return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    if (request.url === '/long') return void response.end('x'.repeat(100_000));
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () =>
      response.writeHead(request.url === '/missing' ? 404 : 200, { 'X-Method': request.method }).end(`hello ${body}`),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const onLoopback = (resolved: readonly string[] = ['127.0.0.1']) =>
  createHttpTargets({ allowedHosts: ['api.test'], allowsLoopback: true, resolve: () => Promise.resolve(resolved) });
const ask = (
  path: string,
  over: { method?: string; body?: string; timeoutMs?: number; maxBytes?: number; headers?: Record<string, string> } = {},
) => ({
  method: 'GET',
  url: new URL(`http://api.test:${port}${path}`),
  headers: {},
  timeoutMs: 5000,
  maxBytes: 1_000_000,
  signal: new AbortController().signal,
  ...over,
});

describe('requests', () => {
  it('go to the address that was checked, under the name that was asked for', async () => {
    expect(await onLoopback().request(ask('/x', { method: 'POST', body: 'a=1' }))).toMatchObject({
      type: 'answered',
      status: 200,
      body: 'hello a=1',
      isCut: false,
    });
    expect(seen).toContain(`POST /x api.test:${port}`);
  });

  it('show refusals and redirects as they are, and cut what is too long', async () => {
    expect(await onLoopback().request(ask('/missing'))).toMatchObject({ status: 404, statusText: 'Not Found' });
    const moved = await onLoopback().request(ask('/moved'));
    expect(moved).toMatchObject({ status: 302, headers: expect.arrayContaining([['location', 'http://169.254.169.254/']]) });
    expect(await onLoopback().request(ask('/long', { maxBytes: 10 }))).toMatchObject({ body: 'xxxxxxxxxx', isCut: true });
  });

  it('fail in the words of curl', async () => {
    expect(await onLoopback().request(ask('/never', { timeoutMs: 50 }))).toMatchObject({ type: 'failed', exitCode: 28, wasSent: true });
    expect(await onLoopback().request(ask('/reset', { method: 'POST' }))).toMatchObject({ type: 'failed', exitCode: 56, wasSent: true });
    expect(await onLoopback([]).request(ask('/x'))).toMatchObject({ type: 'failed', exitCode: 6, wasSent: false });
    const closed = { ...ask('/x'), url: new URL('http://api.test:1/') };
    expect(await onLoopback().request(closed)).toMatchObject({ type: 'failed', exitCode: 7, wasSent: false });
  });

  it('do not reach another service by a Host header', async () => {
    const own = `api.test:${port}`;
    for (const headers of [{ Host: 'admin.internal' }, { Host: own, host: 'admin.internal' }]) {
      expect(await onLoopback().request(ask('/x', { headers }))).toMatchObject({ type: 'failed', exitCode: 7, wasSent: false });
    }
    expect(await onLoopback().request(ask('/x', { headers: { Host: own } }))).toMatchObject({ type: 'answered' });
  });

  it('do not hide a second request in a body behind a wrong length', async () => {
    const body = `POST /hidden HTTP/1.1\r\nHost: api.test:${port}\r\nContent-Length: 0\r\n\r\n`;
    for (const headers of [{ 'content-length': '0' }, { 'Transfer-Encoding': 'identity' }]) {
      expect(await onLoopback().request(ask('/x', { headers, body }))).toMatchObject({ status: 200, body: `hello ${body}` });
    }
    expect(seen.filter((line) => line.includes('/hidden'))).toEqual([]);
  });

  it('may have less than a millisecond', async () => {
    expect(await onLoopback().request(ask('/never', { timeoutMs: 0.5 }))).toMatchObject({ type: 'failed', exitCode: 28 });
  });
});

describe('addresses', () => {
  const targets = (addresses: readonly string[]) =>
    createHttpTargets({
      allowedHosts: ['api.example.com', '*.wild.example.com', 'db.example.com:8080', '10.0.0.5'],
      resolve: () => Promise.resolve(addresses),
    });
  const cases: readonly [string, readonly string[], RegExp | undefined][] = [
    ['http://api.example.com/', ['93.184.216.34'], undefined],
    ['http://API.example.com.:8080/', ['93.184.216.34'], undefined],
    ['http://api.example.com/', ['10.1.2.3'], undefined],
    ['http://a.wild.example.com/', ['93.184.216.34'], undefined],
    ['http://a.wild.example.com/', ['10.1.2.3'], /private address/],
    ['http://wild.example.com/', ['93.184.216.34'], /not on the list/],
    ['http://db.example.com:8080/', ['10.1.2.3'], undefined],
    ['http://db.example.com/', ['10.1.2.3'], /not on the list/],
    ['http://10.0.0.5/', [], undefined],
    ['http://0x0a.0.0.5/', [], undefined],
    ['http://evil.com/', ['93.184.216.34'], /not on the list/],
    ['http://api.example.com.evil.com/', ['93.184.216.34'], /not on the list/],
    ['http://evil.com#api.example.com/', ['93.184.216.34'], /not on the list/],
    ['http://u:p@api.example.com/', ['93.184.216.34'], /credentials/],
    ['ftp://api.example.com/', ['93.184.216.34'], /only http/],
    ['http://api.example.com/', ['169.254.169.254'], /link-local/],
    ['http://api.example.com/', ['::ffff:169.254.169.254'], /link-local/],
    ['http://api.example.com/', ['127.0.0.1'], /host of this bot/],
    ['http://api.example.com/', ['93.184.216.34', '127.0.0.1'], /host of this bot/],
    ['http://169.254.169.254/latest', [], /not on the list/],
    ['http://2852039166/', [], /not on the list/],
  ];
  it.each(cases)('%s as %j: %s', async (url, addresses, reason) => {
    const refusal = await targets(addresses).refusal(new URL(url));
    if (reason === undefined) expect(refusal).toBeUndefined();
    else expect(refusal).toMatch(reason);
  });

  it.each([
    'fd00:ec2::254',
    '100.100.100.200',
    'fe80::1',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    '255.255.255.255',
    '64:ff9b::a9fe:a9fe',
    '::1',
    '::ffff:127.0.0.1',
    'x',
  ])('%s is never asked', (address) => {
    expect(judgeAddress(address, { allowsPrivate: true, allowsLoopback: false })).toBeDefined();
  });

  it.each(['', 'http://x', 'a b', '*', '*.'])('%j is no entry of the list', (entry) => {
    expect(() => createHttpTargets({ allowedHosts: [entry] })).toThrow('is no host');
  });
});
