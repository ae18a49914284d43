import type { IncomingMessage } from 'node:http';
import { sameSecret } from '../kernel/hash.ts';

/** Whether the request carries `Authorization: Bearer` with this token. */
export function hasBearer(request: IncomingMessage, token: string): boolean {
  const given = /^Bearer +(?<token>\S+) *$/i.exec(request.headers.authorization ?? '')?.groups?.['token'];
  // The comparison also runs for a missing token, with a text that is no token.
  return sameSecret(given ?? '', token) && given !== undefined;
}
