import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';

const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** RFC 6455: one unmasked text frame of less than 64 KiB. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const header =
    payload.length < 126 ? Buffer.from([0x81, payload.length]) : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([header, payload]);
}

/** The text of a masked frame of less than 64 KiB; undefined for pings, pongs and closes. */
function unframe(data: Buffer): string | undefined {
  if ((data[0] ?? 0) !== 0x81) return undefined;
  const short = (data[1] ?? 0) & 0x7f;
  const [start, length] = short === 126 ? [4, data.readUInt16BE(2)] : [2, short];
  const mask = data.subarray(start, start + 4);
  return Buffer.from(data.subarray(start + 4, start + 4 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0))).toString();
}

/** As much of Slack's Socket Mode as one connection needs: apps.connections.open, the handshake, envelopes out and acknowledgements in. */
export async function startSocketModeServer() {
  const heard: string[] = [];
  const sockets: Socket[] = [];
  let opened = 0;
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url !== '/api/apps.connections.open')
      return response.end(JSON.stringify({ ok: true, team_id: 'T1', user_id: 'U1', bot_id: 'B1' }));
    opened += 1;
    return response.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port()}/link` }));
  });
  const port = () => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  server.on('upgrade', (request, socket: Socket) => {
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${acceptSuffix}`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('data', (data) => {
      const text = unframe(data);
      if (text !== undefined) heard.push(text);
    });
    socket.on('error', () => {});
    sockets.push(socket);
    socket.write(frame(JSON.stringify({ type: 'hello', num_connections: 1 })));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    apiUrl: `http://127.0.0.1:${port()}/api/`,
    heard,
    opened: () => opened,
    send: (envelope: object) => sockets.at(-1)?.write(frame(JSON.stringify(envelope))),
    drop: () => sockets.at(-1)?.destroy(),
    close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}
