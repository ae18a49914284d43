import type { Aggregate } from './ast.ts';
import { ExecutionError } from './errors.ts';
import { formatFloat, formatPlain } from './format.ts';
import { isLabelName, keyOf, nameLabel, only, withLabel, without } from './labels.ts';
import type { Labels } from './labels.ts';
import { compareNumbers, mean, quantile, sum, variance } from './statistics.ts';
import { distinct } from './value.ts';
import type { Sample, Value } from './value.ts';

type Group = { labels: Labels; samples: Sample[] };

const reducers: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum,
  avg: mean,
  count: (values) => values.length,
  group: () => 1,
  min: (values) => values.reduce((least, value) => (value < least || Number.isNaN(least) ? value : least)),
  max: (values) => values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most)),
  stddev: (values) => Math.sqrt(variance(values)),
  stdvar: variance,
};

/** `sum by (a) (…)` and its like. */
export function aggregate(expr: Aggregate, samples: readonly Sample[], parameter: Value | undefined): readonly Sample[] {
  const { op } = expr;
  const reduce = reducers[op];
  if (op === 'count_values') return countValues(expr, samples, parameter);
  const groups = grouped(expr, samples);
  if (reduce !== undefined) return groups.map(({ labels, samples }) => ({ labels, v: reduce(samples.map(({ v }) => v)) }));
  const number = parameter?.type === 'scalar' ? parameter.value : Number.NaN;
  if (op === 'quantile')
    return groups.map(({ labels, samples }) => ({
      labels,
      v: quantile(
        number,
        samples.map(({ v }) => v),
      ),
    }));
  return groups.flatMap((group) => outermost(group.samples, number, op === 'topk'));
}

function grouped(expr: Aggregate, samples: readonly Sample[]): Group[] {
  const groups = new Map<string, Group>();
  for (const sample of samples) {
    const labels = expr.without ? without(sample.labels, [...expr.grouping, nameLabel]) : only(sample.labels, expr.grouping);
    const key = keyOf(labels);
    const group = groups.get(key) ?? { labels, samples: [] };
    group.samples.push(sample);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The k largest or smallest, which keep their labels. What is no number comes last. */
function outermost(samples: readonly Sample[], k: number, isTop: boolean): Sample[] {
  if (Number.isNaN(k) || !Number.isFinite(k)) throw new ExecutionError(`Scalar value ${formatFloat(k)} overflows int64`);
  const order = (a: Sample, b: Sample) => (Number.isNaN(a.v) || Number.isNaN(b.v) || !isTop ? fromSmallest(a.v, b.v) : b.v - a.v);
  return samples.toSorted(order).slice(0, Math.max(0, Math.trunc(k)));
}

function fromSmallest(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? -compareNumbers(a, b) : a - b;
}

function countValues(expr: Aggregate, samples: readonly Sample[], parameter: Value | undefined): readonly Sample[] {
  const name = parameter?.type === 'string' ? parameter.value : '';
  if (!isLabelName(name)) throw new ExecutionError(`invalid label name ${JSON.stringify(name)}`);
  const grouping = expr.without ? expr.grouping.filter((label) => label !== name) : [...expr.grouping, name];
  const valued = samples.map(({ labels, v }) => ({ labels: withLabel(labels, name, formatPlain(v)), v }));
  return distinct(grouped({ ...expr, grouping }, valued).map(({ labels, samples }) => ({ labels, v: samples.length })));
}
