import type { QueryAnswer } from '../../src/doors/prometheus-door.ts';

const start = Date.UTC(2026, 2, 14, 9) / 1000;

type Points = QueryAnswer['series'][number]['points'];

function points(value: (minute: number) => number | undefined): Points {
  return Array.from({ length: 61 }, (_, minute) => [start + minute * 60, value(minute)] as const).flatMap(([at, number]) =>
    number === undefined ? [] : [[at, String(number)] as const],
  );
}

/** One series over an hour from 09:00, a point a minute. */
export function course(value: (minute: number) => number | undefined): QueryAnswer {
  return { promql: 'x', type: 'matrix', series: [{ labels: { job: 'a' }, points: points(value) }], warnings: [] };
}

/** So many series of pods over the same hour. */
export function courses(count: number): QueryAnswer {
  const series = Array.from({ length: count }, (_, index) => ({
    labels: { job: 'a', pod: `gpu-worker-7c9d5b8f4-${index}` },
    points: points((minute) => (index + 1) * (10 + minute)),
  }));
  return { promql: 'x', type: 'matrix', series, warnings: [] };
}

/** Values of one moment, by type of error. */
export function moment(values: readonly (readonly [type: string, value: string])[]): QueryAnswer {
  const series = values.map(([type, value]) => ({ labels: { job: 'a', error_type: type }, points: [[start, value] as const] }));
  return { promql: 'x', type: 'vector', series, warnings: [] };
}
