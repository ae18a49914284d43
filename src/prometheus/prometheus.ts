import type { AxiosInstance } from 'axios';
import { create, isAxiosError } from 'axios';
import { describeError } from '../kernel/errors.ts';
import type { MetricsSource, QueryResult } from '../measures/ports.ts';
import { readAnswer } from './read-answer.ts';

export type PrometheusOptions = {
  /** Where its HTTP API is, with a path prefix if it has one: `http://prometheus:9090`. */
  url: string;
  timeoutMs?: number;
  maxAnswerBytes?: number;
};

/** A Prometheus server (or one that speaks its API) as the source of measurements. */
export function createPrometheus(options: PrometheusOptions): MetricsSource {
  const timeoutMs = options.timeoutMs ?? 5000;
  const client = create({
    baseURL: options.url.replace(/\/+$/, ''),
    timeout: timeoutMs,
    maxContentLength: options.maxAnswerBytes ?? 4 * 1024 * 1024,
    // The address is configured: neither a redirect nor a proxy variable may lead elsewhere.
    maxRedirects: 0,
    proxy: false,
    // A proxy's web page has to be shown, not thrown.
    responseType: 'text',
    transformResponse: (body: unknown) => body,
    validateStatus: () => true,
  });
  return {
    async query(promql) {
      try {
        return await ask(client, promql, timeoutMs);
      } catch (error) {
        return unreachable(error, timeoutMs);
      }
    },
  };
}

/** Prometheus: a form POST, because long queries do not fit into an address. */
async function ask(client: AxiosInstance, promql: string, timeoutMs: number): Promise<QueryResult> {
  const form = new URLSearchParams({ query: promql, timeout: `${timeoutMs}ms` });
  // axios' own timeout does not cover a body that trickles in.
  const response = await client.post<unknown>('/api/v1/query', form, { signal: AbortSignal.timeout(timeoutMs) });
  return readAnswer({ status: response.status, body: typeof response.data === 'string' ? response.data : '' });
}

function unreachable(error: unknown, timeoutMs: number): QueryResult {
  const code = isAxiosError(error) ? error.code : undefined;
  if (code === 'ECONNABORTED' || code === 'ETIMEDOUT' || code === 'ERR_CANCELED') {
    return { type: 'failed', reason: `Prometheus did not answer within ${timeoutMs / 1000} s`, retryable: true };
  }
  return { type: 'failed', reason: `Prometheus cannot be asked: ${describeError(error)}`, retryable: true };
}
