import { ExecutionError } from './errors.ts';
import { keyOf } from './labels.ts';
import type { Labels } from './labels.ts';
import type { Point } from './storage.ts';

export type Sample = { labels: Labels; v: number };
export type PointSeries = { labels: Labels; points: readonly Point[] };

/** What an expression gives at one moment. */
export type Value =
  | { type: 'scalar'; value: number }
  | { type: 'string'; value: string }
  | { type: 'vector'; samples: readonly Sample[] }
  | { type: 'matrix'; series: readonly PointSeries[] };

/** A vector in which each set of labels stands once. */
export function distinct(samples: readonly Sample[]): readonly Sample[] {
  if (new Set(samples.map(({ labels }) => keyOf(labels))).size < samples.length)
    throw new ExecutionError('vector cannot contain metrics with the same labelset');
  return samples;
}
