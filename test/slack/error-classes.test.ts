import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/chat/message.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { SendOutcome } from '../../src/outbox/ports.ts';
import { createChannels } from '../../src/slack/channels.ts';
import type { CallSlack } from '../../src/slack/methods.ts';
import { createSender } from '../../src/slack/sender.ts';

const clock = createManualClock(new Date('2026-03-14T03:00:00Z'));
const names = { incidents: 'C0INCIDENTS', oncall: 'C0ONCALL000' };
const message: Message = { summary: 'INC-7', blocks: [] };

const broken = (code: string) => new WebAPIRequestError(new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }));
const refused = (error: string) => new WebAPIPlatformError({ ok: false, error });

/** A sender whose one request meets `error`; joining a channel works, or meets `joining`. */
function senderMeeting(error: unknown, joining?: unknown) {
  const methods: string[] = [];
  const write: CallSlack = async (method) => {
    methods.push(method);
    throw method === 'conversations.join' ? (joining ?? new Error('not asked for here')) : error;
  };
  const identity = () => undefined;
  const sender = createSender({ write, read: write, channels: createChannels({ call: write, clock, names }), identity, log: silentLog });
  const post = () => sender.post({ lane: 'incidents', key: 'k', message, broadcast: false, plain: false, since: toInstant(clock.now()) });
  const update = () => sender.update({ channel: 'C0INCIDENTS', ts: '1.1', key: 'k', message, plain: false });
  return { post, update, methods };
}

type Rule = { rule: string; members: Readonly<Record<string, unknown>>; post: Partial<SendOutcome>; update?: Partial<SendOutcome> };

const named = (...errors: readonly string[]) => Object.fromEntries(errors.map((error) => [error, refused(error)]));

/** What Slack and the way to it can answer, and what the outbox may do next. Every member is tried as a post and as an edit. */
const rules: readonly Rule[] = [
  {
    rule: 'nothing was sent: send again',
    members: {
      ...Object.fromEntries(
        ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'].map((code) => [
          code,
          broken(code),
        ]),
      ),
      ...Object.fromEntries(
        [
          'DEPTH_ZERO_SELF_SIGNED_CERT',
          'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
          'ERR_TLS_CERT_ALTNAME_INVALID',
          'ERR_SSL_WRONG_VERSION_NUMBER',
        ].map((code) => [code, broken(code)]),
      ),
    },
    post: { type: 'not_applied' },
  },
  {
    rule: 'too many: wait as long as Slack says, then send again',
    members: { 'HTTP 429': new WebAPIRateLimitedError(30), ...named('ratelimited', 'rate_limited', 'accesslimited') },
    post: { type: 'not_applied', retryAfterMs: 30_000 },
  },
  {
    rule: 'too many, without a wait: thirty seconds',
    members: {
      'HTTP 429 alone': new Error('Retry header did not contain a valid timeout (url: chat.postMessage, retry-after header: null)'),
    },
    post: { type: 'not_applied', retryAfterMs: 30_000 },
  },
  {
    rule: 'nobody knows: look before it is posted again',
    members: {
      TimeoutError: new WebAPIRequestError(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
      ECONNRESET: broken('ECONNRESET'),
      UND_ERR_SOCKET: broken('UND_ERR_SOCKET'),
      'a truncated body': new TypeError('terminated', { cause: Object.assign(new Error('closed'), { code: 'UND_ERR_SOCKET' }) }),
      'a stalled body': new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
      'HTTP 500': new WebAPIHTTPError(500, 'Internal Server Error', {}, ''),
      'HTTP 503': new WebAPIHTTPError(503, 'Service Unavailable', {}, ''),
      'a web page with status 200': refused('<!doctype html><title>Sorry</title>'),
      'an unknown raw error': new Error('something else'),
      ...named('fatal_error', 'internal_error', 'service_unavailable', 'request_timeout'),
    },
    post: { type: 'ambiguous' },
  },
  {
    rule: 'a payload that Slack refuses: once more as plain text, then it is given up',
    members: named(
      'invalid_blocks',
      'invalid_blocks_format',
      'invalid_attachments',
      'msg_blocks_too_long',
      'msg_too_long',
      'no_text',
      'metadata_too_large',
      'invalid_metadata_format',
      'invalid_metadata_schema',
      'metadata_must_be_sent_from_app',
      'too_many_attachments',
      'attachment_payload_limit_exceeded',
      'a_name_of_the_future',
    ),
    post: { type: 'bad_payload' },
  },
  {
    rule: 'the message is gone: plan anew',
    members: named(
      'message_not_found',
      'cant_update_message',
      'edit_window_closed',
      'block_mismatch',
      'thread_not_found',
      'cannot_reply_to_message',
      'restricted_action_thread_locked',
    ),
    post: { type: 'target_gone', what: 'message' },
  },
  {
    rule: 'the channel is gone: its lane stands still',
    members: named('channel_not_found', 'is_archived', 'is_inactive'),
    post: { type: 'target_gone', what: 'channel' },
  },
  {
    rule: 'the configuration is broken: everything stands still, is kept, and alarms',
    members: named(
      'not_authed',
      'invalid_auth',
      'token_revoked',
      'token_expired',
      'account_inactive',
      'missing_scope',
      'no_permission',
      'access_denied',
      'not_allowed_token_type',
      'restricted_action',
      'ekm_access_denied',
      'org_login_required',
      'team_access_not_granted',
      'team_added_to_org',
      'enterprise_is_restricted',
      'two_factor_setup_required',
      'message_limit_exceeded',
    ),
    post: { type: 'misconfigured', what: 'workspace' },
  },
  {
    rule: 'one channel is closed to us: its lane stands still',
    members: named(
      'restricted_action_read_only_channel',
      'restricted_action_non_threadable_channel',
      'restricted_action_thread_only_channel',
    ),
    post: { type: 'misconfigured', what: 'channel' },
  },
  {
    rule: 'it is so already: an edit is done, a post is looked for',
    members: named('already_reacted', 'no_reaction', 'already_pinned', 'no_pin', 'channel_canvas_already_exists', 'hash_conflict'),
    post: { type: 'ambiguous' },
    update: { type: 'sent', channel: 'C0INCIDENTS', ts: '1.1' },
  },
];

