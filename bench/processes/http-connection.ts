import { createConnection } from 'node:net';
import type { Socket } from 'node:net';

/** A keep-alive connection with one request under way at a time. */
export type HttpConnection = {
  /** Calls back with the answer's status; 0 when the connection broke before it came. The next request opens a new one. */
  post(body: string, answered: (status: number) => void): void;
  close(): void;
};

/** Written on the socket itself: Node's own client would need more of the processor than the server that is measured. */
export async function connect(target: { url: string; token: string }): Promise<HttpConnection> {
  const { hostname, port, pathname } = new URL(target.url);
  const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${target.token}\r\nContent-Type: application/json\r\nUser-Agent: Alertmanager/0.28.0\r\nContent-Length: `;
  let waiting: ((status: number) => void) | undefined;
  let received = '';
  const answer = (status: number) => {
    const answered = waiting;
    waiting = undefined;
    received = '';
    answered?.(status);
  };
  const open = (): Socket => {
    const opening = createConnection({ host: hostname, port: Number(port), noDelay: true });
    opening.setEncoding('latin1');
    opening.on('data', (piece: string) => {
      // A server says that it closes a connection on which nothing came for long.
      if (waiting === undefined) return void opening.destroy();
      received += piece;
      const status = statusOf(received);
      if (status !== undefined) answer(status);
    });
    opening.on('close', () => {
      if (opening === socket) answer(0);
    });
    // The close that follows says it.
    opening.on('error', () => {});
    return opening;
  };
  let socket = open();
  await opened(socket);
  return {
    post(body, answered) {
      if (socket.destroyed || socket.readableEnded) socket = open();
      waiting = answered;
      socket.write(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
    },
    close: () => socket.destroy(),
  };
}

function opened(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
}

/** The status once the whole answer is there. Both servers say how long it is. */
function statusOf(received: string): number | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = Number(/^content-length: *(\d+)/im.exec(received.slice(0, end))?.[1] ?? Number.NaN);
  if (Number.isNaN(length)) throw new Error(`an answer without a length:\n${received}`);
  return received.length - end - 4 < length ? undefined : Number(received.slice(9, 12));
}
