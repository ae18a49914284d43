import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/kernel/clock.ts';
import { createPrometheus } from '../../src/prometheus/prometheus.ts';
import { readQueryAnswer } from '../../src/prometheus/query-answer.ts';
import { createSimulatedPrometheus } from '../../src/simulator/prometheus/server.ts';

const signal = () => AbortSignal.timeout(10_000);
const now = new Date(Date.UTC(2026, 2, 14, 10));

async function withServer<Result>(use: (url: string) => Promise<Result>): Promise<Result> {
  const server = createSimulatedPrometheus({ clock: createManualClock(now) });
  const { url } = await server.listen();
  try {
    return await use(url);
  } finally {
    await server.close();
  }
}

describe('the addresses that it answers to', () => {
  const prometheus = createPrometheus({
    url: 'http://10.0.0.5:9090/prom',
    aliases: ['prometheus:9090', 'https://Prometheus.example.com', 'metrics', 'old:80'],
  });
  it.each([
    ['http://10.0.0.5:9090/api/v1/query', true],
    ['http://10.0.0.5:9091/api/v1/query', false],
    ['http://prometheus:9090/api/v1/query?query=up', true],
    ['http://prometheus/api/v1/query', false],
    ['https://prometheus.example.com/api/v1/query', true],
    ['http://prometheus.example.com/api/v1/query', false],
    ['https://metrics:8443/', true],
    ['http://old/', true],
    ['http://evil.example/?x=prometheus:9090', false],
    ['http://prometheus:9090@evil.example/', false],
    ['ftp://prometheus:9090/', false],
  ])('%s: %s', (address, expected) => {
    expect(prometheus.answersTo(new URL(address))).toBe(expected);
  });
});

describe('a question of a runbook', () => {
  it('has the answer as the server gave it', async () => {
    await withServer(async (url) => {
      const prometheus = createPrometheus({ url });
      const parameters = { time: '1773482400.5' };
      const { status, body } = await prometheus.ask({ endpoint: 'query', promql: 'vector(1)', parameters, signal: signal() });
      expect(status).toBe(200);
      expect(body).toBe('{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1773482400.500,"1"]}]}}');
      expect(readQueryAnswer('vector(1)', body)?.series).toEqual([{ labels: {}, points: [[1773482400.5, '1']] }]);
      const refused = await prometheus.ask({ endpoint: 'query', promql: 'sum(', parameters: {}, signal: signal() });
      expect(refused.status).toBe(400);
      expect(refused.body).toContain('1:5: parse error: unclosed left parenthesis');
      expect(readQueryAnswer('sum(', refused.body)).toBeUndefined();
    });
  });

  it('that nobody answers is unavailable, and one that is given up is late', async () => {
    const url = await withServer(async (gone) => gone);
    const prometheus = createPrometheus({ url });
    const question = { endpoint: 'query', promql: 'up', parameters: {} } as const;
    await expect(prometheus.ask({ ...question, signal: signal() })).rejects.toMatchObject({ name: 'TocsinError', code: 'unavailable' });
    await expect(prometheus.ask({ ...question, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'timeout' });
  });

  it('over a range has its points, and what is too much is said', async () => {
    await withServer(async (url) => {
      const range = { fromMs: now.getTime() - 600_000, toMs: now.getTime(), stepMs: 60_000 };
      const question = { promql: 'up{job="gpu-worker"}', signal: signal(), range };
      const outcome = await createPrometheus({ url }).answer(question);
      expect(outcome).toMatchObject({ type: 'answered', answer: { type: 'matrix', promql: question.promql, warnings: [] } });
      if (outcome.type === 'answered') expect(outcome.answer.series[0]?.points).toHaveLength(11);
      const tiny = await createPrometheus({ url, maxAnswerBytes: 100 }).answer(question);
      expect(tiny).toMatchObject({ type: 'failed', retryable: false, reason: expect.stringContaining('larger step') });
    });
  });
});

it('a scalar is a vector of one sample, and other answers are none', () => {
  const body = (data: object) => JSON.stringify({ status: 'success', data });
  expect(readQueryAnswer('1', body({ resultType: 'scalar', result: [5, '+Inf'] }))).toMatchObject({
    type: 'vector',
    series: [{ labels: {}, points: [[5, '+Inf']] }],
  });
  expect(readQueryAnswer('"a"', body({ resultType: 'string', result: [5, 'a'] }))).toBeUndefined();
  expect(readQueryAnswer('x', '<html>')).toBeUndefined();
  // No calendar holds such a moment, so a picture of it could not be drawn.
  expect(readQueryAnswer('x', body({ resultType: 'scalar', result: [1e300, '1'] }))).toBeUndefined();
});
