import { z } from 'zod';
import { sampleValue } from '../doors/prometheus-door.ts';
import type { QueryResult } from '../measures/ports.ts';

/** The years 1 and 9999, in seconds: calendars and charts have no place for a moment beyond them. */
const [firstSecond, lastSecond] = [-62_135_596_800, 253_402_300_799];

/** Prometheus: a moment and a value, which is text so that NaN and the infinities survive JSON. */
const point = z.tuple([z.number().min(firstSecond).max(lastSecond), z.string()]);
const labels = z.record(z.string(), z.string());

const data = z.discriminatedUnion('resultType', [
  z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric: labels, value: point.optional() })) }),
  z.object({ resultType: z.literal('scalar'), result: point }),
  z.object({ resultType: z.literal('string'), result: point }),
  z.object({ resultType: z.literal('matrix'), result: z.array(z.object({ metric: labels, values: z.array(point).default([]) })) }),
]);

const texts = z.array(z.string()).catch([]);

const envelope = z.discriminatedUnion('status', [
  z.object({ status: z.literal('success'), data, warnings: texts }),
  z.object({ status: z.literal('error'), errorType: z.string().catch('error'), error: z.string().catch(''), warnings: texts }),
]);

type Envelope = z.infer<typeof envelope>;

/** What an answer holds, as Prometheus shapes it. */
export type AnswerData = z.infer<typeof data>;

type Failed = { type: 'failed'; reason: string; retryable: boolean };

/** Takes an HTTP answer apart, whoever gave it: Prometheus, or a proxy in front of it. */
export function readEnvelope(http: { status: number; body: string }): { type: 'read'; answer: Envelope } | Failed {
  const parsed = envelope.safeParse(readJson(http.body));
  if (parsed.success) return { type: 'read', answer: parsed.data };
  const reason = `Prometheus answered ${http.status}, and not in its own form: ${firstLine(http.body)}`;
  return { type: 'failed', reason, retryable: isPassing(http.status) };
}

/** Reads an HTTP answer to an instant query. */
export function readAnswer(http: { status: number; body: string }): QueryResult {
  const envelope = readEnvelope(http);
  if (envelope.type === 'failed') return envelope;
  const { answer } = envelope;
  return answer.status === 'success' ? samplesOf(answer.data, answer.warnings) : refusalOf(answer, http.status);
}

function samplesOf(answer: AnswerData, warnings: readonly string[]): QueryResult {
  switch (answer.resultType) {
    case 'vector': {
      // A series without a float value holds a native histogram, which is no number.
      const samples = answer.result.map(({ metric, value }) => ({
        labels: metric,
        value: value === undefined ? Number.NaN : sampleValue(value[1]),
      }));
      return { type: 'samples', samples, warnings };
    }
    case 'scalar':
      return { type: 'samples', samples: [{ labels: {}, value: sampleValue(answer.result[1]) }], warnings };
    case 'string':
      return { type: 'failed', reason: 'the query gives a text, not a number', retryable: false };
    case 'matrix':
      return { type: 'failed', reason: 'the query gives a range of values, not one: remove the [range] at its end', retryable: false };
  }
}

/** A refusal in Prometheus' own words. */
export function refusalOf(answer: Extract<Envelope, { status: 'error' }>, status: number): Failed {
  const said = [answer.error, ...answer.warnings].filter((text) => text !== '').join('; ');
  return {
    type: 'failed',
    reason: `Prometheus refused the query (${firstLine(answer.errorType)}): ${firstLine(said)}`,
    retryable: isPassing(status),
  };
}

/** Prometheus: 503 is a timeout or a cancelled query, and a proxy's 5xx says that nothing is behind it now. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 429;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstLine(text: string): string {
  const line = text.trim().split('\n', 1)[0]?.trim() ?? '';
  if (line === '') return '(empty)';
  return line.length <= 300 ? line : `${line.slice(0, 299).toWellFormed()}…`;
}
