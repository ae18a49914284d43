import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { opcodes, readFrames, writeFrame } from './frames.ts';

/** The channels of an exec socket; the first byte of each message names one. */
export const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 } as const;

export type ExecSocket = {
  send(channel: number, text: string): void;
  /** Says goodbye in the protocol's way. */
  close(): void;
  /** Ends the connection without a word. */
  drop(): void;
  /** What came on stdin until it was closed; empty when the protocol cannot say so. */
  stdin(): Promise<string>;
};

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** Answers a WebSocket handshake, or gives undefined for one that speaks no protocol of ours. */
export function acceptExec(request: IncomingMessage, socket: Duplex): ExecSocket | undefined {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  const protocol = protocols.find((each) => offered.includes(each));
  const key = request.headers['sec-websocket-key'];
  if (protocol === undefined || key === undefined) return undefined;
  const accept = createHash('sha1')
    .update(key + magic)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
  );
  return speak(socket, protocol);
}

function speak(socket: Duplex, protocol: string): ExecSocket {
  let rest: Buffer = Buffer.alloc(0);
  let input = '';
  const ended = Promise.withResolvers<void>();
  const send = (opcode: number, payload: Buffer): void => {
    if (socket.writable) socket.write(writeFrame(opcode, payload));
  };
  socket.on('error', () => ended.resolve());
  socket.on('close', () => ended.resolve());
  socket.on('data', (data: Buffer) => {
    const read = readFrames(Buffer.concat([rest, data]));
    if (read === undefined) {
      socket.destroy();
      return;
    }
    rest = read.rest;
    for (const { opcode, payload } of read.frames) {
      if (opcode === opcodes.ping) send(opcodes.pong, payload);
      else if (opcode === opcodes.close) socket.end(writeFrame(opcodes.close, payload));
      else if (payload[0] === channels.stdin) input += payload.subarray(1).toString('utf8');
      else if (payload[0] === channels.close && payload[1] === channels.stdin) ended.resolve();
    }
  });
  return {
    send: (channel, text) => send(opcodes.binary, Buffer.concat([Buffer.from([channel]), Buffer.from(text)])),
    close() {
      const normal = Buffer.alloc(2);
      normal.writeUInt16BE(1000);
      if (socket.writable) socket.end(writeFrame(opcodes.close, normal));
    },
    drop: () => socket.destroy(),
    async stdin() {
      if (protocol === 'v5.channel.k8s.io') await ended.promise;
      return input;
    },
  };
}
