import { slackNowMs, type Core } from '../core.ts';
import { inventSlackId } from '../identifiers.ts';
import { isAcknowledged, type AppLink } from './app-link.ts';
import { verificationToken } from './payloads.ts';

type SlackEvent = { type: string } & Readonly<Record<string, unknown>>;

export type Events = {
  /** Delivers an event, with repetitions, when the app subscribed to it. */
  raise(event: SlackEvent, subscription?: string): Raised;
};

export type Raised = {
  /** Ends with the first attempt, or at once when a fault puts the event off. */
  first: Promise<void>;
  /** Ends when the event was delivered or given up. */
  done: Promise<void>;
};

function envelope(core: Core, event: SlackEvent): string {
  const { team, app } = core.seed;
  return JSON.stringify({
    token: verificationToken,
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: app.appId,
    event,
    type: 'event_callback',
    event_id: inventSlackId('Ev'),
    event_time: Math.floor(slackNowMs(core) / 1000),
    authorizations: [{ enterprise_id: null, team_id: team.id, user_id: app.botUserId, is_bot: true, is_enterprise_install: false }],
    is_ext_shared_channel: false,
    event_context: `4-${inventSlackId('R')}`,
  });
}

/** Events go out with up to three repetitions; faults make them late, double or out of order. */
export function createEvents(core: Core, link: AppLink, options: { retryDelaysMs: readonly number[]; stopping: AbortSignal }): Events {
  /** Events that wait until another one has overtaken them. */
  let overtaken: (() => Promise<void>)[] = [];

  async function attempt(
    name: string,
    body: string,
    retry?: { number: number; reason: string },
  ): Promise<{ isDone: boolean; reason: string }> {
    const headers = retry === undefined ? {} : { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason };
    const posted = await link.send({ kind: 'event', name, contentType: 'application/json', body, headers });
    if (posted.outcome === 'timeout') return { isDone: false, reason: 'http_timeout' };
    if (posted.outcome === 'connection_failed') return { isDone: false, reason: 'connection_failed' };
    const asksForNoMore = posted.headers['x-slack-no-retry'] === '1';
    return { isDone: asksForNoMore || isAcknowledged(posted), reason: 'http_error' };
  }
  async function deliver(name: string, body: string, onFirst: () => void): Promise<void> {
    let last = await attempt(name, body);
    onFirst();
    for (const [index, delayMs] of options.retryDelaysMs.entries()) {
      if (last.isDone || options.stopping.aborted) return;
      if (delayMs > 0) await core.clock.sleep(delayMs, options.stopping);
      if (options.stopping.aborted) return;
      last = await attempt(name, body, { number: index + 1, reason: last.reason });
    }
    if (!last.isDone) core.log.warn({ event: name, reason: last.reason }, 'an event was given up after its last repetition');
  }
  async function run(event: SlackEvent, onFirst: () => void): Promise<void> {
    const body = envelope(core, event);
    const late = core.faults.hits('lateEvents', event.type);
    if (late !== undefined) {
      onFirst();
      await core.clock.sleep(late.ms, options.stopping);
    }
    const copies = core.faults.hits('duplicateEvents', event.type) === undefined ? 1 : 2;
    const send = async () => {
      for (let copy = 0; copy < copies; copy += 1) await deliver(event.type, body, onFirst);
    };
    if (core.faults.hits('reorderEvents', event.type) !== undefined) {
      overtaken.push(send);
      return;
    }
    await send();
    const waiting = overtaken;
    overtaken = [];
    for (const overdue of waiting) await overdue();
  }
  return {
    raise(event, subscription = event.type) {
      if (!core.seed.app.events.includes(subscription)) return { first: Promise.resolve(), done: Promise.resolve() };
      const first = Promise.withResolvers<void>();
      const done = run(event, first.resolve).finally(() => first.resolve());
      return { first: first.promise, done };
    },
  };
}
