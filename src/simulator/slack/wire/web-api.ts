import { describeError } from '../../../kernel/errors.ts';
import { sameSecret } from '../../../kernel/hash.ts';
import { ApiError, RateLimited } from '../api-error.ts';
import type { Core } from '../core.ts';
import { methods, type BoundMethod } from '../methods/registry.ts';
import { commonErrors } from '../tables/errors.ts';
import type { MethodSpec } from '../tables/method-spec.ts';
import { jsonAnswer, type WireAnswer } from './answer.ts';
import type { CallRecords } from './call-records.ts';
import { readArguments } from './request-body.ts';

/** A Web API request as it came over the wire. */
export type ApiRequest = { method: string; authorization: string; contentType: string; query: URLSearchParams; body: string };

type Given = Record<string, unknown>;

function requireToken(core: Core, request: ApiRequest, given: Given): void {
  const fromArgs = typeof given['token'] === 'string' ? given['token'] : '';
  const token = request.authorization.replace(/^Bearer\s+/i, '') || fromArgs;
  if (token === '') throw new ApiError('not_authed');
  if (!sameSecret(token, core.seed.app.botToken)) {
    core.log.warn({ method: request.method }, 'the simulated Slack workspace was called with a token that is not its own');
    throw new ApiError('invalid_auth');
  }
  if (core.faults.hits('tokenRevoked', request.method) !== undefined) throw new ApiError('token_revoked');
}

function requireScope(core: Core, spec: MethodSpec): void {
  const { scopes } = core.seed.app;
  if (spec.scopes.length === 0 || spec.scopes.some((scope) => scopes.includes(scope))) return;
  throw new ApiError('missing_scope', [], { needed: spec.scopes.join(','), provided: scopes.join(',') });
}

function requirePace(core: Core, method: string, spec: MethodSpec): void {
  const waitS = core.pace.method(method, spec, core.clock.now().getTime());
  if (waitS > 0) throw new RateLimited(waitS);
}

/** A handler may answer only what its table promises; anything else is a defect of the simulator, and is reported as one. */
function refusalOf(core: Core, called: { name: string; spec: MethodSpec }, thrown: unknown): ApiError {
  const common: readonly string[] = commonErrors;
  if (thrown instanceof ApiError && (called.spec.errors.includes(thrown.error) || common.includes(thrown.error))) return thrown;
  core.log.error({ method: called.name, error: describeError(thrown) }, 'the simulated Slack workspace has a defect');
  return new ApiError('internal_error');
}

function run(core: Core, request: ApiRequest, method: BoundMethod): { given: Given; answer: WireAnswer; error?: ApiError } {
  const { spec } = method;
  const headers = { 'x-oauth-scopes': core.seed.app.scopes.join(','), 'x-accepted-oauth-scopes': spec.scopes.join(',') };
  let given: Given = {};
  try {
    given = readArguments({ ...request, readsJson: spec.json });
    requireToken(core, request, given);
    requireScope(core, spec);
    requirePace(core, request.method, spec);
    const { token: _, ...args } = given;
    given = args;
    return { given, answer: jsonAnswer({ ok: true, ...method.run(core, args) }, headers) };
  } catch (thrown) {
    const error = refusalOf(core, { name: request.method, spec }, thrown);
    const { token: _, ...args } = given;
    return { given: args, answer: refusal(error, headers), error };
  }
}

function refusal(error: ApiError, headers: Readonly<Record<string, string>>): WireAnswer {
  if (error instanceof RateLimited) return rateLimited(error.retryAfterS, headers);
  const messages = error.problems.map((problem) => `[ERROR] ${problem}`);
  return jsonAnswer(
    {
      ok: false,
      error: error.error,
      ...error.extra,
      ...(messages.length > 0 ? { errors: error.problems, response_metadata: { messages } } : {}),
    },
    headers,
  );
}

function rateLimited(retryAfterS: number | null, headers: Readonly<Record<string, string>> = {}): WireAnswer {
  const wait = retryAfterS === null ? {} : { 'retry-after': String(retryAfterS) };
  return jsonAnswer({ ok: false, error: 'ratelimited' }, { ...headers, ...wait }, 429);
}

const webPage = '<!doctype html><html><head><title>Slack</title></head><body>We will be right back.</body></html>';
const htmlAnswer: WireAnswer = { kind: 'answer', status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: webPage };

function serverError(status: number): WireAnswer {
  return { kind: 'answer', status, headers: { 'content-type': 'text/plain' }, body: 'upstream error' };
}

/** The fault that makes a call slow. Its wait does not count as being under way, so that a story moves the clock on meanwhile. */
export async function beLate(core: Core, method: string): Promise<void> {
  const latency = core.faults.hits('latency', method);
  if (latency !== undefined) await core.clock.sleep(latency.ms);
}

/** The faults that hit before anything happens. */
function faultBefore(core: Core, method: string): WireAnswer | undefined {
  const { faults } = core;
  if (faults.hits('dropBeforeApply', method) !== undefined) return { kind: 'drop' };
  const broken = faults.hits('serverErrorBeforeApply', method);
  if (broken !== undefined) return serverError(broken.status ?? 503);
  const limited = faults.hits('rateLimited', method);
  if (limited !== undefined) return rateLimited(limited.retryAfterS === undefined ? 1 : limited.retryAfterS);
  if (faults.setting('html')?.applied !== true && faults.hits('html', method) !== undefined) return htmlAnswer;
  return undefined;
}

/** The faults that hit after it happened: what is really answered instead. */
function faultAfter(core: Core, method: string, answer: WireAnswer): WireAnswer {
  const { faults } = core;
  if (answer.kind !== 'answer') return answer;
  if (faults.hits('dropAfterApply', method) !== undefined) return { kind: 'drop' };
  const broken = faults.hits('serverErrorAfterApply', method);
  if (broken !== undefined) return serverError(broken.status ?? 503);
  if (faults.hits('fatalErrorAfterApply', method) !== undefined) return jsonAnswer({ ok: false, error: 'fatal_error' });
  if (faults.hits('html', method) !== undefined) return htmlAnswer;
  if (faults.hits('truncatedBody', method) !== undefined) return { ...answer, kind: 'cut' };
  if (faults.hits('stalledBody', method) !== undefined) return { ...answer, kind: 'stall' };
  return answer;
}

/** Answers one Web API call as Slack would, faults included. */
export function answerCall(core: Core, request: ApiRequest, records: CallRecords): WireAnswer {
  const method = methods.get(request.method);
  const before = faultBefore(core, request.method);
  const at = core.clock.now();
  if (before !== undefined) {
    const isLimited = before.kind === 'answer' && before.status === 429;
    records.add({ method: request.method, args: {}, error: isLimited ? 'ratelimited' : 'fault', at });
    return before;
  }
  if (method === undefined) {
    records.add({ method: request.method, args: {}, error: 'unknown_method', at });
    return jsonAnswer({ ok: false, error: 'unknown_method', req_method: request.method });
  }
  const { given, answer, error } = run(core, request, method);
  records.add({ method: request.method, args: given, ...(error === undefined ? {} : { error: error.error }), at });
  return error === undefined ? faultAfter(core, request.method, answer) : answer;
}
