import { create, isAxiosError } from 'axios';
import { TocsinError } from '../kernel/errors.ts';

export type ClientOptions = { url: string; timeoutMs: number; maxAnswerBytes: number };

/** What was answered, and when by the server's own clock. */
type Answer = { json: unknown; at: Date | undefined };

/** Reads from Alertmanager's API. Throws TocsinError `timeout` or `unavailable`, also for an answer that is no 200 with JSON. */
export type AlertmanagerClient = (path: string, query: URLSearchParams, signal: AbortSignal) => Promise<Answer>;

export function createClient(options: ClientOptions): AlertmanagerClient {
  const { url, timeoutMs, maxAnswerBytes } = options;
  const client = create({
    baseURL: url.replace(/\/+$/, ''),
    timeout: timeoutMs,
    maxContentLength: maxAnswerBytes,
    // The address is configured: neither a redirect nor a proxy variable may lead elsewhere.
    maxRedirects: 0,
    proxy: false,
    responseType: 'text',
    transformResponse: (body: unknown) => body,
    validateStatus: () => true,
  });
  return async (path, query, signal) => {
    try {
      // axios' own timeout does not cover a body that trickles in.
      const late = AbortSignal.any([AbortSignal.timeout(timeoutMs), signal]);
      const response = await client.get<unknown>(`/api/v2/${path}`, { params: query, signal: late });
      const body = typeof response.data === 'string' ? response.data : '';
      if (response.status !== 200) throw new TocsinError('unavailable', `answered ${response.status} to /api/v2/${path}`);
      const at = new Date(String(response.headers['date']));
      return { json: readJson(body, path), at: Number.isNaN(at.getTime()) ? undefined : at };
    } catch (error) {
      throw error instanceof TocsinError ? error : failure(error, options);
    }
  };
}

function readJson(body: string, path: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new TocsinError('unavailable', `answered something other than JSON to /api/v2/${path}: is it an Alertmanager?`, { cause });
  }
}

function failure(error: unknown, { timeoutMs, maxAnswerBytes }: ClientOptions): TocsinError {
  const code = isAxiosError(error) ? error.code : undefined;
  if (code === 'ECONNABORTED' || code === 'ETIMEDOUT' || code === 'ERR_CANCELED') {
    return new TocsinError('timeout', `did not answer within ${timeoutMs / 1000} s`, { cause: error });
  }
  if (isAxiosError(error) && /maxContentLength/.test(error.message)) {
    return new TocsinError('unavailable', `answered with more than ${maxAnswerBytes} bytes`, { cause: error });
  }
  return new TocsinError('unavailable', `cannot be asked: ${isAxiosError(error) ? error.message : 'it failed in an unexpected way'}`, {
    cause: error,
  });
}
