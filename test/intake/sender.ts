import { request as httpRequest } from 'node:http';
import type { ClientRequest } from 'node:http';
import { webhookToken } from '../support/world.ts';

export type Answered = { status: number; retryAfter: string | undefined; body: string };

type How = { token?: string | undefined; headers?: Readonly<Record<string, string>> };

/** A request of which the body is still to come, on a connection of its own. */
export type OpenRequest = {
  /** Resolves when the connection stands and the head is sent. */
  sent: Promise<void>;
  write(piece: string): void;
  /** Resolves when all of it is on its way, or nobody takes any more. */
  flushed: Promise<void>;
  /** Sends what is left; resolves with the answer, or with status 0 when the connection was cut. */
  finish(rest?: string): Promise<Answered>;
  answered: Promise<Answered>;
};

/** Begins a request as Alertmanager would and holds it open. Without a known length the body travels in chunks. */
export function begin(url: string, bytes: number | undefined, how: How = {}): OpenRequest {
  const token = 'token' in how ? how.token : webhookToken;
  const answered = Promise.withResolvers<Answered>();
  const sent = Promise.withResolvers<void>();
  const flushed = Promise.withResolvers<void>();
  const request: ClientRequest = httpRequest(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Alertmanager/0.34.0',
      ...(bytes === undefined ? {} : { 'content-length': String(bytes) }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...how.headers,
    },
  });
  request.on('finish', () => flushed.resolve());
  request.on('response', (response) => {
    flushed.resolve();
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => void chunks.push(chunk));
    response.on('close', () =>
      answered.resolve({
        status: response.statusCode ?? 0,
        retryAfter: response.headers['retry-after'],
        body: Buffer.concat(chunks).toString('utf8'),
      }),
    );
  });
  request.on('error', () => {
    answered.resolve({ status: 0, retryAfter: undefined, body: '' });
    sent.resolve();
    flushed.resolve();
  });
  request.on('socket', (socket) => {
    if (socket.connecting) socket.once('connect', () => sent.resolve());
    else sent.resolve();
  });
  request.flushHeaders();
  return {
    sent: sent.promise,
    flushed: flushed.promise,
    write: (piece) => void request.write(piece),
    finish(rest = '') {
      request.end(rest);
      return answered.promise;
    },
    answered: answered.promise,
  };
}

/** A whole request on a connection of its own. */
export function post(url: string, body: string, how: How = {}): Promise<Answered> {
  return begin(url, Buffer.byteLength(body), how).finish(body);
}
