import { badParameter, labelsText, list, refusal, success, valueText } from './answer-text.ts';
import type { Reply } from './answer-text.ts';
import type { Expr } from './promql/ast.ts';
import { typeName, typeOf } from './promql/check.ts';
import { describeParseError, ExecutionError, ParseError } from './promql/errors.ts';
import { collect, createContext, evaluate } from './promql/evaluate.ts';
import { compareLabels, compareText } from './promql/labels.ts';
import type { Labels } from './promql/labels.ts';
import { matchesAll } from './promql/matchers.ts';
import { parsePromql } from './promql/parse.ts';
import type { Point, Series } from './promql/storage.ts';
import type { Value } from './promql/value.ts';
import { readStep, readTime } from './times.ts';

/** What the questions are about: series, and how the moments of a question lie in the series' own time. */
export type Subject = {
  series: readonly Series[];
  time: { toStory(clockMs: number): number; toClock(storyMs: number): number };
  nowMs: number;
  closedWindows?: boolean;
};

type Form = Pick<URLSearchParams, 'get' | 'getAll'>;

const maxPointsPerSeries = 11_000;

/** Answers one call of the HTTP API (`path` without `/api/v1/`); undefined where there is no such call. */
export function answerApi(path: string, form: Form, subject: Subject): Reply | undefined {
  const labelValues = /^label\/([^/]+)\/values$/.exec(path)?.[1];
  if (labelValues !== undefined) return selected(form, subject, (labels) => valuesOf(labels, labelValues));
  switch (path) {
    case 'query':
      return query(form, subject);
    case 'query_range':
      return queryRange(form, subject);
    case 'labels':
      return selected(form, subject, (all) => uniqueTexts(all.flatMap((labels) => [...labels.keys()])));
    case 'series':
      if (form.getAll('match[]').length === 0) return refusal(400, 'bad_data', 'no match[] parameter provided');
      return selected(form, subject, (all) => list(all.toSorted(compareLabels).map(labelsText)));
    case 'status/buildinfo':
      return success(JSON.stringify({ version: '3.0.0-simulated', revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' }));
    case 'rules':
      return success('{"groups":[]}');
    case 'alerts':
      return success('{"alerts":[]}');
    default:
      return undefined;
  }
}

function query(form: Form, subject: Subject): Reply {
  const promql = form.get('query') ?? '';
  const time = form.get('time');
  const at = time === null || time === '' ? subject.nowMs : readTime(time);
  if (at === undefined) return badParameter('time', cannotParse(time, 'timestamp'));
  return evaluated(promql, (expr) => {
    const storyMs = subject.time.toStory(at);
    const value = evaluate(expr, storyMs, contextFor(subject, storyMs, storyMs));
    return success(valueText(inClockTime(value, subject), at));
  });
}

/** A range's points lie in the story's time; whoever asked lives in the clock's. */
function inClockTime(value: Value, { time }: Subject): Value {
  if (value.type !== 'matrix') return value;
  const moved = (points: readonly Point[]) => points.map((point) => ({ ...point, t: time.toClock(point.t) }));
  const series = value.series.map(({ labels, points }) => ({ labels, points: moved(points) }));
  return { type: 'matrix', series: series.toSorted((a, b) => compareLabels(a.labels, b.labels)) };
}

function contextFor({ series, closedWindows }: Subject, startMs: number, endMs: number) {
  return createContext({ series: () => series }, { startMs, endMs, ...(closedWindows === undefined ? {} : { closedWindows }) });
}

function queryRange(form: Form, subject: Subject): Reply {
  const range = readRange(form);
  if ('status' in range) return range;
  const { startMs, endMs, stepMs } = range;
  return evaluated(form.get('query') ?? '', (expr) => {
    const type = typeOf(expr);
    if (type !== 'scalar' && type !== 'vector')
      return refusal(
        400,
        'bad_data',
        `invalid expression type ${JSON.stringify(typeName(type))} for range query, must be Scalar or instant Vector`,
      );
    const toStory = (clockMs: number) => subject.time.toStory(clockMs);
    const context = contextFor(subject, toStory(startMs), toStory(endMs));
    const found = new Map<string, { labels: Labels; points: Point[] }>();
    for (let t = startMs; t <= endMs; t += stepMs) collect(found, t, evaluate(expr, toStory(t), context));
    const series = [...found.values()].toSorted((a, b) => compareLabels(a.labels, b.labels));
    return success(valueText({ type: 'matrix', series }, endMs));
  });
}

type Range = { startMs: number; endMs: number; stepMs: number };

function readRange(form: Form): Range | Reply {
  const [start, end, step] = [form.get('start') ?? '', form.get('end') ?? '', form.get('step') ?? ''];
  const [startMs, endMs, stepMs] = [readTime(start), readTime(end), readStep(step)];
  if (startMs === undefined) return badParameter('start', cannotParse(start, 'timestamp'));
  if (endMs === undefined) return badParameter('end', cannotParse(end, 'timestamp'));
  if (endMs < startMs) return badParameter('end', 'end timestamp must not be before start time');
  if (stepMs === undefined) return badParameter('step', cannotParse(step, 'duration'));
  if (stepMs <= 0) return badParameter('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer');
  if ((endMs - startMs) / stepMs > maxPointsPerSeries)
    return refusal(
      400,
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  return { startMs, endMs, stepMs };
}

function cannotParse(text: string | null, what: string): string {
  return `cannot parse ${JSON.stringify(text ?? '')} to a valid ${what}`;
}

/** Reads a query and does something with it; what is wrong with it is answered as Prometheus does. */
function evaluated(promql: string, then: (expr: Expr) => Reply): Reply {
  try {
    return then(parsePromql(promql));
  } catch (error) {
    if (error instanceof ParseError) return badParameter('query', describeParseError(error, promql));
    if (error instanceof ExecutionError) return refusal(422, 'execution', error.message);
    throw error;
  }
}

/** The labels of the series that any of the selectors finds; without selectors, of all. */
function selected(form: Form, { series }: Subject, then: (labels: readonly Labels[]) => string): Reply {
  const texts = form.getAll('match[]');
  const selectors = texts.map((text) => ({ text, expr: selectorIn(text) }));
  const odd = selectors.find(({ expr }) => typeof expr === 'string');
  if (odd !== undefined && typeof odd.expr === 'string') return badParameter('match[]', odd.expr);
  const wanted = selectors.flatMap(({ expr }) => (typeof expr === 'string' ? [] : [expr]));
  const labels = series.map((one) => one.labels);
  return success(then(wanted.length === 0 ? labels : labels.filter((one) => wanted.some(({ matchers }) => matchesAll(matchers, one)))));
}

function selectorIn(text: string): Extract<Expr, { type: 'selector' }> | string {
  try {
    const expr = parsePromql(text);
    return expr.type === 'selector' ? expr : '1:1: parse error: a series selector was expected';
  } catch (error) {
    if (error instanceof ParseError) return describeParseError(error, text);
    throw error;
  }
}

function valuesOf(all: readonly Labels[], name: string): string {
  return uniqueTexts(all.flatMap((labels) => labels.get(name) ?? []));
}

function uniqueTexts(texts: readonly string[]): string {
  return list([...new Set(texts)].toSorted(compareText).map((text) => JSON.stringify(text)));
}
