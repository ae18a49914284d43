import type { IncomingMessage } from 'node:http';
import type { Received } from '../alerts/receive.ts';
import type { Clock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { busy, plain } from './answer.ts';
import type { Answer } from './answer.ts';
import { hasBearer } from './bearer.ts';
import type { IntakeRoom, Place } from './intake-room.ts';
import type { Metrics, WebhookOutcome } from './metrics.ts';
import { readBody } from './read-body.ts';

export type WebhookOptions = {
  token: string;
  /** Stores the request; durable when it resolves. */
  receive: (request: { body: string; userAgent: string }) => Promise<Received>;
  metrics: Metrics;
  clock: Clock;
  log: Log;
  maxBodyBytes?: number;
  /** What has no room in it is sent away with 503: it would fill the memory. */
  room: IntakeRoom;
};

type Outcome = { outcome: WebhookOutcome; answer: Answer };

const overloaded: Outcome = { outcome: 'overloaded', answer: busy('Too many requests at once.') };

/**
 * `POST /webhooks/alertmanager`. Answers 200 only after the request is durable. Alertmanager retries a 5xx within the flush, and a 4xx (429
 * too) only with the next group interval, so overload and a store that is away are 503.
 */
export function createWebhook(options: WebhookOptions): (request: IncomingMessage) => Promise<Answer> {
  const maxBodyBytes = options.maxBodyBytes ?? 8 * 1024 * 1024;
  const { room } = options;

  async function handle(request: IncomingMessage): Promise<Outcome> {
    if (!hasBearer(request, options.token)) {
      const answer = plain(401, 'Unauthorized: send the webhook token as a bearer token.', { 'WWW-Authenticate': 'Bearer' });
      return { outcome: 'unauthorized', answer };
    }
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding.toLowerCase() !== 'identity') {
      return { outcome: 'unsupported', answer: plain(415, 'Send the body without a content encoding.', { 'Accept-Encoding': 'identity' }) };
    }
    const place = room.enter();
    if (place === undefined) return overloaded;
    try {
      return await take(request, place);
    } finally {
      place.leave();
    }
  }

  async function take(request: IncomingMessage, place: Place): Promise<Outcome> {
    const body = await readBody(request, { limit: maxBodyBytes, take: (bytes) => place.take(bytes) });
    if (body.type === 'too_large') {
      return { outcome: 'too_large', answer: plain(413, `The body is larger than ${maxBodyBytes} bytes.`) };
    }
    if (body.type === 'no_room') return overloaded;
    if (body.type === 'aborted') return { outcome: 'aborted', answer: plain(400) };
    try {
      const received = await options.receive({ body: body.text, userAgent: request.headers['user-agent'] ?? '' });
      if (received.type === 'accepted') return { outcome: 'accepted', answer: plain(200, 'stored') };
      options.log.warn({ delivery: received.id, reason: received.reason }, 'a webhook request was refused');
      return { outcome: 'malformed', answer: plain(400, `Not an Alertmanager notification: ${received.reason}.`) };
    } catch (error) {
      options.log.error({ error: describeError(error) }, 'a webhook request could not be stored');
      return { outcome: 'unavailable', answer: busy('The store cannot take it now.') };
    }
  }

  return async (request) => {
    const started = options.clock.now().getTime();
    const { outcome, answer } = await handle(request);
    options.metrics.webhook(outcome, (options.clock.now().getTime() - started) / 1000);
    return answer;
  };
}
