import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { describeError } from '../kernel/errors.ts';
import type { SendOutcome } from '../outbox/ports.ts';
import { redact } from './logging.ts';

export type Failure = Exclude<SendOutcome, { type: 'sent' }>;

type ErrorClass = 'rate_limited' | 'ambiguous' | 'bad_payload' | 'message_gone' | 'channel_gone' | 'misconfigured' | 'done_already';

/** When Slack limits us without saying for how long. */
const defaultRetryAfterMs = 30_000;

/** What each error name in a Slack answer means for the outbox. A name that is missing here is taken for a complaint about the payload. */
const errorClasses: Readonly<Record<string, ErrorClass>> = {
  ...classOf('rate_limited', ['ratelimited', 'rate_limited', 'accesslimited']),
  // Slack: part of the request may have succeeded.
  ...classOf('ambiguous', ['fatal_error', 'internal_error', 'service_unavailable', 'request_timeout']),
  ...classOf('bad_payload', [
    'invalid_blocks',
    'invalid_blocks_format',
    'invalid_attachments',
    'msg_blocks_too_long',
    'msg_too_long',
    'no_text',
    'metadata_too_large',
    'too_many_attachments',
    'attachment_payload_limit_exceeded',
  ]),
  ...classOf('message_gone', [
    'message_not_found',
    'cant_update_message',
    'edit_window_closed',
    'block_mismatch',
    'thread_not_found',
    'cannot_reply_to_message',
    'restricted_action_thread_locked',
  ]),
  // chat.update says is_inactive for an archived channel.
  ...classOf('channel_gone', ['channel_not_found', 'is_archived', 'is_inactive']),
  // What was asked for is so already.
  ...classOf('done_already', [
    'already_reacted',
    'no_reaction',
    'already_pinned',
    'no_pin',
    'channel_canvas_already_exists',
    'hash_conflict',
  ]),
  ...classOf('misconfigured', [
    'not_authed',
    'invalid_auth',
    'token_revoked',
    'token_expired',
    'account_inactive',
    'missing_scope',
    'no_permission',
    'access_denied',
    'not_allowed_token_type',
    'ekm_access_denied',
    'org_login_required',
    'team_access_not_granted',
    'team_added_to_org',
    'enterprise_is_restricted',
    'two_factor_setup_required',
    'message_limit_exceeded',
    'not_in_channel',
  ]),
};

/** Codes of failures before any byte of the request could have been acted on. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_TLS_HANDSHAKE_TIMEOUT',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
]);

function isBeforeRequest(code: string): boolean {
  return neverConnected.has(code) || code.startsWith('CERT_');
}

function classOf(value: ErrorClass, names: readonly string[]): Readonly<Record<string, ErrorClass>> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

/** What a thrown error of a call says about the request: the only place that reads the SDK's errors. */
export function failureOf(error: unknown): Failure {
  const reason = redact(describeError(error));
  if (error instanceof WebAPIRateLimitedError) return { type: 'not_applied', reason: 'ratelimited', retryAfterMs: error.retryAfter * 1000 };
  if (error instanceof WebAPIPlatformError) return platformFailure(error.data.error);
  if (error instanceof WebAPIHTTPError) return { type: 'ambiguous', reason: `HTTP ${error.statusCode}` };
  // The SDK throws a bare Error for a 429 without a Retry-After header.
  if (error instanceof Error && error.message.startsWith('Retry header did not contain')) {
    return { type: 'not_applied', reason: 'ratelimited', retryAfterMs: defaultRetryAfterMs };
  }
  if (codesOf(error).some(isBeforeRequest)) return { type: 'not_applied', reason };
  return { type: 'ambiguous', reason };
}

/** The error's name when Slack itself refused, such as "not_in_channel". */
export function slackErrorName(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? error.data.error : undefined;
}

/** Whether Slack refused because things are as they were asked for. */
export function isDoneAlready(error: unknown): boolean {
  return errorClasses[slackErrorName(error) ?? ''] === 'done_already';
}

function platformFailure(name: string): Failure {
  // A web page with status 200 reaches us as an "error name" that is the page.
  if (!/^[a-z][a-z0-9_]*$/.test(name)) return { type: 'ambiguous', reason: 'the answer was not from the Web API' };
  const reason = name;
  switch (errorClasses[name] ?? classByPrefix(name)) {
    case 'rate_limited':
      return { type: 'not_applied', reason, retryAfterMs: defaultRetryAfterMs };
    case 'ambiguous':
      return { type: 'ambiguous', reason };
    case 'done_already':
      // Of an edit the sender knows better; a post would be looked for, and found if it is there.
      return { type: 'ambiguous', reason };
    case 'bad_payload':
      return { type: 'bad_payload', reason };
    case 'message_gone':
      return { type: 'target_gone', what: 'message', reason };
    case 'channel_gone':
      return { type: 'target_gone', what: 'channel', reason };
    case 'misconfigured':
      return { type: 'misconfigured', what: isAboutChannel(name) ? 'channel' : 'workspace', reason };
  }
}

/** A rule of one channel, such as restricted_action_read_only_channel, or our not being in it. */
function isAboutChannel(name: string): boolean {
  return name === 'not_in_channel' || name.startsWith('restricted_action_');
}

function classByPrefix(name: string): ErrorClass {
  return name.startsWith('restricted_action') ? 'misconfigured' : 'bad_payload';
}

/** The `code` of the error and of everything that caused it. */
function codesOf(error: unknown, depth = 0): readonly string[] {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  const code: unknown = Reflect.get(error, 'code');
  const causes: unknown[] = [Reflect.get(error, 'cause'), Reflect.get(error, 'original')];
  return [...(typeof code === 'string' ? [code] : []), ...causes.flatMap((cause) => codesOf(cause, depth + 1))];
}
