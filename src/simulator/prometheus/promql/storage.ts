import type { Labels } from './labels.ts';

/** One value at one moment (unix milliseconds). A stale point says that the series ended there. */
export type Point = { t: number; v: number; isStale?: true };

/** A series, whose points may be made only when they are asked for. */
export type Series = {
  labels: Labels;
  /** Its points in order of time, both ends included. */
  between(fromMs: number, toMs: number): readonly Point[];
};

/** What is measured. */
export type Storage = { series(): readonly Series[] };

/** A storage of points that were measured before. */
export function recordedSeries(labels: Labels, points: readonly Point[]): Series {
  return { labels, between: (fromMs, toMs) => slice(points, fromMs, toMs) };
}

/** The part of sorted points from one moment to another, both included. */
function slice(points: readonly Point[], fromMs: number, toMs: number): readonly Point[] {
  return points.slice(
    firstAt(points, (t) => t >= fromMs),
    firstAt(points, (t) => t > toMs),
  );
}

function firstAt(points: readonly Point[], reached: (t: number) => boolean): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(points[middle]?.t ?? Number.POSITIVE_INFINITY)) high = middle;
    else low = middle + 1;
  }
  return low;
}
