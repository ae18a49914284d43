import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClusterRequest } from '../../src/doors/cluster.ts';
import type { ClusterClient } from '../../src/kubernetes/cluster.ts';
import { loadClusters } from '../../src/kubernetes/load-clusters.ts';

type Handler = {
  request?: (request: IncomingMessage, response: ServerResponse) => void;
  upgrade?: (socket: Duplex, request: IncomingMessage) => void;
};

let server: Server | undefined;
let client: ClusterClient | undefined;
const sockets = new Set<Socket>();

async function start(handler: Handler, prefix = ''): Promise<ClusterClient> {
  server = createServer((request, response) => handler.request?.(request, response));
  server.on('connection', (socket) => sockets.add(socket));
  server.on('upgrade', (request, socket) => {
    socket.on('error', () => {});
    handler.upgrade?.(socket, request);
  });
  await new Promise<void>((resolve) => void server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  client = loadClusters({ type: 'server', url: `http://127.0.0.1:${String(port)}${prefix}`, token: 'canary', namespace: 'prod' }).reader;
  return client;
}

afterEach(async () => {
  await client?.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
});

const read = (more: Partial<ClusterRequest> = {}): ClusterRequest => ({
  method: 'GET',
  path: '/api/v1/pods',
  signal: new AbortController().signal,
  ...more,
});

describe('requests', () => {
  it('carry who asks, what, and how, over the same connections', async () => {
    const seen: string[] = [];
    const cluster = await start({
      request(request, response) {
        seen.push(
          `${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? ''} ${request.headers['content-type'] ?? ''}`,
        );
        response.writeHead(200, { Warning: '299 - "v1 is \\"old\\"", 299 - "other"' }).end('{}');
      },
    });
    expect(cluster.namespace).toBe('prod');
    const answer = await cluster.request(read({ query: { command: ['a', 'b'], limit: '500' } }));
    expect(answer).toEqual({ status: 200, body: '{}', warnings: ['v1 is "old"', 'other'] });
    await cluster.request(read({ method: 'PATCH', contentType: 'application/merge-patch+json', body: { a: 1 } }));
    expect(seen.slice(0, 2)).toEqual([
      'GET /api/v1/pods?command=a&command=b&limit=500 Bearer canary ',
      'PATCH /api/v1/pods Bearer canary application/merge-patch+json',
    ]);
    for (let again = 0; again < 8; again += 1) await cluster.request(read());
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('go below the path that the address of the server has, commands too', async () => {
    const seen: (string | undefined)[] = [];
    const handler: Handler = {
      request: (request, response) => (seen.push(request.url), response.end('{}')),
      upgrade: (socket, request) => (seen.push(request.url?.split('?')[0]), accept(socket, request), send(socket, 3, success)),
    };
    const cluster = await start(handler, '/k8s/clusters/c-1/');
    await cluster.request(read());
    await cluster.request(read({ path: '//elsewhere.test/api' }));
    await cluster.exec(exec());
    const prefix = '/k8s/clusters/c-1';
    expect(seen).toEqual([`${prefix}/api/v1/pods`, `${prefix}//elsewhere.test/api`, `${prefix}/api/v1/namespaces/prod/pods/web-1/exec`]);
  });

  it('a refusal is an answer', async () => {
    const cluster = await start({ request: (_request, response) => void response.writeHead(403).end('{"kind":"Status"}') });
    expect(await cluster.request(read({ onText: () => 'more' }))).toMatchObject({ status: 403, body: '{"kind":"Status"}' });
  });

  it('text arrives in whole characters and ends when it is enough', async () => {
    const cluster = await start({
      request(_request, response) {
        const bytes = Buffer.from('grüße\n');
        response.write(bytes.subarray(0, 3));
        response.write(bytes.subarray(3));
      },
    });
    let text = '';
    const answer = await cluster.request(read({ onText: (piece) => ((text += piece), text.endsWith('\n') ? 'stop' : 'more') }));
    expect([text, answer.body]).toEqual(['grüße\n', '']);
  });

  it('a change whose answer is lost has an unknown outcome, a read is unavailable', async () => {
    const cluster = await start({ request: (request) => void request.socket.destroy() });
    await expect(cluster.request(read({ method: 'PATCH', body: {} }))).rejects.toMatchObject({ code: 'unknown_outcome' });
    await expect(cluster.request(read())).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('nobody there, or stopped before it began: nothing was sent', async () => {
    const cluster = await start({});
    server?.close();
    await expect(cluster.request(read({ method: 'DELETE' }))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(cluster.request(read({ method: 'DELETE', signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('a read that is given up is a timeout, a change is not known', async () => {
    const stop: { now?: () => void } = {};
    const cluster = await start({ request: () => stop.now?.() });
    for (const [method, code] of [
      ['GET', 'timeout'],
      ['PUT', 'unknown_outcome'],
    ] as const) {
      const stopping = new AbortController();
      stop.now = () => stopping.abort();
      await expect(cluster.request(read({ method, signal: stopping.signal }))).rejects.toMatchObject({ code });
    }
  });
});

const exec = (more = {}) => ({
  namespace: 'prod',
  pod: 'web-1',
  container: 'web',
  argv: ['sh', '-c', 'echo "a b"'],
  signal: new AbortController().signal,
  onOutput: () => {},
  ...more,
});

/** What a server answers to a good handshake; told that it is over, it closes, unless it is deaf. */
function accept(socket: Duplex, request: IncomingMessage, isDeaf = false): void {
  socket.on('data', (bytes: Buffer) => {
    if (bytes[0] === 0x88 && !isDeaf) socket.end();
  });
  const key = createHash('sha1')
    .update(`${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n`,
  );
}

/** A server's frame: not masked. */
function send(socket: Duplex, channel: number, text: string | Buffer): void {
  const payload = Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
  const head =
    payload.length < 126 ? Buffer.from([0x82, payload.length]) : Buffer.from([0x82, 126, payload.length >> 8, payload.length & 0xff]);
  socket.write(Buffer.concat([head, payload]));
}

const success = '{"status":"Success"}';

describe('commands in containers', () => {
  it('keep their streams apart, in whole characters, and go as an array', async () => {
    let asked = '';
    const cluster = await start({
      upgrade(socket, request) {
        asked = request.url ?? '';
        accept(socket, request);
        const bytes = Buffer.from('grüße');
        send(socket, 1, bytes.subarray(0, 3));
        send(socket, 2, 'oh');
        send(socket, 1, bytes.subarray(3));
        send(socket, 1, 'x'.repeat(300));
        send(socket, 3, success);
      },
    });
    const streams = { stdout: '', stderr: '' };
    const outcome = await cluster.exec(exec({ onOutput: (stream: 'stdout' | 'stderr', text: string) => void (streams[stream] += text) }));
    expect(outcome).toEqual({ type: 'exited', exitCode: 0 });
    expect(streams).toEqual({ stdout: `grüße${'x'.repeat(300)}`, stderr: 'oh' });
    expect(new URL(asked, 'http://x').searchParams.getAll('command')).toEqual(['sh', '-c', 'echo "a b"']);
  });

  it.each([
    [
      '{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}',
      { type: 'exited', exitCode: 3 },
    ],
    ['{"status":"Failure","reason":"InternalError","message":"no such container"}', { type: 'failed', message: 'no such container' }],
  ])('end as the server says: %s', async (result, outcome) => {
    const cluster = await start({ upgrade: (socket, request) => (accept(socket, request), send(socket, 3, result)) });
    expect(await cluster.exec(exec())).toEqual(outcome);
  });

  it('a connection that ends without a result is lost', async () => {
    const cluster = await start({ upgrade: (socket, request) => (accept(socket, request), send(socket, 1, 'half'), socket.end()) });
    expect(await cluster.exec(exec())).toMatchObject({ type: 'lost' });
  });

  it('one that is stopped is lost, for it may go on in the pod', async () => {
    const stopping = new AbortController();
    const cluster = await start({ upgrade: (socket, request) => (accept(socket, request), send(socket, 1, 'begun')) });
    expect(await cluster.exec(exec({ signal: stopping.signal, onOutput: () => stopping.abort() }))).toMatchObject({ type: 'lost' });
  });

  it('a refused handshake gives the message of the server', async () => {
    const cluster = await start({
      upgrade: (socket) =>
        void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 33\r\n\r\n{"message":"pods is forbidden!!!"}'.replace('33', '34')),
    });
    expect(await cluster.exec(exec())).toEqual({ type: 'refused', status: 403, message: 'pods is forbidden!!!' });
  });

  it('stdin is sent whole and then closed', async () => {
    const received: Buffer[] = [];
    const cluster = await start({
      upgrade(socket, request) {
        accept(socket, request, true);
        socket.on('data', (bytes: Buffer) => {
          received.push(bytes);
          if (Buffer.concat(received).length >= 6 + 6 + 6 + 2) send(socket, 3, success);
        });
      },
    });
    expect(await cluster.exec(exec({ stdin: 'hello' }))).toEqual({ type: 'exited', exitCode: 0 });
    const bytes = Buffer.concat(received);
    const unmasked = (start: number, length: number) =>
      bytes.subarray(start + 6, start + 6 + length).map((byte, index) => byte ^ (bytes[start + 2 + (index % 4)] ?? 0));
    expect(Buffer.from(unmasked(0, 6)).toString()).toBe('\0hello');
    expect([...unmasked(12, 2)]).toEqual([255, 0]);
  });

  it.each([{ pod: '../../secrets' }, { pod: 'a?b' }, { namespace: '..' }, { container: 'a/b' }, { argv: [] }])(
    '%o is never sent',
    async (wrong) => {
      const cluster = await start({ upgrade: () => expect.unreachable() });
      await expect(cluster.exec(exec(wrong))).rejects.toMatchObject({ code: 'invalid' });
    },
  );

  it('nobody there: nothing began', async () => {
    const cluster = await start({});
    server?.close();
    await expect(cluster.exec(exec())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
