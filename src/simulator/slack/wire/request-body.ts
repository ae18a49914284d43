import type { IncomingMessage } from 'node:http';
import { ApiError } from '../api-error.ts';

/** The bytes of a request, up to a bound; undefined when it is larger. */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > mostBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function jsonArguments(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body === '' ? '{}' : body);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Falls through to the same refusal as JSON that is not an object.
  }
  throw new ApiError('invalid_arguments', ['the body is not a JSON object']);
}

/** The arguments of a Web API call: the query, and a form or JSON body. */
export function readArguments(request: {
  query: URLSearchParams;
  contentType: string;
  body: string;
  readsJson: boolean;
}): Record<string, unknown> {
  const fromQuery = Object.fromEntries(request.query);
  const type = request.contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-www-form-urlencoded') return { ...fromQuery, ...Object.fromEntries(new URLSearchParams(request.body)) };
  if (type === 'application/json') return request.readsJson ? { ...fromQuery, ...jsonArguments(request.body) } : fromQuery;
  if (request.body === '') return fromQuery;
  throw new ApiError(type === '' ? 'missing_post_type' : 'invalid_post_type');
}
