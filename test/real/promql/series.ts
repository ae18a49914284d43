import type { RecordedSeries } from '../support/backfilled-prometheus.ts';

export const startMs = Date.UTC(2026, 2, 14, 8);
const scrapeMs = 15_000;
export const scrapes = 720;
/** The moment of a scrape. */
export const at = (index: number, phaseMs = 0) => startMs + index * scrapeMs + phaseMs;

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

export const errors = 'video_processing_errors_total';
/** What both servers hold. */
export const data: readonly RecordedSeries[] = [
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

/** When the questions about everything are asked. */
export const whole = startMs + 2.5 * 3_600_000;
