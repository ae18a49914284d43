import * as fc from 'fast-check';
import { anyText } from './text.ts';

const paths = [
  '/',
  '/webhooks/alertmanager',
  '/healthz',
  '/readyz',
  '/metrics',
  '/exports/INC-4.md',
  '/exports/INC-4.json',
  '/slack/events',
];
const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...paths) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...paths), fc.array(fc.tuple(fc.constantFrom('expires', 'signature', 'a', ''), anyText), { maxLength: 3 }))
      .map(([base, query]) => `${base}?${query.map(([name, value]) => `${name}=${value.replaceAll(/\s/g, '+')}`).join('&')}`),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '//',
      '*',
      'http://[',
      '/exports/../metrics',
      '/exports/INC-9999999999.md',
      '/%',
      '/%00',
      '/exports/%2e%2e/x',
      '?',
      'a:b@c:99999/',
    ),
  },
  { weight: 1, arbitrary: anyText.map((text) => `/${text.replaceAll(/\s/g, '')}`) },
  { weight: 1, arbitrary: fc.integer({ min: 1000, max: 30_000 }).map((length) => `/${'a'.repeat(length)}`) },
);
const header = fc.oneof(
  fc.constantFrom(
    'authorization: Bearer webhook-token-0123456789',
    'authorization: Bearer api-token-0123456789abcd',
    'authorization: Basic x',
    'content-encoding: gzip',
    'content-type: application/json',
    'content-length: 5',
    'content-length: -1',
    'content-length: 99999999999999999999',
    'transfer-encoding: chunked',
    'transfer-encoding: gzip, chunked',
    'expect: 100-continue',
    'connection: upgrade\r\nupgrade: websocket',
    'user-agent: Alertmanager/0.34.0',
    'host: y',
    'x-slack-request-timestamp: 1e999',
  ),
  fc.tuple(fc.constantFrom('authorization', 'user-agent', 'x', 'cookie'), anyText).map(([name, value]) => `${name}: ${value}`),
);

/** A request as bytes on a connection, well-formed or not. */
export const rawRequest: fc.Arbitrary<string> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'get', ''),
    path,
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', ''),
    headers: fc.array(header, { maxLength: 5 }),
    body: fc.oneof(fc.constantFrom('', '{"alerts":[{"labels":{"a":"b"}}]}', '5\r\nhello\r\n0\r\n\r\n', 'zz\r\n'), anyText),
    hasLength: fc.boolean(),
  })
  .map(({ method, path: target, version, headers, body, hasLength }) => {
    const length = hasLength ? [`content-length: ${Buffer.byteLength(body)}`] : [];
    return [`${method} ${target} ${version}`, 'host: x', ...headers, ...length, '', body].join('\r\n');
  });
