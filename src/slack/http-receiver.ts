import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Logger, Receiver } from '@slack/bolt';
import type { Clock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { HTTPReceiver } from './bolt.ts';
import { createReplayGuard } from './replay-guard.ts';
import { takeBody } from './take-body.ts';

/** Takes Slack's signed requests on a port of its own. */
export type SlackServer = {
  receiver: Receiver;
  /** The port that it listens on; rejects when it cannot. */
  listen(): Promise<number>;
  /** Takes no more requests; those under way get `graceMs` to be answered. */
  close(graceMs: number): Promise<void>;
};

const path = '/slack/events';

export function createSlackServer(options: {
  signingSecret: string;
  port: number;
  host: string;
  clock: Clock;
  log: Log;
  sdkLogger: Logger;
  onRequest: () => void;
}): SlackServer {
  const receiver = new HTTPReceiver({
    signingSecret: options.signingSecret,
    endpoints: [path],
    logger: options.sdkLogger,
    // The acknowledgement goes out when the request was taken on: a crash before that makes Slack repeat an event.
    processBeforeResponse: true,
  });
  const guard = createReplayGuard(options.clock);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (await guard.screen(request)) {
      case 'from_the_future':
        options.log.warn({}, 'a request from Slack was refused because its time is far ahead of our clock');
        end(response, 401);
        return;
      case 'answered_before':
        end(response, 200);
        return;
      case 'pass':
        guard.watch(request, response);
        options.onRequest();
        const taken = await takeBody(request);
        if (taken !== 200) return end(response, taken);
        // Throws for a path that is not Slack's.
        receiver.requestListener(request, response);
    }
  }

  const server = createServer({ requestTimeout: 15_000, headersTimeout: 10_000 }, (request, response) => {
    if (request.url?.split('?', 1)[0] !== path || request.method !== 'POST') {
      end(response, 404);
      return;
    }
    answer(request, response).catch((error: unknown) => {
      options.log.error({ error: describeError(error) }, 'a request from Slack could not be answered');
      if (!response.headersSent) end(response, 500);
    });
  });
  return {
    receiver,
    listen: () => listen(server, options),
    close: (graceMs) => close(server, { graceMs, clock: options.clock }),
  };
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

async function listen(server: Server, at: { port: number; host: string }): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : at.port;
}

async function close(server: Server, how: { graceMs: number; clock: Clock }): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const grace = new AbortController();
  await Promise.race([closed, how.clock.sleep(how.graceMs, grace.signal)]);
  grace.abort();
  server.closeAllConnections();
  await closed;
}
