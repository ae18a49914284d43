import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { labelsOf } from '../../src/simulator/prometheus/promql/labels.ts';
import { recordedSeries } from '../../src/simulator/prometheus/promql/storage.ts';
import { createPrometheusApi } from '../../src/simulator/prometheus/server.ts';
import { promtoolProgram, startBackfilledPrometheus } from './support/backfilled-prometheus.ts';
import type { RecordedSeries } from './support/backfilled-prometheus.ts';
import { prometheusProgram } from './support/prometheus.ts';
import { requireOrSkip } from './support/require.ts';

const describeReal = requireOrSkip(
  'Prometheus',
  prometheusProgram !== undefined && promtoolProgram !== undefined,
  'install the package prometheus',
);

const startMs = Date.UTC(2026, 2, 14, 8);
const scrapeMs = 15_000;
const scrapes = 720;
const at = (index: number, phaseMs = 0) => startMs + index * scrapeMs + phaseMs;

/** The same numbers at each run, between 0 and 1. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

type Shape = { phaseMs?: number; from?: number; until?: number; without?: (index: number) => boolean };

function series(labels: Record<string, string>, value: (index: number) => number, shape: Shape = {}): RecordedSeries {
  const { phaseMs = 3700, from = 0, until = scrapes, without = () => false } = shape;
  const indices = Array.from({ length: until - from }, (_, index) => index + from).filter((index) => !without(index));
  return { labels, points: indices.map((index) => [at(index, phaseMs), value(index)] as const) };
}

function counter(labels: Record<string, string>, seed: number, shape: Shape & { resets?: readonly number[]; pace?: number } = {}) {
  const random = noise(seed);
  let count = 0;
  const values = Array.from({ length: scrapes }, (_, index) => {
    count = shape.resets?.includes(index) === true ? 0 : count + Math.floor(random() * (shape.pace ?? 20));
    return count;
  });
  return series(labels, (index) => values[index] ?? 0, shape);
}

const errors = 'video_processing_errors_total';
const data: readonly RecordedSeries[] = [
  counter({ __name__: errors, error_type: 'gpu_out_of_memory', pod: 'a' }, 1, { resets: [300, 500] }),
  counter({ __name__: errors, error_type: 'decode_timeout', pod: 'a' }, 2),
  counter({ __name__: errors, error_type: 'decode_timeout', pod: 'b' }, 3, { from: 400 }),
  counter({ __name__: errors, error_type: 'storage_upload', pod: 'b' }, 4, { until: 600 }),
  counter({ __name__: 'video_processing_total', pod: 'a' }, 5, { pace: 200 }),
  counter({ __name__: 'video_processing_total', pod: 'b' }, 6, { pace: 200, without: (index) => index > 420 && index < 470 }),
  series({ __name__: 'queue_depth', queue: 'x', pod: 'a' }, (index) => 200 + 40 * Math.sin(index / 9)),
  series({ __name__: 'queue_depth', queue: 'y', pod: 'b' }, (index) => 100 - index / 3),
  series({ __name__: 'queue_depth', queue: 'z', pod: 'c' }, (index) => (index % 50 === 7 ? Number.NaN : index % 13)),
  series({ __name__: 'aligned', pod: 'a' }, (index) => index ** 2, { phaseMs: 0 }),
  series({ __name__: 'aligned', pod: 'b' }, (index) => 5 + (index % 4), { phaseMs: 0 }),
  series({ __name__: 'pod_info', pod: 'a', node: 'n1', version: '2.8.0' }, () => 1),
  series({ __name__: 'pod_info', pod: 'b', node: 'n2', version: '2.8.1' }, () => 1),
  series({ __name__: 'odd_values', kind: 'infinite' }, (index) => (index % 2 === 0 ? Number.POSITIVE_INFINITY : 1)),
  series({ __name__: 'odd_values', kind: 'tiny' }, () => 1.5e-9),
  series({ __name__: 'odd_values', kind: 'huge' }, () => 3.25e23),
  series({ __name__: 'odd_values', kind: 'negative' }, (index) => -index),
  series({ __name__: 'odd_values', kind: 'moment' }, (index) => startMs / 1000 + index * 86_400),
  ...['0.1', '0.5', '1', '5', '+Inf'].flatMap((le, place) =>
    ['a', 'b'].map((pod, who) => counter({ __name__: 'duration_bucket', le, pod }, 10, { pace: 4 * (place + 1) + who })),
  ),
];

const whole = startMs + 2.5 * 3_600_000;

const queries: readonly string[] = [
  // Selectors
  'queue_depth',
  'queue_depth{queue="x"}',
  'queue_depth{queue!="x"}',
  'queue_depth{queue=~"x|y"}',
  'queue_depth{queue!~"x|y",pod=~".+"}',
  '{__name__=~"queue.*",pod="a"}',
  'queue_depth{missing=""}',
  'no_such_metric',
  'queue_depth offset 10m',
  'queue_depth offset -10m',
  `queue_depth @ ${startMs / 1000 + 3000}`,
  'queue_depth @ end() offset 1m',
  'sum_over_time(queue_depth[5m] @ start())',
  // Counters
  `rate(${errors}[5m])`,
  `rate(${errors}[1h])`,
  `increase(${errors}[10m])`,
  `irate(${errors}[2m])`,
  `rate(${errors}[40s])`,
  `rate(video_processing_total[20s])`,
  `resets(${errors}[2h])`,
  `changes(queue_depth{queue="z"}[10m])`,
  `sum(rate(${errors}[1h]))/sum(rate(video_processing_total[1h]))*100`,
  `sum(rate(${errors}[5m])) by (error_type)`,
  `sum by (pod) (rate(${errors}[5m])) / sum by (pod) (rate(video_processing_total[5m]))`,
  `sum(rate(${errors}[5m] offset 20m))`,
  `rate(aligned[5m])`,
  `increase(aligned[1m])`,
  `delta(aligned[5m])`,
  'count_over_time(aligned[1m])',
  // Over time
  'delta(queue_depth[10m])',
  'idelta(queue_depth[10m])',
  'deriv(queue_depth[10m])',
  'predict_linear(queue_depth[30m], 3600)',
  'avg_over_time(queue_depth[7m])',
  'min_over_time(queue_depth[7m])',
  'max_over_time(queue_depth[7m])',
  'sum_over_time(queue_depth{queue!="z"}[7m])',
  'count_over_time(queue_depth[7m])',
  'quantile_over_time(0.9, queue_depth[7m])',
  'stddev_over_time(queue_depth[7m])',
  'stdvar_over_time(queue_depth[7m])',
  'last_over_time(queue_depth[7m])',
  'present_over_time(queue_depth[7m])',
  'absent_over_time(no_such_metric{job="a"}[7m])',
  'max_over_time(sum(queue_depth{queue!="z"})[30m:1m])',
  `max_over_time(rate(${errors}[5m])[30m:])`,
  'avg_over_time(queue_depth[10m:45s] offset 5m)',
  // Aggregations
  'sum(queue_depth)',
  'avg(queue_depth{queue!="z"})',
  'min by (pod) (queue_depth)',
  'max without (queue) (queue_depth)',
  `count(${errors})`,
  `count by (error_type) (${errors})`,
  'stddev(queue_depth{queue!="z"})',
  'stdvar(queue_depth{queue!="z"})',
  `group by (pod) (${errors})`,
  `topk(2, ${errors})`,
  `bottomk(1, ${errors})`,
  `topk by (error_type) (1, ${errors})`,
  `quantile(0.3, ${errors})`,
  `quantile by (pod) (0.5, ${errors})`,
  'count_values("version_count", pod_info)',
  'count_values by (pod) ("value", aligned{pod="b"})',
  'avg(odd_values)',
  'sum(odd_values{kind!="infinite"})',
  // Operators
  `${errors} * 2 + 1`,
  `100 - ${errors} / 7`,
  `${errors} % 7`,
  '2 ^ 3 ^ 2',
  '-2 ^ 2',
  '-queue_depth',
  '1 / 0',
  '-1 / 0',
  '0 / 0',
  'queue_depth > 50',
  'queue_depth > bool 50',
  '50 < queue_depth',
  '1 == bool 1',
  'queue_depth != 0',
  `${errors} / on(pod) group_left(version) pod_info`,
  `pod_info * on(pod) group_right(node) ${errors}`,
  `${errors} * on(pod) group_left() pod_info`,
  `sum by (pod) (${errors}) > on(pod) sum by (pod) (queue_depth)`,
  `sum by (pod, error_type) (${errors}) / ignoring(error_type) group_left sum by (pod) (video_processing_total)`,
  `queue_depth and on(pod) pod_info`,
  'queue_depth unless on(pod) pod_info',
  'queue_depth{queue="x"} or aligned',
  'queue_depth or on(pod) aligned',
  `${errors} == ${errors}`,
  'queue_depth atan2 on(pod) aligned',
  'aligned + ignoring(queue) queue_depth',
  'vector(1) or vector(2)',
  // Functions
  'abs(odd_values{kind="negative"})',
  'ceil(queue_depth / 7)',
  'floor(queue_depth / 7)',
  'round(queue_depth)',
  'round(queue_depth, 0.25)',
  'clamp(queue_depth, 10, 90)',
  'clamp_min(queue_depth, 60)',
  'clamp_max(queue_depth, 60)',
  'exp(queue_depth / 100)',
  'ln(queue_depth)',
  'log2(queue_depth)',
  'log10(queue_depth)',
  'sqrt(queue_depth)',
  'sgn(odd_values)',
  'odd_values',
  'sort(queue_depth)',
  'sort_desc(queue_depth{queue!="z"})',
  'scalar(queue_depth{queue="x"})',
  'scalar(queue_depth)',
  'vector(scalar(sum(queue_depth{queue!="z"})))',
  'time()',
  'time() - timestamp(queue_depth)',
  'timestamp(queue_depth offset 5m)',
  'timestamp(sum(queue_depth))',
  'absent(no_such_metric{job="a",pod=~"b.*"})',
  'absent(queue_depth)',
  'absent(sum(no_such_metric))',
  'day_of_week(odd_values{kind="moment"})',
  'day_of_month(odd_values{kind="moment"})',
  'day_of_year(odd_values{kind="moment"})',
  'days_in_month(odd_values{kind="moment"})',
  'month(odd_values{kind="moment"})',
  'year(odd_values{kind="moment"})',
  'hour()',
  'minute()',
  'pi() * 2',
  'deg(rad(queue_depth))',
  'sin(queue_depth)',
  `label_replace(${errors}, "kind", "$1-$2", "error_type", "(\\\\w+?)_(.*)")`,
  `label_replace(${errors}, "pod", "", "pod", "a")`,
  `label_join(${errors}, "both", "/", "pod", "error_type")`,
  'histogram_quantile(0.9, sum by (le) (rate(duration_bucket[5m])))',
  'histogram_quantile(0.5, rate(duration_bucket[10m]))',
  'histogram_quantile(1.5, rate(duration_bucket[10m]))',
  'histogram_quantile(0.01, duration_bucket)',
  '"a text"',
  '1.5e3',
  '0x1F',
  'Inf',
  'queue_depth # a comment',
];

/** Both have to refuse them; the texts are equal where the last item does not say otherwise. */
const refused: readonly (readonly [promql: string, how?: 'other text'])[] = [
  [''],
  ['sum(rate(x[5m])'],
  ['sum('],
  ['sum(x))'],
  ['up{job="a}'],
  ["x{a='b"],
  ['x[5m)'],
  ['x{'],
  ['x[5m:'],
  ['foo(x)'],
  ['rate(x)'],
  ['rate(sum(x))'],
  ['x y'],
  ['1 2'],
  ['1 == 1'],
  ['sum(1)'],
  ['{}'],
  ['"a" + 1'],
  ['x[5m] + 1'],
  ['-x[5m]'],
  ['a and 1'],
  ['topk(x)'],
  ['topk("a", x)'],
  ['clamp(x, 1)'],
  ['time(1)'],
  ['label_replace(x, "a", "b")'],
  ['x[0s]'],
  ['x[5m][5m]'],
  ['sum(x) offset 5m'],
  ['x offset 5m offset 3m'],
  ['a or on(x) group_left b'],
  ['$x'],
  ['/ 2'],
  ['x{a="b" c="d"}', 'other text'],
  ['x{a b}', 'other text'],
  ['x{a=b}', 'other text'],
  ['x @ foo', 'other text'],
  ['rate(x[5m]) offset', 'other text'],
  ['x!='],
  ['sum by a (x)', 'other text'],
  ['x{a=~"("}', 'other text'],
  ['a == on(x) group_left(x) b'],
  [`${errors} / on(pod) pod_info`],
  [`pod_info / on(pod) ${errors}`],
  ['label_replace(queue_depth, "1a", "", "", "")'],
  ['label_replace(queue_depth, "a", "", "a", "(")'],
  ['label_replace(queue_depth, "pod", "", "", "") + on(x) group_left queue_depth', 'other text'],
  ['count_values("1a", queue_depth)'],
  ['sum by (pod) (label_replace(queue_depth, "queue", "one", "", "")) * on() pod_info', 'other text'],
];

