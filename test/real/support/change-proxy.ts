import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request as send } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * What becomes of a change on its way. `lose_request`: the server never gets it. `lose_answer`, `lose_half`: the server carries it out, and the
 * connection ends before, or within, its answer. `hold_request`, `hold_answer`: it stays under way until it is let go.
 */
export type Fate = 'lose_request' | 'lose_answer' | 'lose_half' | 'hold_request' | 'hold_answer';

/** A change that a client has sent, dry runs apart. `status` is what the server said, when it got it. */
type SeenChange = { line: string; status?: number };

/** A change that has met its fate. What is held goes on when it is let go; `lose` breaks its connection instead. */
type Met = { letGo: () => void; lose: () => void };

/** Stands between clients and an API server and loses what it is told to. Clients speak plain HTTP to it, so that it knows each request. */
export type ChangeProxy = {
  url: string;
  /** Resolves when the next change has met this fate; those after it pass. */
  next(fate: Fate): Promise<Met>;
  /** From now on, or not any more, every connection is reset at its first request. */
  cutOff(isCutOff: boolean): void;
  changes(): readonly SeenChange[];
  close(): Promise<void>;
};

type Answer = { status: number; headers: IncomingMessage['headers']; body: Buffer };

type Waiting = { fate: Fate; met: (met: Met) => void };

export async function startChangeProxy(server: URL): Promise<ChangeProxy> {
  // The test's own server has a certificate that it signed itself.
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const changes: SeenChange[] = [];
  let waiting: Waiting | undefined;
  let isCutOff = false;

  async function forward(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const { method = '', url = '', headers } = request;
    const onward = send(new URL(url, server), { method, agent, headers: { ...headers, host: server.host } });
    onward.end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
  }

  async function change(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen: SeenChange = { line: `${request.method} ${request.url}` };
    changes.push(seen);
    const { fate, met } = waiting ?? { fate: undefined, met: () => {} };
    waiting = undefined;
    const body = await buffer(request);
    const lost = () => {
      request.socket.resetAndDestroy();
      met({ letGo: () => {}, lose: () => {} });
    };
    if (fate === 'lose_request') return lost();
    if (fate === 'hold_request') await held(request, met);
    // What its client has given up does not arrive any more.
    if (request.socket.destroyed) return;
    const answer = await forward(request, body);
    seen.status = answer.status;
    if (fate === 'lose_answer') return lost();
    if (fate === 'lose_half') {
      response.writeHead(answer.status, answer.headers);
      response.write(answer.body.subarray(0, answer.body.length / 2), lost);
      return;
    }
    if (fate === 'hold_answer') await held(request, met);
    if (!request.socket.destroyed) reply(response, answer);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (isCutOff) request.socket.resetAndDestroy();
      else if (isChange(request)) await change(request, response);
      else reply(response, await forward(request, await buffer(request)));
    } catch {
      // Whatever broke on either side looks like a broken connection from the other.
      request.socket.destroy();
    }
  }

  const proxy = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    // A server that listens on a port has an address with a port.
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    next: (fate) =>
      new Promise((met) => {
        waiting = { fate, met };
      }),
    cutOff(value) {
      isCutOff = value;
    },
    changes: () => changes,
    async close() {
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, 'close');
      agent.destroy();
    },
  };
}

function isChange({ method = '', url = '' }: IncomingMessage): boolean {
  return /^(?:PATCH|PUT|DELETE|POST)$/.test(method) && !url.includes('dryRun=') && !url.startsWith('/apis/authorization.k8s.io/');
}

function held(request: IncomingMessage, met: (met: Met) => void): Promise<void> {
  return new Promise((letGo) => {
    const lose = () => {
      request.socket.resetAndDestroy();
      letGo();
    };
    met({ letGo, lose });
  });
}

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}
