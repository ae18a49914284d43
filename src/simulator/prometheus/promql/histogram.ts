import { keyOf, nameLabel, without } from './labels.ts';
import type { Labels } from './labels.ts';
import type { Sample } from './value.ts';

type Bucket = { upper: number; count: number };

/** The quantile of classic histograms, one for each set of labels besides `le`. */
export function histogramQuantile(q: number, samples: readonly Sample[]): Sample[] {
  const histograms = new Map<string, { labels: Labels; buckets: Bucket[] }>();
  for (const { labels, v } of samples) {
    const upper = readBound(labels.get('le'));
    if (upper === undefined) continue;
    const rest = without(labels, ['le', nameLabel]);
    const histogram = histograms.get(keyOf(rest)) ?? { labels: rest, buckets: [] };
    histogram.buckets.push({ upper, count: v });
    histograms.set(keyOf(rest), histogram);
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({ labels, v: bucketQuantile(q, buckets) }));
}

function readBound(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = /^\+?inf(inity)?$/i.test(text) ? Number.POSITIVE_INFINITY : Number(text);
  return Number.isNaN(value) ? undefined : value;
}

function bucketQuantile(q: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const buckets = monotonic(merged(unsorted));
  const last = buckets.at(-1);
  if (last === undefined || last.upper !== Number.POSITIVE_INFINITY || buckets.length < 2 || last.count === 0) return Number.NaN;
  return within(buckets, q * last.count);
}

/** In each bucket the values are taken to lie evenly; the last one has no end, so its beginning has to do. */
function within(buckets: readonly Bucket[], rank: number): number {
  const found = buckets.slice(0, -1).findIndex(({ count }) => count >= rank);
  const bucket = buckets[found];
  if (bucket === undefined) return buckets.at(-2)?.upper ?? Number.NaN;
  if (found === 0 && bucket.upper <= 0) return bucket.upper;
  const before = found === 0 ? { upper: 0, count: 0 } : (buckets[found - 1] ?? { upper: 0, count: 0 });
  return before.upper + (bucket.upper - before.upper) * ((rank - before.count) / (bucket.count - before.count));
}

function merged(buckets: readonly Bucket[]): Bucket[] {
  const sorted: Bucket[] = [];
  for (const { upper, count } of buckets.toSorted((a, b) => (a.upper < b.upper ? -1 : Number(a.upper > b.upper)))) {
    const last = sorted.at(-1);
    if (last !== undefined && last.upper === upper) last.count += count;
    else sorted.push({ upper, count });
  }
  return sorted;
}

/** Scrapes and rates are not atomic, so a bucket may come out below the one before it. */
function monotonic(buckets: readonly Bucket[]): Bucket[] {
  let most = Number.NEGATIVE_INFINITY;
  return buckets.map(({ upper, count }) => {
    most = Math.max(most, count);
    return { upper, count: most };
  });
}
