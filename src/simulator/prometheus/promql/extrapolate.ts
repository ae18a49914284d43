import type { Window } from './range-functions.ts';
import type { Point } from './storage.ts';

/**
 * How much a series changed in a window, as Prometheus guesses it from the points within: the change is stretched to the window's ends, unless
 * they are further away than the points are from each other, and never back to where a counter would be below zero.
 */
export function extrapolated(window: Window, how: { isCounter: boolean; isRate: boolean }): number | undefined {
  const { points, fromMs, toMs } = window;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  const change = last.v - first.v + (how.isCounter ? lostByResets(points) : 0);
  const sampled = (last.t - first.t) / 1000;
  const between = sampled / (points.length - 1);
  const reach = (distance: number) => (distance < between * 1.1 ? distance : between / 2);
  const toStart = (first.t - fromMs) / 1000;
  const zero = how.isCounter && change > 0 && first.v >= 0 ? sampled * (first.v / change) : Number.POSITIVE_INFINITY;
  const whole = sampled + reach(Math.min(toStart, zero)) + reach((toMs - last.t) / 1000);
  const stretched = change * (whole / sampled);
  return how.isRate ? stretched / ((toMs - fromMs) / 1000) : stretched;
}

/** What a counter had reached each time before it began anew. */
function lostByResets(points: readonly Point[]): number {
  let lost = 0;
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    if (before !== undefined && point.v < before.v) lost += before.v;
  }
  return lost;
}
