import type { Call, Expr, MatrixSelector, Selector, Subquery } from './ast.ts';
import { unwrapped } from './ast.ts';
import { calendarFunctions, elementFunctions } from './element-functions.ts';
import { ExecutionError } from './errors.ts';
import type { Context, Windows } from './evaluate.ts';
import { histogramQuantile } from './histogram.ts';
import { labelJoin, labelReplace } from './label-functions.ts';
import { labelsOf, nameLabel, noLabels, withoutName } from './labels.ts';
import type { Labels } from './labels.ts';
import { rangeFunctions } from './range-functions.ts';
import { compareNumbers } from './statistics.ts';
import type { Point } from './storage.ts';
import { distinct } from './value.ts';
import type { Sample, Value } from './value.ts';

/** The evaluation that a function's arguments need, at one moment. */
export type Evaluation = {
  atMs: number;
  context: Context;
  evaluate(expr: Expr, atMs: number, context: Context): Value;
  instant(selector: Selector, atMs: number, context: Context): { labels: Labels; point: Point }[];
  windows(expr: MatrixSelector | Subquery, atMs: number, context: Context): Windows;
};

export function call(expr: Call, evaluation: Evaluation): Value {
  const { name } = expr;
  const range = rangeFunctions[name];
  const element = elementFunctions[name];
  const special = specials[name];
  if (special !== undefined) return special(expr, evaluation);
  if (range !== undefined) return vector(distinct(overRanges(expr, evaluation)));
  if (element !== undefined) {
    const [samples, ...scalars] = [vectorArgument(expr, 0, evaluation), ...expr.args.slice(1).map((arg) => scalarOf(arg, evaluation))];
    return vector(distinct(samples.map(({ labels, v }) => ({ labels: withoutName(labels), v: element(v, scalars) }))));
  }
  return calendar(expr, evaluation);
}

function vector(samples: readonly Sample[]): Value {
  return { type: 'vector', samples };
}

function argument(expr: Call, index: number): Expr {
  const arg = expr.args[index];
  if (arg === undefined) throw new ExecutionError(`${expr.name} lacks its argument ${index + 1}`);
  return arg;
}

function valueOf(expr: Expr, evaluation: Evaluation): Value {
  return evaluation.evaluate(expr, evaluation.atMs, evaluation.context);
}

function vectorArgument(expr: Call, index: number, evaluation: Evaluation): readonly Sample[] {
  const value = valueOf(argument(expr, index), evaluation);
  if (value.type !== 'vector') throw new ExecutionError(`${expr.name} takes an instant vector`);
  return value.samples;
}

function scalarOf(expr: Expr, evaluation: Evaluation): number {
  const value = valueOf(expr, evaluation);
  return value.type === 'scalar' ? value.value : Number.NaN;
}

function texts(expr: Call, evaluation: Evaluation): string[] {
  return expr.args.map((arg) => valueOf(arg, evaluation)).flatMap((value) => (value.type === 'string' ? [value.value] : []));
}

function rangeArgument(expr: Call): MatrixSelector | Subquery {
  const range = expr.args.map(unwrapped).find((arg) => arg.type === 'matrix' || arg.type === 'subquery');
  if (range === undefined) throw new ExecutionError(`${expr.name} takes a range vector`);
  return range;
}

function overRanges(expr: Call, evaluation: Evaluation): Sample[] {
  const compute = rangeFunctions[expr.name];
  const range = rangeArgument(expr);
  const scalars = expr.args.filter((arg) => unwrapped(arg) !== range).map((arg) => scalarOf(arg, evaluation));
  const { fromMs, toMs, series } = evaluation.windows(range, evaluation.atMs, evaluation.context);
  return series.flatMap(({ labels, points }) => {
    const v = compute?.({ points, fromMs, toMs, evaluatedMs: evaluation.atMs }, scalars);
    // What was last seen is the series itself, so it keeps its name.
    return v === undefined ? [] : [{ labels: expr.name === 'last_over_time' ? labels : withoutName(labels), v }];
  });
}

function calendar(expr: Call, evaluation: Evaluation): Value {
  const compute = calendarFunctions[expr.name];
  if (compute === undefined) throw new ExecutionError(`the simulation does not know ${expr.name}`);
  if (expr.args.length === 0) return vector([{ labels: noLabels, v: compute(evaluation.atMs / 1000) }]);
  return vector(distinct(vectorArgument(expr, 0, evaluation).map(({ labels, v }) => ({ labels: withoutName(labels), v: compute(v) }))));
}

type Special = (expr: Call, evaluation: Evaluation) => Value;

const specials: Readonly<Record<string, Special>> = {
  absent: (expr, evaluation) =>
    vector(vectorArgument(expr, 0, evaluation).length > 0 ? [] : [{ labels: asked(unwrapped(argument(expr, 0))), v: 1 }]),
  absent_over_time: (expr, evaluation) => {
    const range = rangeArgument(expr);
    const { series } = evaluation.windows(range, evaluation.atMs, evaluation.context);
    return vector(series.length > 0 ? [] : [{ labels: asked(range.type === 'matrix' ? range.selector : range), v: 1 }]);
  },
  histogram_quantile: (expr, evaluation) =>
    vector(distinct(histogramQuantile(scalarOf(argument(expr, 0), evaluation), vectorArgument(expr, 1, evaluation)))),
  label_join: (expr, evaluation) => vector(labelJoin(vectorArgument(expr, 0, evaluation), texts(expr, evaluation))),
  label_replace: (expr, evaluation) => vector(labelReplace(vectorArgument(expr, 0, evaluation), texts(expr, evaluation))),
  pi: () => ({ type: 'scalar', value: Math.PI }),
  scalar: (expr, evaluation) => {
    const [only, ...others] = vectorArgument(expr, 0, evaluation);
    return { type: 'scalar', value: only === undefined || others.length > 0 ? Number.NaN : only.v };
  },
  sort: (expr, evaluation) => vector(vectorArgument(expr, 0, evaluation).toSorted((a, b) => compareNumbers(a.v, b.v))),
  sort_desc: (expr, evaluation) => vector(vectorArgument(expr, 0, evaluation).toSorted((a, b) => descending(a.v, b.v))),
  time: (_expr, { atMs }) => ({ type: 'scalar', value: atMs / 1000 }),
  timestamp: (expr, evaluation) => {
    const inner = unwrapped(argument(expr, 0));
    const { atMs, context } = evaluation;
    // Only a selector knows when its points were measured; everything else is as old as the question.
    const samples =
      inner.type === 'selector'
        ? evaluation.instant(inner, atMs, context).map(({ labels, point }) => ({ labels: withoutName(labels), v: point.t / 1000 }))
        : vectorArgument(expr, 0, evaluation).map(({ labels }) => ({ labels: withoutName(labels), v: atMs / 1000 }));
    return vector(distinct(samples));
  },
  vector: (expr, evaluation) => vector([{ labels: noLabels, v: scalarOf(argument(expr, 0), evaluation) }]),
};

function descending(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? compareNumbers(a, b) : b - a;
}

/** The labels that a selector asks for by equality, each once. */
function asked(expr: Expr): Labels {
  if (expr.type !== 'selector') return noLabels;
  const named = (name: string) => expr.matchers.filter((matcher) => matcher.name === name && matcher.op === '=').length;
  const equal = expr.matchers.filter(({ name, op }) => op === '=' && name !== nameLabel && named(name) === 1);
  return labelsOf(equal.map(({ name, value }) => [name, value]));
}
