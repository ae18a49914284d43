import type { IncomingMessage } from 'node:http';

const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Why a request to the page's own endpoints is refused, if it is: another website must neither act here through a visitor's
 * browser (foreign Origin, or a body that needs no preflight) nor reach this address under a name of its own (foreign Host).
 */
export function pageRefusal(request: IncomingMessage): string | undefined {
  const { host = '', origin } = request.headers;
  if (!loopback.test(host)) return 'this address answers only to its loopback name';
  if (origin !== undefined && origin !== `http://${host}`) return 'other sites may not use this workspace';
  const type = request.headers['content-type'] ?? '';
  if (request.method === 'POST' && !type.startsWith('application/json')) return 'send application/json';
  return undefined;
}