const answerSchema = z.object({
  status: z.string(),
  error: z.string().optional(),
  errorType: z.string().optional(),
  data: z.object({ resultType: z.string(), result: z.unknown() }).optional(),
});

const point = z.tuple([z.number(), z.string()]);
const seriesSchema = z.array(
  z.object({ metric: z.record(z.string(), z.string()), value: point.optional(), values: z.array(point).optional() }),
);

type Asked = { endpoint: 'query' | 'query_range'; form: Record<string, string> };

async function ask(url: string, { endpoint, form }: Asked) {
  const response = await fetch(`${url}/api/v1/${endpoint}`, { method: 'POST', body: new URLSearchParams(form) });
  return { ...answerSchema.parse(await response.json()), httpStatus: response.status };
}

/** The series of an answer by their labels, in one order. */
function normal(result: unknown) {
  const parsed = seriesSchema.safeParse(result);
  if (!parsed.success) return [{ labels: '', points: [point.parse(result)] }];
  return parsed.data
    .map(({ metric, value, values }) => ({
      labels: JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      points: values ?? (value === undefined ? [] : [value]),
    }))
    .toSorted((a, b) => (a.labels < b.labels ? -1 : 1));
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Number(a), Number(b)];
  if (a === b) return true;
  return Math.abs(left - right) <= 1e-9 * Math.max(Math.abs(left), Math.abs(right), 1e-12);
}

/** Where the two answers differ, in words; empty when they do not. */
function differences(real: unknown, simulated: unknown): string[] {
  const [expected, actual] = [normal(real), normal(simulated)];
  const names = (list: typeof expected) => list.map(({ labels, points }) => `${labels} × ${points.length}`);
  if (JSON.stringify(names(expected)) !== JSON.stringify(names(actual)))
    return [`series: real ${names(expected).join(' ')}, simulated ${names(actual).join(' ')}`];
  return expected.flatMap(({ labels, points }, row) =>
    points.flatMap(([t, value], column) => {
      const [otherT, other] = actual[row]?.points[column] ?? [0, ''];
      return t === otherT && isSame(value, other) ? [] : [`${labels} at ${t}: real ${value}, simulated ${other} at ${otherT}`];
    }),
  );
}

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
