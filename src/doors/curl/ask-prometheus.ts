import { TocsinError } from '../../kernel/errors.ts';
import type { PrometheusDoor } from '../prometheus-door.ts';
import type { Exchange } from './exchange.ts';
import type { PromqlQuestion } from './promql-request.ts';

const STATUS: Readonly<Record<number, string>> = { 200: 'OK', 400: 'Bad Request', 422: 'Unprocessable Entity', 503: 'Service Unavailable' };

/** Asks the configured Prometheus; its answer comes back as if the address had been asked. */
export async function askPrometheus(prometheus: PrometheusDoor, question: PromqlQuestion, signal: AbortSignal): Promise<Exchange> {
  const { at, ...request } = question;
  try {
    const { status, body } = await prometheus.ask({ ...request, signal });
    const headers = [['content-type', 'application/json']] as const;
    const answer = { type: 'answered' as const, status, statusText: STATUS[status] ?? '', headers, body, isCut: false };
    return { type: 'answered', hops: [{ url: at, method: 'GET', answer }], last: answer, url: at, method: 'GET' };
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    return { type: 'failed', exitCode: error.code === 'timeout' ? 28 : 7, message: error.message };
  }
}
