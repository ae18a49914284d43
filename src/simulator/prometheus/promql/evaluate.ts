import { aggregate } from './aggregate.ts';
import type { Aggregate, Expr, MatrixSelector, Selector, Shift, Subquery } from './ast.ts';
import { arithmetic } from './binary.ts';
import { call } from './call.ts';
import { ExecutionError } from './errors.ts';
import { compareLabels, keyOf, withoutName } from './labels.ts';
import type { Labels } from './labels.ts';
import { matchesAll } from './matchers.ts';
import type { Point, Series, Storage } from './storage.ts';
import { distinct } from './value.ts';
import type { PointSeries, Sample, Value } from './value.ts';

/** How long a series counts as present after its last point. */
const lookbackMs = 5 * 60_000;

/** How often a subquery without a step of its own looks. */
const defaultStepMs = 60_000;

const maxPoints = 20_000_000;
/** What one step of a subquery counts as, because it is an evaluation of its own. */
const stepCost = 100;

/** What a query is evaluated over. One context serves all moments of a range. */
export type Context = {
  storage: Storage;
  /** The ends of the query's range, which `start()` and `end()` name. */
  startMs: number;
  endMs: number;
  /** Up to version 2 a window holds a point at its very beginning; since version 3 it does not. */
  closedWindows: boolean;
  found: Map<Selector, readonly Series[]>;
  budget: { points: number };
};

export function createContext(storage: Storage, range: { startMs: number; endMs: number; closedWindows?: boolean }): Context {
  const { startMs, endMs, closedWindows = false } = range;
  return { storage, startMs, endMs, closedWindows, found: new Map(), budget: { points: maxPoints } };
}

/** The value of an expression at a moment (unix milliseconds). Throws ExecutionError. */
export function evaluate(expr: Expr, atMs: number, context: Context): Value {
  switch (expr.type) {
    case 'number':
      return { type: 'scalar', value: expr.value };
    case 'string':
      return { type: 'string', value: expr.value };
    case 'selector':
      return { type: 'vector', samples: instant(expr, atMs, context).map(({ labels, point }) => ({ labels, v: point.v })) };
    case 'matrix':
    case 'subquery':
      return { type: 'matrix', series: windows(expr, atMs, context).series };
    case 'call':
      return call(expr, { evaluate, instant, windows, atMs, context });
    case 'aggregate':
      return { type: 'vector', samples: aggregated(expr, atMs, context) };
    case 'binary':
      return arithmetic(expr, evaluate(expr.lhs, atMs, context), evaluate(expr.rhs, atMs, context));
    case 'unary':
      return signed(expr.op, evaluate(expr.expr, atMs, context));
    case 'paren':
      return evaluate(expr.expr, atMs, context);
  }
}

function aggregated(expr: Aggregate, atMs: number, context: Context): readonly Sample[] {
  const parameter = expr.parameter === undefined ? undefined : evaluate(expr.parameter, atMs, context);
  return aggregate(expr, vectorOf(evaluate(expr.expr, atMs, context)), parameter);
}

function signed(sign: '+' | '-', value: Value): Value {
  if (sign === '+') return value;
  if (value.type === 'scalar') return { type: 'scalar', value: -value.value };
  return { type: 'vector', samples: distinct(vectorOf(value).map(({ labels, v }) => ({ labels: withoutName(labels), v: -v }))) };
}

function vectorOf(value: Value): readonly Sample[] {
  if (value.type !== 'vector') throw new ExecutionError(`a vector was expected, not a ${value.type}`);
  return value.samples;
}

function lookedAt(shift: Shift, atMs: number, context: Context): number {
  const { at, offsetMs = 0 } = shift;
  const base = typeof at === 'number' ? at : { start: context.startMs, end: context.endMs, now: atMs }[at ?? 'now'];
  return base - offsetMs;
}

function seriesOf(selector: Selector, context: Context): readonly Series[] {
  const known = context.found.get(selector);
  if (known !== undefined) return known;
  const found = context.storage
    .series()
    .filter(({ labels }) => matchesAll(selector.matchers, labels))
    .toSorted((a, b) => compareLabels(a.labels, b.labels));
  context.found.set(selector, found);
  return found;
}

/** The newest point of each series, unless it is too old or the series ended. */
function instant(selector: Selector, atMs: number, context: Context): { labels: Labels; point: Point }[] {
  const at = lookedAt(selector.shift, atMs, context);
  const from = context.closedWindows ? at - lookbackMs : at - lookbackMs + 1;
  return seriesOf(selector, context).flatMap((series) => {
    const point = series.between(from, at).at(-1);
    spend(context, 1);
    return point === undefined || point.isStale === true ? [] : [{ labels: series.labels, point }];
  });
}

/** A range's points, series by series, and where it begins and ends. */
export type Windows = { fromMs: number; toMs: number; series: readonly PointSeries[] };

function windows(expr: MatrixSelector | Subquery, atMs: number, context: Context): Windows {
  const toMs = lookedAt(expr.type === 'matrix' ? expr.selector.shift : expr.shift, atMs, context);
  const fromMs = toMs - expr.rangeMs;
  const series = expr.type === 'matrix' ? recorded(expr, { fromMs, toMs }, context) : repeated(expr, { fromMs, toMs }, context);
  for (const { points } of series) spend(context, points.length);
  return { fromMs, toMs, series: series.filter(({ points }) => points.length > 0) };
}

type Span = { fromMs: number; toMs: number };

function recorded(expr: MatrixSelector, { fromMs, toMs }: Span, context: Context): PointSeries[] {
  const first = context.closedWindows ? fromMs : fromMs + 1;
  return seriesOf(expr.selector, context).map((series) => ({
    labels: series.labels,
    points: series.between(first, toMs).filter(({ isStale }) => isStale !== true),
  }));
}

/** A subquery's steps are multiples of its step, whatever the moment of the question. */
function repeated(expr: Subquery, { fromMs, toMs }: Span, context: Context): PointSeries[] {
  const stepMs = expr.stepMs ?? defaultStepMs;
  const first = stepMs * Math.ceil((context.closedWindows ? fromMs : fromMs + 1) / stepMs);
  const found = new Map<string, { labels: Labels; points: Point[] }>();
  for (let t = first; t <= toMs; t += stepMs) {
    spend(context, stepCost);
    collect(found, t, evaluate(expr.expr, t, context));
  }
  return [...found.values()];
}

/** Adds what an expression gives at one moment to the series of a range. */
export function collect(found: Map<string, { labels: Labels; points: Point[] }>, t: number, value: Value): void {
  const samples = value.type === 'scalar' ? [{ labels: new Map<string, string>(), v: value.value }] : vectorOf(value);
  for (const { labels, v } of samples) {
    const key = keyOf(labels);
    const series = found.get(key) ?? { labels, points: [] };
    series.points.push({ t, v });
    found.set(key, series);
  }
}

function spend(context: Context, points: number): void {
  context.budget.points -= points;
  if (context.budget.points < 0) throw new ExecutionError('query processing would load too many samples into memory in query execution');
}
