import type { QueryAnswer } from '../doors/prometheus-door.ts';
import { readEnvelope, refusalOf } from './read-answer.ts';
import type { AnswerData } from './read-answer.ts';

type Outcome = { type: 'answered'; answer: QueryAnswer } | { type: 'failed'; reason: string; retryable: boolean };

/** The series of an HTTP answer, or in words why there are none. */
export function readOutcome(promql: string, http: { status: number; body: string }): Outcome {
  const envelope = readEnvelope(http);
  if (envelope.type === 'failed') return envelope;
  if (envelope.answer.status === 'error') return refusalOf(envelope.answer, http.status);
  const { data, warnings } = envelope.answer;
  if (data.resultType === 'string') return { type: 'failed', reason: 'the query gives a text, not a number', retryable: false };
  return { type: 'answered', answer: { promql, ...seriesOf(data), warnings } };
}

/** The same from the text alone, as a door passed it on; undefined for a refusal and for what is no answer of Prometheus. */
export function readQueryAnswer(promql: string, body: string): QueryAnswer | undefined {
  const outcome = readOutcome(promql, { status: 200, body });
  return outcome.type === 'answered' ? outcome.answer : undefined;
}

type Numbers = Exclude<AnswerData, { resultType: 'string' }>;

/** A series of native histograms has no points: they are no numbers. */
function seriesOf(data: Numbers): Pick<QueryAnswer, 'type' | 'series'> {
  switch (data.resultType) {
    case 'scalar':
      return { type: 'vector', series: [{ labels: {}, points: [data.result] }] };
    case 'vector':
      return {
        type: 'vector',
        series: data.result.map(({ metric, value }) => ({ labels: metric, points: value === undefined ? [] : [value] })),
      };
    case 'matrix':
      return { type: 'matrix', series: data.result.map(({ metric, values }) => ({ labels: metric, points: values })) };
  }
}
