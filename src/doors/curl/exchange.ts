import { describeError, TocsinError } from '../../kernel/errors.ts';
import type { HttpAnswer } from '../http-targets.ts';
import type { DoorCall, Session } from '../session.ts';
import { addressProblem } from './address.ts';

/** A request as it shall go out. */
export type Outgoing = { method: string; url: URL; headers: readonly (readonly [string, string])[]; body?: string; timeoutMs: number };

/** What came of it: the answers along the redirects, the last of them last. `refused`: the session does not allow it. */
export type Exchange =
  | { type: 'answered'; hops: readonly Hop[]; last: Answered; url: URL; method: string }
  | { type: 'failed'; exitCode: number; message: string }
  | { type: 'refused'; message: string };
export type Answered = Extract<HttpAnswer, { type: 'answered' }>;
export type Hop = { url: URL; method: string; answer: Answered };

export type Following = { follows: boolean; maxRedirects: number };

const MAX_BYTES = 8 * 1024 * 1024;

/** Sends a request, and each redirect only after its address was checked like the first one. Everything but GET and HEAD goes through the session's effects. */
export async function exchange(first: Outgoing, following: Following, context: { call: DoorCall; session: Session }): Promise<Exchange> {
  const hops: Hop[] = [];
  for (let outgoing = first; ;) {
    const answer = await sendOne(outgoing, context);
    if (answer.type !== 'answered') return answer;
    hops.push({ url: outgoing.url, method: outgoing.method, answer });
    const next = following.follows ? redirected(outgoing, answer) : undefined;
    if (next === undefined) return { type: 'answered', hops, last: answer, url: outgoing.url, method: outgoing.method };
    if (hops.length > following.maxRedirects)
      return { type: 'failed', exitCode: 47, message: `Maximum (${following.maxRedirects}) redirects followed` };
    outgoing = next;
  }
}

async function sendOne(
  outgoing: Outgoing,
  { call, session }: { call: DoorCall; session: Session },
): Promise<HttpAnswer | Extract<Exchange, { type: 'refused' }>> {
  const problem = addressProblem(outgoing.url.href);
  if (problem !== undefined)
    return { type: 'failed', exitCode: problem.exitCode, message: `${problem.reason}: ${problem.fix}`, wasSent: false };
  const refusal = await session.http.refusal(outgoing.url);
  if (refusal !== undefined) return { type: 'failed', exitCode: 7, message: refusal, wasSent: false };
  const { method, url, body } = outgoing;
  const headers = Object.fromEntries(outgoing.headers);
  if (/^(?:GET|HEAD)$/.test(method)) {
    const { timeoutMs } = outgoing;
    return await session.http.request({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { body }),
      timeoutMs,
      maxBytes: MAX_BYTES,
      signal: call.signal,
    });
  }
  try {
    const operation = { type: 'http' as const, method, url: url.href, headers, ...(body === undefined ? {} : { body }) };
    return await session.effects.http(operation, {
      signal: call.signal,
      onOutput: (stream, text) => (stream === 'stdout' ? call.out(text) : call.err(text)),
    });
  } catch (error) {
    if (error instanceof TocsinError) return { type: 'refused', message: error.message };
    return { type: 'failed', exitCode: 56, message: describeError(error), wasSent: true };
  }
}

/** curl: 301, 302 and 303 turn a POST into a GET; credentials do not go to another host. */
function redirected(outgoing: Outgoing, answer: Answered): Outgoing | undefined {
  const location = answer.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  if (location === undefined || ![301, 302, 303, 307, 308].includes(answer.status) || !URL.canParse(location, outgoing.url))
    return undefined;
  const url = new URL(location, outgoing.url);
  const isKept = answer.status === 307 || answer.status === 308 || /^(?:GET|HEAD)$/.test(outgoing.method);
  const isSameHost = url.origin === outgoing.url.origin;
  const headers = outgoing.headers.filter(
    ([name]) => (isSameHost || !/^(?:authorization|cookie|x-api-key)$/i.test(name)) && (isKept || !/^content-/i.test(name)),
  );
  const { body, timeoutMs } = outgoing;
  return { url, method: isKept ? outgoing.method : 'GET', headers, timeoutMs, ...(isKept && body !== undefined ? { body } : {}) };
}
