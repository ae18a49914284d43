import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../src/slack/outcomes.ts';

const withCode = (code: string) =>
  new WebAPIRequestError(new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }));
const platform = (error: string) => new WebAPIPlatformError({ ok: false, error });

describe('what a failed request means', () => {
  it.each([
    ['nobody listens', withCode('ECONNREFUSED')],
    ['no such host', withCode('ENOTFOUND')],
    ['no connection in time', withCode('UND_ERR_CONNECT_TIMEOUT')],
    ['a wrong certificate', withCode('ERR_TLS_CERT_ALTNAME_INVALID')],
  ])('%s: nothing happened', (_, error) => {
    expect(failureOf(error)).toMatchObject({ type: 'not_applied' });
    expect(failureOf(error)).not.toHaveProperty('retryAfterMs');
  });

  it.each([
    ['with a wait', new WebAPIRateLimitedError(12), 12_000],
    ['without one', new Error('Retry header did not contain a valid timeout (url: chat.postMessage, retry-after header: null)'), 30_000],
    ['in the body', platform('ratelimited'), 30_000],
  ])('a rate limit %s: wait that long', (_, error, retryAfterMs) => {
    expect(failureOf(error)).toEqual({ type: 'not_applied', reason: 'ratelimited', retryAfterMs });
  });

  it.each([
    ['a timeout', new WebAPIRequestError(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))],
    ['a reset', withCode('ECONNRESET')],
    ['a broken socket', withCode('UND_ERR_SOCKET')],
    ['a truncated body', new TypeError('terminated', { cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }) })],
    ['a stalled body', new DOMException('The operation was aborted due to timeout', 'TimeoutError')],
    ['HTTP 503', new WebAPIHTTPError(503, 'Service Unavailable', {}, '')],
    ['a web page', platform('<!doctype html><title>Sorry</title>')],
    ['a fatal error', platform('fatal_error')],
    ['an answer of another form', new Error('expected string')],
    ['no error at all', 'thrown text'],
  ])('%s: nobody knows', (_, error) => {
    expect(failureOf(error).type).toBe('ambiguous');
  });

  it.each([
    ['invalid_blocks', { type: 'bad_payload' }],
    ['msg_too_long', { type: 'bad_payload' }],
    ['a_name_of_the_future', { type: 'bad_payload' }],
    ['message_not_found', { type: 'target_gone', what: 'message' }],
    ['restricted_action_thread_locked', { type: 'target_gone', what: 'message' }],
    ['is_archived', { type: 'target_gone', what: 'channel' }],
    ['is_inactive', { type: 'target_gone', what: 'channel' }],
    ['token_revoked', { type: 'misconfigured', what: 'workspace' }],
    ['missing_scope', { type: 'misconfigured', what: 'workspace' }],
    ['restricted_action_read_only_channel', { type: 'misconfigured', what: 'channel' }],
  ])('%s', (name, outcome) => {
    expect(failureOf(platform(name))).toEqual({ ...outcome, reason: name });
  });

  it('never shows a token', () => {
    expect(failureOf(new Error('bad xoxb-123-abc and https://hooks.slack.com/actions/T1/2/3')).reason).toBe(
      'bad [redacted] and [redacted]',
    );
  });
});
