import type { Clock } from '../../../kernel/clock.ts';
import type { Core } from '../core.ts';
import type { Delivery } from '../workspace-types.ts';
import { createRecent } from './call-records.ts';
import { postBytes, type Posted } from './post.ts';
import { signatureOf } from './sign.ts';

/** One message to the app: a form or a JSON body, with the headers that belong to it. */
type Outgoing = {
  kind: Delivery['kind'];
  name: string;
  contentType: 'application/json' | 'application/x-www-form-urlencoded';
  body: string;
  headers?: Readonly<Record<string, string>>;
};

/** How requests reach the app: signed, counted while they are under way, and remembered. */
export type AppLink = {
  setRequestUrl(url: string): void;
  send(outgoing: Outgoing): Promise<Posted>;
  /** The same headers and bytes once more. */
  replay(delivery: Delivery): Promise<Delivery>;
  deliveries(): readonly Delivery[];
  inFlight(): number;
};

export function createAppLink(core: Core, options: { ackDeadlineMs: number; signingClock: Pick<Clock, 'now'> }): AppLink {
  let requestUrl = core.seed.app.requestUrl;
  let inFlight = 0;
  const recent = createRecent<Delivery>();

  async function deliver(delivery: Delivery): Promise<Posted> {
    inFlight += 1;
    try {
      const posted = await postBytes(delivery.url, delivery, options.ackDeadlineMs);
      recent.add(posted.outcome === 'answered' ? { ...delivery, status: posted.status, responseBody: posted.body } : delivery);
      return posted;
    } finally {
      inFlight -= 1;
    }
  }
  return {
    setRequestUrl(url) {
      requestUrl = url;
    },
    async send({ kind, name, contentType, body, headers = {} }) {
      if (requestUrl === undefined) return { outcome: 'connection_failed' };
      const skewMs = core.faults.setting('clockSkew')?.ms ?? 0;
      const timestamp = String(Math.floor((options.signingClock.now().getTime() + skewMs) / 1000));
      return deliver({
        kind,
        name,
        url: requestUrl,
        headers: {
          // The bare types: Bolt compares them exactly.
          'content-type': contentType,
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': signatureOf(core.seed.app.signingSecret, timestamp, body),
          ...headers,
        },
        body,
      });
    },
    async replay(delivery) {
      const { status: _status, responseBody: _body, ...first } = delivery;
      const posted = await deliver(first);
      return posted.outcome === 'answered' ? { ...first, status: posted.status, responseBody: posted.body } : first;
    },
    deliveries: () => recent.all(),
    inFlight: () => inFlight,
  };
}

/** Whether an acknowledgement came in time. */
export function isAcknowledged(posted: Posted): posted is Extract<Posted, { outcome: 'answered' }> {
  return posted.outcome === 'answered' && posted.status >= 200 && posted.status < 300;
}

/** What Slack calls a missing acknowledgement. */
export function failureOf(posted: Posted): string {
  return posted.outcome === 'timeout' ? 'operation_timeout' : 'dispatch_failed';
}
