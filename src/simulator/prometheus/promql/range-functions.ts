import { extrapolated } from './extrapolate.ts';
import { mean, quantile, sum, variance } from './statistics.ts';
import type { Point } from './storage.ts';

/** The points of one series that a range sees, and the moment at which they are looked at. */
export type Window = { points: readonly Point[]; fromMs: number; toMs: number; evaluatedMs: number };

/** A function over a window of at least one point; undefined gives no sample. */
export type RangeFunction = (window: Window, scalars: readonly number[]) => number | undefined;

function values({ points }: Window): number[] {
  return points.map(({ v }) => v);
}

/** Something about neighbours, which two points at least have. */
function ofLastTwo(window: Window, compute: (last: Point, before: Point) => number | undefined): number | undefined {
  const [last, before] = [window.points.at(-1), window.points.at(-2)];
  return last === undefined || before === undefined ? undefined : compute(last, before);
}

function steps({ points }: Window, counts: (value: number, before: number) => boolean): number {
  let count = 0;
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    if (before !== undefined && counts(point.v, before.v)) count += 1;
  }
  return count;
}

export const rangeFunctions: Readonly<Record<string, RangeFunction>> = {
  avg_over_time: (window) => mean(values(window)),
  changes: (window) => steps(window, (value, before) => value !== before && !(Number.isNaN(value) && Number.isNaN(before))),
  count_over_time: ({ points }) => points.length,
  delta: (window) => extrapolated(window, { isCounter: false, isRate: false }),
  deriv: (window) => line(window, window.points[0]?.t ?? 0)?.slope,
  idelta: (window) => ofLastTwo(window, (last, before) => last.v - before.v),
  increase: (window) => extrapolated(window, { isCounter: true, isRate: false }),
  irate: (window) =>
    ofLastTwo(window, (last, before) => {
      const seconds = (last.t - before.t) / 1000;
      // A counter that fell began anew at zero.
      return seconds === 0 ? undefined : (last.v < before.v ? last.v : last.v - before.v) / seconds;
    }),
  last_over_time: ({ points }) => points.at(-1)?.v,
  max_over_time: (window) => values(window).reduce((most, value) => (value > most || Number.isNaN(most) ? value : most)),
  min_over_time: (window) => values(window).reduce((least, value) => (value < least || Number.isNaN(least) ? value : least)),
  predict_linear: (window, [seconds = 0]) => {
    const fit = line(window, window.evaluatedMs);
    return fit === undefined ? undefined : fit.slope * seconds + fit.intercept;
  },
  present_over_time: () => 1,
  quantile_over_time: (window, [q = Number.NaN]) => quantile(q, values(window)),
  rate: (window) => extrapolated(window, { isCounter: true, isRate: true }),
  resets: (window) => steps(window, (value, before) => value < before),
  stddev_over_time: (window) => Math.sqrt(variance(values(window))),
  stdvar_over_time: (window) => variance(values(window)),
  sum_over_time: (window) => sum(values(window)),
};

/** The line of least squares through the points; the intercept is its value at a moment. */
function line({ points }: Window, atMs: number): { slope: number; intercept: number } | undefined {
  const first = points[0];
  if (first === undefined || points.length < 2) return undefined;
  if (points.every(({ v }) => v === first.v))
    return Number.isFinite(first.v) ? { slope: 0, intercept: first.v } : { slope: Number.NaN, intercept: Number.NaN };
  const xs = points.map(({ t }) => (t - atMs) / 1000);
  const ys = points.map(({ v }) => v);
  const count = points.length;
  const [sumX, sumY] = [sum(xs), sum(ys)];
  const covariance = sum(xs.map((x, index) => x * (ys[index] ?? 0))) - (sumX * sumY) / count;
  const slope = covariance / (sum(xs.map((x) => x * x)) - (sumX * sumX) / count);
  return { slope, intercept: sumY / count - (slope * sumX) / count };
}
