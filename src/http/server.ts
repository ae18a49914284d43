import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../kernel/clock.ts';
import { describeError, TocsinError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { busy, plain, send, statusOf } from './answer.ts';
import type { Answer } from './answer.ts';
import { answerExport } from './exports.ts';
import type { ExportOptions } from './exports.ts';
import type { Metrics } from './metrics.ts';

export type HttpServerOptions = {
  host: string;
  /** 0 takes any free port. */
  port: number;
  webhook: (request: IncomingMessage) => Promise<Answer>;
  /** Resolves when the process can do its work now. */
  ready: () => Promise<void>;
  metrics: Metrics;
  exports?: ExportOptions;
  clock: Clock;
  log: Log;
};

export type HttpServer = {
  /** Resolves with the port when it takes requests; throws TocsinError `precondition` when the address cannot be had. */
  listen(): Promise<{ port: number }>;
  /** Takes no more requests, lets those in progress finish, and cuts off what is left after `deadlineMs`. */
  close(deadlineMs?: number): Promise<void>;
};

type Route = { path: RegExp; methods: readonly string[]; answer: (request: IncomingMessage) => Promise<Answer> };

const reading = ['GET', 'HEAD'];

/** Tocsin's own HTTP server: the Alertmanager webhook, health, metrics and exports. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { log } = options;
  const routes = routesOf(options);
  let closing = false;

  async function answer(request: IncomingMessage): Promise<Answer> {
    const pathname = pathOf(request);
    const route = pathname === undefined ? undefined : routes.find(({ path }) => path.test(pathname));
    if (route === undefined) return plain(404);
    if (closing && pathname === '/readyz') return plain(503, 'closing');
    if (!route.methods.includes(request.method ?? '')) return plain(405, undefined, { Allow: route.methods.join(', ') });
    return route.answer(request);
  }

  // Node looks for connections that are over their time only every 30 s unless told otherwise.
  const limits = { requestTimeout: 30_000, headersTimeout: 10_000, connectionsCheckingInterval: 5000, keepAliveTimeout: 65_000 };
  const server = createServer(limits, (request, response) => {
    answer(request)
      .catch((error: unknown) => failure(error, { log, path: request.url ?? '' }))
      .then((result) => send(response, result, closing))
      .catch((error: unknown) => log.warn({ error: describeError(error) }, 'an answer could not be sent'));
  });

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        const refuse = (cause: Error) =>
          reject(
            new TocsinError('precondition', `Cannot listen on ${options.host}:${options.port}: ${cause.message}. Set HOST and PORT.`, {
              cause,
            }),
          );
        server.once('error', refuse);
        server.listen(options.port, options.host, () => {
          server.off('error', refuse);
          resolve({ port: portOf(server.address()) });
        });
      }),
    async close(deadlineMs = 5000) {
      closing = true;
      const closed = new AbortController();
      const done = new Promise<void>((resolve) => {
        server.close(() => {
          closed.abort();
          resolve();
        });
      });
      server.closeIdleConnections();
      await options.clock.sleep(deadlineMs, closed.signal);
      if (!closed.signal.aborted) {
        log.warn({ deadlineMs }, 'requests were cut off at the end of the grace time');
        server.closeAllConnections();
      }
      await done;
    },
  };
}

function routesOf(options: HttpServerOptions): readonly Route[] {
  const { exports: exportOptions, metrics } = options;
  return [
    { path: /^\/webhooks\/alertmanager$/, methods: ['POST'], answer: (request) => options.webhook(request) },
    { path: /^\/healthz$/, methods: reading, answer: async () => plain(200, 'alive') },
    { path: /^\/readyz$/, methods: reading, answer: () => readiness(options) },
    {
      path: /^\/metrics$/,
      methods: reading,
      answer: async () => ({ status: 200, body: await metrics.text(), contentType: metrics.registry.contentType }),
    },
    ...(exportOptions === undefined
      ? []
      : [
          {
            path: /^\/exports\//,
            methods: reading,
            answer: async (request: IncomingMessage) => {
              const url = urlOf(request);
              return url === undefined ? plain(404) : answerExport(exportOptions, request, url);
            },
          },
        ]),
  ];
}

function urlOf({ url }: IncomingMessage): URL | undefined {
  return URL.parse(url ?? '', 'http://tocsin.invalid') ?? undefined;
}

/** Alertmanager's requests name a path and nothing else, which needs no parser. */
function pathOf(request: IncomingMessage): string | undefined {
  const { url = '' } = request;
  return /^(?:\/[a-z]+)+$/.test(url) ? url : urlOf(request)?.pathname;
}

async function readiness(options: HttpServerOptions): Promise<Answer> {
  try {
    await options.ready();
    return plain(200, 'ready');
  } catch (error) {
    options.log.warn({ error: describeError(error) }, 'not ready');
    return busy('The store does not answer.');
  }
}

/** The one place where an error becomes an HTTP answer. Only a TocsinError's message is safe to show. */
function failure(error: unknown, about: { log: Log; path: string }): Answer {
  if (error instanceof TocsinError && error.code !== 'internal') {
    about.log.warn({ path: about.path.split('?', 1)[0], error: describeError(error) }, 'a request failed');
    return plain(statusOf[error.code], error.message);
  }
  const reference = randomUUID();
  about.log.error({ path: about.path.split('?', 1)[0], reference, error: describeError(error) }, 'a request failed');
  return plain(500, `Something failed (ref ${reference}).`);
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
