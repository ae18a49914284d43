import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Clock } from '../../src/kernel/clock.ts';

type Direction = 'to_target' | 'to_client';

/**
 * What the network does. `refuse`: the target is gone, live connections are reset and new ones at once. `drop`: a black hole, connections open and
 * nothing moves. `half_open`: nothing moves in one direction. `delay`: bytes come late, in order. `throttle`: both directions together have this many bytes a
 * second for each connection. `reorder`: the bytes of every second connection come late, so that what was sent first arrives last.
 * As with TCP nothing gets lost inside a connection: what was held moves on when the fault is over, unless an end gave up meanwhile.
 */
export type Fault =
  | { type: 'pass' }
  | { type: 'refuse' }
  | { type: 'drop' }
  | { type: 'half_open'; silent: Direction }
  | { type: 'delay'; ms: number; jitterMs?: number }
  | { type: 'throttle'; bytesPerSecond: number }
  | { type: 'reorder'; ms: number };

export type TcpProxy = {
  port: number;
  /** Holds for live and for new connections from now on. */
  set(fault: Fault): void;
  /** RST to both ends of every live connection; answers how many there were. */
  resetAll(): number;
  /** Connections that are open now. */
  live(): number;
  close(): Promise<void>;
};

type Part = { bytes: Buffer | 'end'; at: number };

type Flow = {
  from: Socket;
  to: Socket;
  direction: Direction;
  /** Whether `reorder` delays it. */
  late: boolean;
};

/** What one direction of a connection may hold before its sender has to wait. */
const maxHeldBytes = 1024 * 1024;

/** Stands between a client and a server, on loopback, and behaves as badly as it is told to. */
export async function createTcpProxy(options: {
  target: { host: string; port: number };
  /** The port to listen on; any free one without it. */
  port?: number;
  clock?: Clock;
  random?: () => number;
}): Promise<TcpProxy> {
  const { clock = systemClock, random = Math.random } = options;
  const sockets = new Set<Socket>();
  let fault: Fault = { type: 'pass' };
  let changed = new AbortController();
  let accepted = 0;

  const now = () => clock.now().getTime();

  /** Waits until the fault that now holds lets this part through; undefined when it may pass. */
  function waitOf(flow: Flow, part: Part, size: number): number | undefined {
    switch (fault.type) {
      case 'pass':
        return undefined;
      case 'refuse':
      case 'drop':
        return Number.POSITIVE_INFINITY;
      case 'half_open':
        return fault.silent === flow.direction ? Number.POSITIVE_INFINITY : undefined;
      case 'delay':
        return part.at + fault.ms + random() * (fault.jitterMs ?? 0) - now();
      case 'throttle':
        return (size * 1000) / fault.bytesPerSecond;
      case 'reorder':
        return flow.late ? part.at + fault.ms - now() : undefined;
    }
  }

  async function hold(flow: Flow, part: Part): Promise<void> {
    const size = part.bytes === 'end' ? 0 : part.bytes.length;
    for (;;) {
      const waitMs = waitOf(flow, part, size);
      if (waitMs === undefined || waitMs <= 0) return;
      const { signal } = changed;
      if (waitMs === Number.POSITIVE_INFINITY) await (signal.aborted ? undefined : once(signal, 'abort'));
      else await clock.sleep(waitMs, signal);
      if (!signal.aborted) return;
    }
  }

  function carry(flow: Flow): void {
    const { from, to } = flow;
    const parts: Part[] = [];
    let heldBytes = 0;
    let carrying = false;

    async function run(): Promise<void> {
      carrying = true;
      for (let part = parts.shift(); part !== undefined && !to.destroyed; part = parts.shift()) {
        await hold(flow, part);
        if (to.destroyed) break;
        if (part.bytes === 'end') to.end();
        else {
          heldBytes -= part.bytes.length;
          if (!to.write(part.bytes)) await writable(to);
          if (heldBytes < maxHeldBytes) from.resume();
        }
      }
      carrying = false;
    }

    function take(bytes: Buffer | 'end'): void {
      parts.push({ bytes, at: now() });
      if (bytes !== 'end') heldBytes += bytes.length;
      if (heldBytes >= maxHeldBytes) from.pause();
      if (!carrying) void run();
    }
    from.on('data', take).on('end', () => take('end'));
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (fault.type === 'refuse') {
      client.on('error', () => {}).resetAndDestroy();
      return;
    }
    accepted += 1;
    const late = accepted % 2 === 1;
    const target = connect({ ...options.target, allowHalfOpen: true });
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(one);
      // Whatever broke on one side looks like a broken connection from the other.
      one.on('error', () => other.resetAndDestroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    carry({ from: client, to: target, direction: 'to_target', late });
    carry({ from: target, to: client, direction: 'to_client', late });
  }).listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');

  function resetAll(): number {
    const open = [...sockets];
    for (const socket of open) socket.resetAndDestroy();
    return open.length / 2;
  }

  return {
    // A server that listens on a port has an address with a port.
    port: (server.address() as AddressInfo).port,
    set(next) {
      fault = next;
      const before = changed;
      changed = new AbortController();
      before.abort();
      if (next.type === 'refuse') resetAll();
    },
    resetAll,
    live: () => sockets.size / 2,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      changed.abort();
      await once(server, 'close');
    },
  };
}

async function writable(socket: Socket): Promise<void> {
  const gone = new AbortController();
  const stop = () => gone.abort();
  socket.once('close', stop);
  await once(socket, 'drain', { signal: gone.signal }).catch(() => {});
  socket.off('close', stop);
}
