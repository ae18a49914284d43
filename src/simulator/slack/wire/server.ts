import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { describeError, TocsinError } from '../../../kernel/errors.ts';
import type { Core } from '../core.ts';
import { tsMicros, tsText } from '../state/message-log.ts';
import { jsonAnswer, sendAnswer, textAnswer } from './answer.ts';
import type { CallRecords } from './call-records.ts';
import { answerPage, type PageBackend } from './page-api.ts';
import { readBody } from './request-body.ts';
import { useResponseUrl } from './responses.ts';
import { sendFile, takeUpload } from './uploads.ts';
import { answerCall, beLate } from './web-api.ts';

const mostBytes = 8 * 1024 * 1024;

export type ServerParts = {
  core: Core;
  records: CallRecords;
  backend: PageBackend;
  /** Told when a Web API call begins and ends. */
  busy(change: 1 | -1): void;
  pages?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
};

async function answerApi(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const method = url.pathname.slice('/api/'.length);
  // Taken in before the wait: a late call happens even when the caller has given up by then.
  const body = await busyWhile(parts, () => readBody(request, mostBytes));
  await beLate(parts.core, method);
  await busyWhile(parts, async () => {
    if (body === undefined) return sendAnswer(response, jsonAnswer({ ok: false, error: 'invalid_arguments' }, {}, 413));
    const call = {
      method,
      authorization: request.headers.authorization ?? '',
      contentType: request.headers['content-type'] ?? '',
      query: url.searchParams,
      body: body.toString('utf8'),
    };
    sendAnswer(response, answerCall(parts.core, call, parts.records));
  });
}

async function busyWhile<T>(parts: ServerParts, work: () => Promise<T>): Promise<T> {
  parts.busy(1);
  try {
    return await work();
  } finally {
    parts.busy(-1);
  }
}

async function answerResponseUrl(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = (request.url ?? '').split('/').at(-1) ?? '';
  const body = await readBody(request, mostBytes);
  const { status, text } = useResponseUrl(parts.core, id, body?.toString('utf8') ?? '');
  sendAnswer(response, textAnswer(status, text));
}

/** A permalink leads to the page, which opens the message it names. */
function followPermalink(request: IncomingMessage, response: ServerResponse): void {
  const [, channel = '', digits = ''] = /^\/archives\/(\w+)\/p(\d+)/.exec(request.url ?? '') ?? [];
  const ts = tsText(tsMicros(`${digits.slice(0, -6)}.${digits.slice(-6)}`));
  response.writeHead(302, { location: `/?${new URLSearchParams({ channel, ts })}` });
  response.end();
}

async function route(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '/';
  if (path.startsWith('/api/')) return answerApi(parts, request, response);
  if (path.startsWith('/response-url/') && request.method === 'POST') return answerResponseUrl(parts, request, response);
  if (path.startsWith('/upload/v1/') && request.method === 'POST') return takeUpload(parts.core, request, response);
  if (path.startsWith('/files/')) return sendFile(parts.core, request, response);
  if (path.startsWith('/archives/')) return followPermalink(request, response);
  if (path.startsWith('/sim/')) return answerPage(parts.backend, request, response);
  if (parts.pages?.(request, response) === true) return;
  sendAnswer(response, textAnswer(404, 'not found'));
}

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Serves the workspace on the loopback address, and nowhere else. */
export async function startServer(parts: ServerParts, port: number): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    route(parts, request, response).catch((error: unknown) => {
      parts.core.log.error({ path: request.url, error: describeError(error) }, 'the simulated Slack workspace failed to answer');
      if (response.headersSent) response.destroy();
      else sendAnswer(response, textAnswer(500, 'internal error'));
    });
  });
  await listenOn(server, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TocsinError('internal', 'the workspace has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
