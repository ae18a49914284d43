import { request as send } from 'undici';
import type { ClusterAnswer, ClusterRequest } from '../doors/cluster.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { Connection } from './connection.ts';
import { translateFailure } from './failures.ts';

/** Largest answer that is taken into memory. */
const maxBytes = 64 * 1024 * 1024;
const defaultMs = 60_000;
const userAgent = 'tocsin';

/** Sends one request and reads its answer, whole or piece by piece. */
export async function sendRequest(connection: Connection, request: ClusterRequest): Promise<ClusterAnswer> {
  const signal = request.onText === undefined ? AbortSignal.any([request.signal, AbortSignal.timeout(defaultMs)]) : request.signal;
  let mayHaveArrived = false;
  try {
    signal.throwIfAborted();
    const way = await connection.way();
    mayHaveArrived = true;
    const answer = await send(way.urlOf(`${request.path}${queryText(request.query)}`), {
      method: request.method,
      dispatcher: way.dispatcher,
      signal,
      headers: {
        ...way.headers,
        'User-Agent': userAgent,
        Accept: request.accept ?? 'application/json',
        ...(request.body === undefined ? {} : { 'Content-Type': request.contentType ?? 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    const onText = answer.statusCode < 400 ? request.onText : undefined;
    const body = onText === undefined ? await readWhole(answer.body) : await readPieces(answer.body, onText);
    return { status: answer.statusCode, body, warnings: readWarnings(answer.headers['warning']) };
  } catch (error) {
    throw translateFailure(error, { server: connection.server, method: request.method, wasStopped: signal.aborted, mayHaveArrived });
  }
}

async function readWhole(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > maxBytes)
      throw new TocsinError('precondition', 'the answer is larger than 64 MiB: narrow it with a namespace, a selector or a limit');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

async function readPieces(stream: AsyncIterable<Uint8Array>, onText: NonNullable<ClusterRequest['onText']>): Promise<string> {
  const decoder = new TextDecoder();
  for await (const piece of stream) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== '' && onText(text) === 'stop') return '';
  }
  const rest = decoder.decode();
  if (rest !== '') onText(rest);
  return '';
}

function queryText(query: ClusterRequest['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of typeof value === 'string' ? [value] : value) parameters.append(name, one);
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** RFC 9111 `Warning: 299 - "text"`, as the API server sends for deprecated types. */
function readWarnings(header: string | readonly string[] | undefined): readonly string[] {
  if (header === undefined) return [];
  const text = typeof header === 'string' ? header : header.join(', ');
  return [...text.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => (match[1] ?? '').replaceAll(/\\(.)/g, '$1'));
}
