import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { labelsOf } from '../../src/simulator/prometheus/promql/labels.ts';
import { recordedSeries } from '../../src/simulator/prometheus/promql/storage.ts';
import { createPrometheusApi } from '../../src/simulator/prometheus/server.ts';
import { ask, differences, normal } from './promql/answers.ts';
import type { Asked } from './promql/answers.ts';
import { queries, refused } from './promql/queries.ts';
import { at, data, scrapes, startMs, whole } from './promql/series.ts';
import { promtoolProgram, startBackfilledPrometheus } from './support/backfilled-prometheus.ts';
import { prometheusProgram } from './support/prometheus.ts';
import { requireOrSkip } from './support/require.ts';

const describeReal = requireOrSkip(
  'Prometheus',
  prometheusProgram !== undefined && promtoolProgram !== undefined,
  'install the package prometheus',
);

describeReal('PromQL in the simulation and in a real Prometheus', () => {
  let real = '';
  let simulated = '';
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    const running = await startBackfilledPrometheus(data);
    stops.push(() => running.stop());
    real = running.url;
    const build = z
      .object({ data: z.object({ version: z.string() }) })
      .parse(await (await fetch(`${real}/api/v1/status/buildinfo`)).json());
    const recorded = data.map(({ labels, points }) =>
      recordedSeries(
        labelsOf(Object.entries(labels)),
        points.map(([t, v]) => ({ t, v })),
      ),
    );
    const time = { toStory: (ms: number) => ms, toClock: (ms: number) => ms };
    const closedWindows = build.data.version.startsWith('2.');
    const api = createPrometheusApi(() => ({ series: recorded, time, nowMs: whole, closedWindows }));
    simulated = (await api.listen()).url;
    stops.push(() => api.close());
  });

  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  async function compare(asked: Asked): Promise<string[]> {
    const [expected, actual] = [await ask(real, asked), await ask(simulated, asked)];
    if (expected.data === undefined || actual.data === undefined)
      return expected.error === actual.error ? [] : [`real: ${expected.error}, simulated: ${actual.error}`];
    if (expected.data.resultType !== actual.data.resultType) return [`${expected.data.resultType} and ${actual.data.resultType}`];
    return differences(expected.data.result, actual.data.result);
  }

  const moments = [at(450, 9100), at(440), at(520, 1), at(0, 3700), at(640, 5000)].map((ms) => String(ms / 1000));

  it.each(queries)('answer %s alike, at a moment', async (query) => {
    for (const time of moments) expect(await compare({ endpoint: 'query', form: { query, time } }), `at ${time}`).toEqual([]);
  });

  it.each(queries)('answer %s alike, over a range', async (query) => {
    const form = { query, start: String(at(10, 1234) / 1000), end: String(at(scrapes + 30) / 1000), step: '97s' };
    expect(await compare({ endpoint: 'query_range', form })).toEqual([]);
  });

  it('answer ranges of raw points alike', async () => {
    for (const query of ['queue_depth[2m]', 'queue_depth[2m] offset 5m', 'rate(aligned[5m])[10m:2m]'])
      expect(await compare({ endpoint: 'query', form: { query, time: String(at(450) / 1000) } }), query).toEqual([]);
  });

  it('print numbers alike, to the last digit', async () => {
    for (const query of ['odd_values', 'queue_depth / 7', '1e-7', '1e21', '-0', '0.1 + 0.2']) {
      const asked: Asked = { endpoint: 'query', form: { query, time: moments[0] ?? '' } };
      const [expected, actual] = [await ask(real, asked), await ask(simulated, asked)];
      expect(normal(actual.data?.result), query).toEqual(normal(expected.data?.result));
    }
  });

  it.each(refused.map(([query, how]) => ({ query, how })))('both refuse $query', async ({ query, how }) => {
    const asked: Asked = { endpoint: 'query', form: { query, time: String(at(650) / 1000) } };
    const [expected, actual] = [await ask(real, asked), await ask(simulated, asked)];
    expect(expected.error).toBeDefined();
    expect([actual.httpStatus, actual.errorType]).toEqual([expected.httpStatus, expected.errorType]);
    if (how === undefined) expect(actual.error).toBe(expected.error);
    // Where it begins to be wrong, at least, is said in the same form.
    else if (expected.errorType === 'bad_data') expect(actual.error).toMatch(/^invalid parameter "query": 1:\d+: parse error: /);
  });

  it.each([
    { start: 'soon' },
    { end: 'later' },
    { step: '0' },
    { step: '-5' },
    { step: 'slow' },
    { start: String(whole / 1000) },
    { step: '0.1' },
    { query: 'up[5m]' },
    { query: '"a"' },
  ])('both refuse the range %j', async (wrong: Record<string, string>) => {
    const form = { query: 'queue_depth', start: String(startMs / 1000), end: String(at(100) / 1000), step: '15', ...wrong };
    const asked: Asked = { endpoint: 'query_range', form };
    const [expected, actual] = [await ask(real, asked), await ask(simulated, asked)];
    expect(expected.error).toBeDefined();
    expect([actual.httpStatus, actual.error]).toEqual([expected.httpStatus, expected.error]);
  });

  it.each(['labels', 'label/pod/values', 'label/__name__/values', 'series?match[]=queue_depth', 'labels?match[]=pod_info', 'series'])(
    'answer %s alike',
    async (path) => {
      const get = async (url: string): Promise<unknown> => (await fetch(`${url}/api/v1/${path}`)).json();
      expect(await get(simulated)).toEqual(await get(real));
    },
  );
});
