import { createHash, randomBytes } from 'node:crypto';
import { request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Way } from './connection.ts';

/** A handshake's end: an open socket with the bytes that came with it, or the server's refusal. */
export type Handshake =
  | { type: 'open'; socket: Duplex; early: Buffer; protocol: string }
  | { type: 'refused'; status: number; body: string };

const handshakeMs = 30_000;
const refusalBytes = 65_536;
const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Asks a server to turn a GET into a WebSocket (RFC 6455). Rejects when the connection fails or what answers speaks no WebSocket. */
export function openWebsocket(way: Way, at: { path: string; protocols: readonly string[]; signal: AbortSignal }): Promise<Handshake> {
  const key = randomBytes(16).toString('base64');
  const url = way.urlOf(at.path);
  const headers = {
    ...way.headers,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Protocol': at.protocols.join(', '),
  };
  const signal = AbortSignal.any([at.signal, AbortSignal.timeout(handshakeMs)]);
  return new Promise((resolve, reject) => {
    const request: ClientRequest =
      url.protocol === 'https:'
        ? requestTls(url, { ...way.tls, agent: false, headers, signal })
        : requestPlain(url, { agent: false, headers, signal });
    request.on('error', reject);
    request.on('response', (response) => {
      readRefusal(response).then((body) => resolve({ type: 'refused', status: response.statusCode ?? 0, body }), reject);
    });
    request.on('upgrade', (response, socket, early) => {
      const expected = createHash('sha1')
        .update(key + acceptSuffix)
        .digest('base64');
      const protocol = response.headers['sec-websocket-protocol'] ?? '';
      if (response.headers['sec-websocket-accept'] === expected && at.protocols.includes(protocol)) {
        resolve({ type: 'open', socket, early, protocol });
        return;
      }
      socket.destroy();
      reject(new Error('the server answered the WebSocket handshake wrongly'));
    });
    request.end();
  });
}

async function readRefusal(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of response.setEncoding('utf8')) {
    text += String(piece);
    if (text.length > refusalBytes) break;
  }
  return text;
}
