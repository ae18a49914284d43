import { WebClient } from '@slack/web-api';
import type { Logger } from '@slack/web-api';
import { z } from 'zod';

const cursor = z.looseObject({ next_cursor: z.string().optional() }).optional();
const foundMessage = z.looseObject({
  ts: z.string(),
  bot_id: z.string().optional(),
  app_id: z.string().optional(),
  user: z.string().optional(),
  files: z.array(z.looseObject({ name: z.string().optional() })).optional(),
  metadata: z.looseObject({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()).optional() }).optional(),
});
const messages = z.looseObject({ messages: z.array(foundMessage), response_metadata: cursor });
const ok = z.looseObject({});

export type FoundMessage = z.infer<typeof foundMessage>;

/**
 * Every Web API method that is called, the bot scopes it needs (for conversations.*: those of public channels) and what we read of its
 * answer. There is no other way to call one, and the manifest's scopes are compared with this table.
 */
export const slackMethods = {
  'auth.test': {
    scopes: [],
    answer: z.looseObject({
      team_id: z.string(),
      team: z.string().optional(),
      url: z.url().optional(),
      user_id: z.string(),
      bot_id: z.string().optional(),
      app_id: z.string().optional(),
    }),
  },
  'chat.postMessage': { scopes: ['chat:write'], answer: z.looseObject({ channel: z.string(), ts: z.string() }) },
  'chat.update': { scopes: ['chat:write'], answer: z.looseObject({ channel: z.string(), ts: z.string() }) },
  'chat.postEphemeral': { scopes: ['chat:write'], answer: ok },
  'conversations.list': {
    scopes: ['channels:read'],
    answer: z.looseObject({
      channels: z.array(z.looseObject({ id: z.string(), name: z.string().optional(), is_archived: z.boolean().optional() })),
      response_metadata: cursor,
    }),
  },
  'conversations.join': { scopes: ['channels:join'], answer: ok },
  'conversations.history': { scopes: ['channels:history'], answer: messages },
  'conversations.replies': { scopes: ['channels:history'], answer: messages },
  'users.info': {
    scopes: ['users:read'],
    answer: z.looseObject({
      user: z.looseObject({
        name: z.string().optional(),
        real_name: z.string().optional(),
        deleted: z.boolean().optional(),
        is_bot: z.boolean().optional(),
        is_restricted: z.boolean().optional(),
        is_ultra_restricted: z.boolean().optional(),
        is_stranger: z.boolean().optional(),
      }),
    }),
  },
  'usergroups.list': {
    scopes: ['usergroups:read'],
    answer: z.looseObject({
      usergroups: z.array(z.looseObject({ id: z.string(), handle: z.string().optional(), users: z.array(z.string()).optional() })),
    }),
  },
  'files.getUploadURLExternal': { scopes: ['files:write'], answer: z.looseObject({ upload_url: z.url(), file_id: z.string() }) },
  'files.completeUploadExternal': { scopes: ['files:write'], answer: ok },
  'views.open': { scopes: [], answer: z.looseObject({ view: z.looseObject({ id: z.string() }) }) },
  'views.update': { scopes: [], answer: ok },
} as const satisfies Readonly<Record<string, { scopes: readonly string[]; answer: z.ZodType }>>;

type SlackMethod = keyof typeof slackMethods;
type SlackAnswer<M extends SlackMethod> = z.infer<(typeof slackMethods)[M]['answer']>;

/** Calls a method once, without any retry. Throws what the SDK throws, or a ZodError for an answer of another form. */
export type CallSlack = <M extends SlackMethod>(
  method: M,
  args: Readonly<Record<string, unknown>>,
  /** Awaited when the request is ready to go out. */
  begins?: () => Promise<void>,
) => Promise<SlackAnswer<M>>;

export type ClientOptions = { token: string; apiUrl: string; timeoutMs: number; logger: Logger };

export function createCaller(options: ClientOptions): CallSlack {
  const clientOf = (fetching: typeof fetch) =>
    new WebClient(options.token, {
      slackApiUrl: options.apiUrl,
      timeout: options.timeoutMs,
      logger: options.logger,
      fetch: fetching,
      // The outbox decides what is sent again: a blind retry of a post that was applied would double it.
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
    });
  const usual = clientOf(fetch);
  return async <M extends SlackMethod>(method: M, args: Readonly<Record<string, unknown>>, begins?: () => Promise<void>) => {
    // The SDK takes a fetch for a client, not for a call.
    const client = begins === undefined ? usual : clientOf((url, init) => begins().then(() => fetch(url, init)));
    const answer = slackMethods[method].answer.parse(await client.apiCall(method, { ...args }));
    return typed<M>(answer);
  };
}

function typed<M extends SlackMethod>(answer: unknown): SlackAnswer<M> {
  // It was parsed with this method's own schema just before; the compiler cannot follow the index through the generic.
  return answer as SlackAnswer<M>;
}
