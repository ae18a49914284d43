import type { AxiosInstance } from 'axios';
import { create, isAxiosError } from 'axios';
import type { PromqlRequest } from '../doors/prometheus-door.ts';
import { describeError, TocsinError } from '../kernel/errors.ts';

export type ClientOptions = { url: string; timeoutMs: number; maxAnswerBytes: number };

/** Puts questions to a Prometheus. Resolves with whatever was answered; throws TocsinError `timeout` or `unavailable`. */
export type PrometheusClient = (request: PromqlRequest) => Promise<{ status: number; body: string }>;

export function createClient(options: ClientOptions): PrometheusClient {
  const { timeoutMs } = options;
  const client = create({
    baseURL: options.url.replace(/\/+$/, ''),
    timeout: timeoutMs,
    maxContentLength: options.maxAnswerBytes,
    // The address is configured: neither a redirect nor a proxy variable may lead elsewhere.
    maxRedirects: 0,
    proxy: false,
    // A proxy's web page has to be shown, not thrown.
    responseType: 'text',
    transformResponse: (body: unknown) => body,
    validateStatus: () => true,
  });
  return async (request) => {
    // axios' own timeout does not cover a body that trickles in.
    const late = AbortSignal.timeout(timeoutMs);
    try {
      return await post(client, request, { timeoutMs, signal: AbortSignal.any([late, request.signal]) });
    } catch (error) {
      if (request.signal.aborted) throw new TocsinError('timeout', 'the question to Prometheus was given up', { cause: error });
      throw failure(error, options);
    }
  };
}

/** Prometheus: a form POST, because long queries do not fit into an address. */
async function post(client: AxiosInstance, request: PromqlRequest, how: { timeoutMs: number; signal: AbortSignal }) {
  const form = new URLSearchParams({ timeout: `${how.timeoutMs}ms`, ...request.parameters, query: request.promql });
  const response = await client.post<unknown>(`/api/v1/${request.endpoint}`, form, { signal: how.signal });
  return { status: response.status, body: typeof response.data === 'string' ? response.data : '' };
}

function failure(error: unknown, { timeoutMs, maxAnswerBytes }: ClientOptions): TocsinError {
  const code = isAxiosError(error) ? error.code : undefined;
  if (code === 'ECONNABORTED' || code === 'ETIMEDOUT' || code === 'ERR_CANCELED')
    return new TocsinError('timeout', `Prometheus did not answer within ${timeoutMs / 1000} s`, { cause: error });
  if (isAxiosError(error) && /maxContentLength/.test(error.message)) {
    const reason = `Prometheus answered with more than ${maxAnswerBytes} bytes: ask for fewer series or a larger step`;
    return new TocsinError('unavailable', reason, { cause: error, retryable: false });
  }
  return new TocsinError('unavailable', `Prometheus cannot be asked: ${describeError(error)}`, { cause: error });
}
