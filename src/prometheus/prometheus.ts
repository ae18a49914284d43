import type { PrometheusDoor, PromqlRequest, QueryAnswer } from '../doors/prometheus-door.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { MetricsSource, QueryResult } from '../measures/ports.ts';
import { addressBook } from './addresses.ts';
import { createClient } from './client.ts';
import { readOutcome } from './query-answer.ts';
import { readAnswer } from './read-answer.ts';

export type PrometheusOptions = {
  /** Where its HTTP API is, with a path prefix if it has one: `http://prometheus:9090`. */
  url: string;
  /** What runbooks call it: "prometheus:9090", "https://prometheus.example.com"; without a port, on any. */
  aliases?: readonly string[];
  timeoutMs?: number;
  maxAnswerBytes?: number;
};

/** What a question came to, over a moment or a range. */
type QueryOutcome = { type: 'answered'; answer: QueryAnswer } | { type: 'failed'; reason: string; retryable: boolean };

type Question = { promql: string; signal: AbortSignal; range?: { fromMs: number; toMs: number; stepMs: number } };

export type Prometheus = MetricsSource &
  PrometheusDoor & {
    /** Asks for now or over a range. Failures are outcomes, never thrown. */
    answer(question: Question): Promise<QueryOutcome>;
  };

/** A Prometheus server (or one that speaks its API): as the source of measurements, and as what runbooks ask. */
export function createPrometheus(options: PrometheusOptions): Prometheus {
  const { url, aliases = [], timeoutMs = 5000, maxAnswerBytes = 4 * 1024 * 1024 } = options;
  const ask = createClient({ url, timeoutMs, maxAnswerBytes });
  return {
    ask,
    answersTo: addressBook(url, aliases),
    query: (promql) => attempt(async (): Promise<QueryResult> => readAnswer(await ask(instant(promql)))),
    answer: (question) => attempt(async (): Promise<QueryOutcome> => readOutcome(question.promql, await ask(requestOf(question)))),
  };
}

type Failed = { type: 'failed'; reason: string; retryable: boolean };

async function attempt<Outcome>(question: () => Promise<Outcome>): Promise<Outcome | Failed> {
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    return { type: 'failed', reason: error.message, retryable: error.retryable };
  }
}

function instant(promql: string): PromqlRequest {
  return { endpoint: 'query', promql, parameters: {}, signal: new AbortController().signal };
}

function requestOf({ promql, signal, range }: Question): PromqlRequest {
  if (range === undefined) return { endpoint: 'query', promql, parameters: {}, signal };
  const seconds = (ms: number) => String(ms / 1000);
  const parameters = { start: seconds(range.fromMs), end: seconds(range.toMs), step: seconds(range.stepMs) };
  return { endpoint: 'query_range', promql, parameters, signal };
}
