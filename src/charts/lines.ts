import type { Measured, NamedSeries } from './series.ts';

/** One place of a line: `null` is a gap. A lone place has gaps on both sides and is drawn as a dot. */
export type Place = { atMs: number; value: number | null; isLone: boolean };

const maxPlaces = 300;

/** The usual distance between two points: most of them are that far apart. */
export function usualStep(series: readonly NamedSeries[]): number {
  const distances = series.flatMap(({ points }) => points.slice(1).map(({ atMs }, index) => atMs - (points[index]?.atMs ?? atMs)));
  const sorted = distances.filter((distance) => distance > 0).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
}

/** The points with a gap wherever one is missing, and no more places than a picture can show. */
export function places(points: readonly Measured[], stepMs: number): Place[] {
  const runs = runsOf(points, stepMs * 1.5);
  const share = Math.max(2, Math.floor(maxPlaces / Math.max(1, runs.length)));
  return runs.slice(0, maxPlaces).flatMap((run, index) => {
    const drawn = thinned(run, share).map(({ atMs, value }) => ({ atMs, value, isLone: run.length === 1 }));
    const end = run.at(-1)?.atMs ?? 0;
    return index === runs.length - 1 ? drawn : [...drawn, { atMs: end + 1, value: null, isLone: false }];
  });
}

function runsOf(points: readonly Measured[], farMs: number): Measured[][] {
  const runs: Measured[][] = [];
  for (const point of points) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run === undefined || before === undefined || point.atMs - before.atMs > farMs) runs.push([point]);
    else run.push(point);
  }
  return runs;
}

/** Fewer points that keep each stretch's lowest and highest, so that no peak gets lost. */
function thinned(points: readonly Measured[], limit: number): readonly Measured[] {
  if (points.length <= limit) return points;
  const size = Math.ceil((points.length * 2) / limit);
  const kept: Measured[] = [];
  for (let start = 0; start < points.length; start += size) {
    const stretch = points.slice(start, start + size).toSorted((a, b) => a.value - b.value);
    const ends = [stretch[0], stretch.at(-1)].filter((point) => point !== undefined);
    kept.push(...[...new Set(ends)].toSorted((a, b) => a.atMs - b.atMs));
  }
  return kept;
}