describe.each(rules)('$rule', ({ members, post, update }) => {
  it.each(Object.entries(members))('%s', async (_, error) => {
    const meeting = senderMeeting(error);
    expect(await meeting.post()).toMatchObject(post);
    expect(await meeting.update()).toMatchObject(update ?? post);
    expect(meeting.methods).toEqual(['chat.postMessage', 'chat.update']);
  });
});

describe('not_in_channel: one try to join', () => {
  it('which is limited: nothing was posted, and it is tried again after the wait', async () => {
    const meeting = senderMeeting(refused('not_in_channel'), new WebAPIRateLimitedError(7));
    expect(await meeting.post()).toMatchObject({ type: 'not_applied', retryAfterMs: 7000 });
    expect(meeting.methods).toEqual(['chat.postMessage', 'conversations.join']);
  });

  it('which is refused: the lane stands still, and says what to do', async () => {
    const outcome = await senderMeeting(refused('not_in_channel'), refused('method_not_supported_for_channel_type')).post();
    expect(outcome).toMatchObject({ type: 'misconfigured', what: 'channel' });
    expect('reason' in outcome && outcome.reason).toMatch(/invite it there/);
  });
});

it('a limit on reads is told with its wait', async () => {
  const write: CallSlack = async () => await Promise.reject(new WebAPIRateLimitedError(9));
  const channels = createChannels({ call: write, clock, names });
  const identity = () => ({ botUserId: 'U1', teamId: 'T1', teamName: 'team' });
  const sender = createSender({ write, read: write, channels, identity, log: silentLog });
  expect(await sender.find({ lane: 'incidents', key: 'k', since: toInstant(clock.now()) })).toEqual({
    type: 'unavailable',
    reason: 'ratelimited',
    retryAfterMs: 9000,
  });
});
