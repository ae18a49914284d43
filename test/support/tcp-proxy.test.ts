import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../src/kernel/clock.ts';
import type { ManualClock } from '../../src/kernel/clock.ts';
import { createTcpProxy } from './tcp-proxy.ts';
import type { TcpProxy } from './tcp-proxy.ts';

let heard: string[];
let server: Server;
let clock: ManualClock;
let proxy: TcpProxy;
let clients: Client[];

beforeEach(async () => {
  heard = [];
  clients = [];
  server = createServer((socket) => {
    socket.on('error', () => void heard.push('reset'));
    socket.on('data', (bytes: Buffer) => {
      heard.push(bytes.toString());
      socket.write(`echo ${bytes.toString()}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  clock = createManualClock(new Date('2026-01-01T00:00:00Z'));
  const { port } = server.address() as AddressInfo;
  proxy = await createTcpProxy({ target: { host: '127.0.0.1', port }, clock, random: () => 0.5 });
});

afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await proxy.close();
  server.close();
  await once(server, 'close');
});

type Client = { socket: Socket; got(): string };

async function open(): Promise<Client> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  socket.on('error', (error) => (text += Reflect.get(error, 'code')));
  await once(socket, 'connect');
  const client = { socket, got: () => text };
  clients.push(client);
  return client;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

/** Moves the time to the next moment that something waits for, once something does. */
async function nextMoment(): Promise<number> {
  const before = clock.now().getTime();
  while (!clock.advanceToNext()) await turn();
  return clock.now().getTime() - before;
}

describe('a proxy', () => {
  test('carries both ways, and an end with what came before it', async () => {
    const client = await open();
    client.socket.end('x'.repeat(3_000_000));
    await until(() => heard.join('').length === 3_000_000);
    await once(client.socket, 'close');
    await until(() => proxy.live() === 0);
  });

  test('that refuses resets what is open and what comes', async () => {
    const client = await open();
    client.socket.write('a');
    await until(() => client.got() === 'echo a');
    proxy.set({ type: 'refuse' });
    await until(() => client.got() === 'echo aECONNRESET' && heard.includes('reset'));
    const late = await open().catch(() => undefined);
    await until(() => late === undefined || late.got() === 'ECONNRESET');
    proxy.set({ type: 'pass' });
    const again = await open();
    again.socket.write('b');
    await until(() => again.got() === 'echo b');
  });

  test('that drops lets connections open, moves nothing, and goes on afterwards', async () => {
    const early = await open();
    proxy.set({ type: 'drop' });
    const late = await open();
    early.socket.write('early');
    late.socket.write('late');
    await until(() => proxy.live() === 2);
    for (let index = 0; index < 20; index += 1) await turn();
    expect(heard).toEqual([]);
    proxy.set({ type: 'pass' });
    await until(() => early.got() === 'echo early' && late.got() === 'echo late');
  });

  test('that is half open lets the target hear and not answer', async () => {
    const client = await open();
    proxy.set({ type: 'half_open', silent: 'to_client' });
    client.socket.write('a');
    await until(() => heard.length === 1);
    for (let index = 0; index < 20; index += 1) await turn();
    expect(client.got()).toBe('');
    proxy.set({ type: 'pass' });
    await until(() => client.got() === 'echo a');
  });

  test('that delays is late by so much each way', async () => {
    const client = await open();
    proxy.set({ type: 'delay', ms: 1000, jitterMs: 100 });
    client.socket.write('a');
    expect(await nextMoment()).toBe(1050);
    await until(() => heard.length === 1);
    expect(client.got()).toBe('');
    expect(await nextMoment()).toBe(1050);
    await until(() => client.got() === 'echo a');
  });

  test('that throttles takes as long as the bytes need', async () => {
    const client = await open();
    proxy.set({ type: 'throttle', bytesPerSecond: 100 });
    client.socket.write('x'.repeat(500));
    expect(await nextMoment()).toBe(5000);
    await until(() => heard.join('').length === 500);
  });

  test('that reorders lets a later connection overtake an earlier one', async () => {
    proxy.set({ type: 'reorder', ms: 1000 });
    const [first, second] = [await open(), await open()];
    first.socket.write('first');
    // Only once the first part is under way, so that it is certain which of the two was overtaken.
    await until(() => proxy.live() === 2);
    second.socket.write('second');
    await until(() => second.got() === 'echo second');
    expect(heard).toEqual(['second']);
    await nextMoment();
    await until(() => heard.length === 2);
    await nextMoment();
    await until(() => first.got() === 'echo first');
  });

  test('resets all that is open, and counts it', async () => {
    const all = [await open(), await open()];
    await until(() => proxy.live() === 2);
    expect(proxy.resetAll()).toBe(2);
    await until(() => all.every((client) => client.got() === 'ECONNRESET'));
  });
});
