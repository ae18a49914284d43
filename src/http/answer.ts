import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '../kernel/errors.ts';

/** What a route answers: plain data, written in one place. */
export type Answer = {
  status: number;
  body: string;
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
};

/** A small answer for machines and for people with curl. */
export function plain(status: number, text: string = STATUS_CODES[status] ?? '', headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: `${text}\n`, headers };
}

/** Alertmanager retries a 5xx soon, and reads nothing of it; Retry-After is for the proxies in between. */
export function busy(text: string): Answer {
  return plain(503, text, { 'Retry-After': '5' });
}

export const statusOf = {
  invalid: 400,
  not_found: 404,
  forbidden: 403,
  conflict: 409,
  precondition: 409,
  timeout: 503,
  unavailable: 503,
  unknown_outcome: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

export function send(response: ServerResponse, answer: Answer, closing: boolean): void {
  response.writeHead(answer.status, {
    'Content-Type': answer.contentType ?? 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(answer.body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(closing ? { Connection: 'close' } : {}),
    ...answer.headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : answer.body);
}
