import { createConnection } from 'node:net';
import type { Socket } from 'node:net';

/** A keep-alive connection with one request under way at a time. */
export type HttpConnection = {
  /** Calls back with the answer's status; 0 when the connection broke, and then it is of no more use. */
  post(body: string, answered: (status: number) => void): void;
  close(): void;
};

/** Written on the socket itself: Node's own client would need more of the processor than the server that is measured. */
export async function connect(target: { url: string; token: string }): Promise<HttpConnection> {
  const { hostname, port, pathname } = new URL(target.url);
  const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
  await opened(socket);
  const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${target.token}\r\nContent-Type: application/json\r\nUser-Agent: Alertmanager/0.28.0\r\nContent-Length: `;
  let waiting: ((status: number) => void) | undefined;
  let received = '';
  const answer = (status: number) => {
    const answered = waiting;
    waiting = undefined;
    received = '';
    answered?.(status);
  };
  socket.setEncoding('latin1');
  socket.on('data', (piece: string) => {
    received += piece;
    const status = statusOf(received);
    if (status !== undefined) answer(status);
  });
  socket.on('close', () => answer(0));
  // The close that follows says it.
  socket.on('error', () => {});
  return {
    post(body, answered) {
      waiting = answered;
      if (socket.destroyed) return answer(0);
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
