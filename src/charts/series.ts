import { sampleValue, type QueryAnswer } from '../doors/prometheus-door.ts';

type Answered = QueryAnswer['series'][number];

/** A measured value at a moment, or undefined where there is none. */
export type Measured = { atMs: number; value: number };

/** A series with the labels by which it differs from the others. */
export type NamedSeries = {
  /** The distinguishing labels; empty for a series that is alone. */
  labels: readonly (readonly [name: string, value: string])[];
  /** Those of them that are enough to tell it: one, where one is different everywhere. */
  telling: readonly (readonly [name: string, value: string])[];
  /** Its finite values in order of time. */
  points: readonly Measured[];
  /** NaN, infinities and what is so large that sums of it would be: no chart can show them. */
  oddPoints: number;
};

const largest = 1e150;

/** The series of an answer, each told by what makes it different. */
export function namedSeries(answer: QueryAnswer): NamedSeries[] {
  const differing = differingLabels(answer.series);
  const telling = tellingLabels(answer.series, differing);
  return answer.series.map(({ labels, points }) => {
    const measured = points.map(([seconds, text]) => ({ atMs: Math.round(seconds * 1000), value: sampleValue(text) }));
    const finite = measured.filter(({ value }) => Math.abs(value) <= largest);
    return {
      labels: differing.map((name) => [name, labels[name] ?? ''] as const),
      telling: telling.map((name) => [name, labels[name] ?? ''] as const),
      points: finite,
      oddPoints: measured.length - finite.length,
    };
  });
}

/** The labels that do not have the same value everywhere. The metric's name is the query's business, unless it differs. */
function differingLabels(series: readonly Answered[]): string[] {
  const names = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].toSorted();
  return names.filter((name) => new Set(series.map(({ labels }) => labels[name])).size > 1);
}

/** What people call things by, where it is different for each of them. */
const wellKnown = ['pod', 'instance', 'name', 'job'];

function tellingLabels(series: readonly Answered[], differing: readonly string[]): readonly string[] {
  const isDifferentEverywhere = (name: string) => new Set(series.map(({ labels }) => labels[name] ?? '')).size === series.length;
  const [best] = [...wellKnown.filter((name) => differing.includes(name)), ...differing].filter(isDifferentEverywhere);
  return best === undefined ? differing : [best];
}

/** "error_type=gpu_out_of_memory", or the values alone where there is little room. */
export function nameOf({ telling }: NamedSeries, form: 'full' | 'short'): string {
  const said = telling.filter(([, value]) => value !== '');
  const [missing] = telling;
  if (said.length === 0) return missing === undefined ? '' : `(no ${missing[0]})`;
  return said.map(([name, value]) => (form === 'full' ? `${name}=${value}` : value)).join(form === 'full' ? ' ' : ' · ');
}

export function lastOf({ points }: NamedSeries): Measured | undefined {
  return points.at(-1);
}

export function highestOf(points: readonly Measured[]): Measured | undefined {
  const [first, ...rest] = points;
  return first === undefined ? undefined : rest.reduce((most, point) => (point.value > most.value ? point : most), first);
}

export function lowestOf(points: readonly Measured[]): Measured | undefined {
  const [first, ...rest] = points;
  return first === undefined ? undefined : rest.reduce((least, point) => (point.value < least.value ? point : least), first);
}

/** The series that are highest at the end first. */
export function byLast(series: readonly NamedSeries[]): NamedSeries[] {
  const last = (one: NamedSeries) => lastOf(one)?.value ?? Number.NEGATIVE_INFINITY;
  return series.toSorted((a, b) => (last(a) === last(b) ? 0 : last(b) - last(a)));
}

/** The series with the largest values first; those without any come last. */
export function byHeight(series: readonly NamedSeries[]): NamedSeries[] {
  const height = ({ points }: NamedSeries) => highestOf(points)?.value ?? Number.NEGATIVE_INFINITY;
  return series.toSorted((a, b) => (height(a) === height(b) ? 0 : height(b) - height(a)));
}
