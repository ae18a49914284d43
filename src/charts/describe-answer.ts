import { sampleValue, type QueryAnswer } from '../doors/prometheus-door.ts';
import { compactNumber, withUnit } from './numbers.ts';
import { byLast, highestOf, lastOf, lowestOf, namedSeries, nameOf } from './series.ts';
import type { Measured, NamedSeries } from './series.ts';

/** An answer for people: one sentence, and a table whose cells are plain text from outside. */
export type Description = {
  sentence: string;
  table: { columns: readonly string[]; rows: readonly (readonly string[])[]; leftOut: number };
};

const maxRows = 15;
const minuteMs = 60_000;

/** Says what an answer shows. It reads the values only, so the same answer always reads the same. */
export function describeAnswer(answer: QueryAnswer, how: { unit?: string } = {}): Description {
  const series = byLast(namedSeries(answer));
  return { sentence: sentenceOf(answer, series, how.unit), table: tableOf(answer, series) };
}

function sentenceOf(answer: QueryAnswer, series: readonly NamedSeries[], unit: string | undefined): string {
  const [only, ...others] = series;
  if (only === undefined) return 'no data';
  const shown = series.find(({ points }) => points.length > 0);
  if (shown === undefined) return oddSentence(answer, series.length);
  const said = answer.type === 'matrix' ? course(shown, unit) : now(shown, unit);
  if (others.length === 0) return said;
  const lead = `${series.length} series, highest`;
  return `${lead} ${nameOf(shown, 'full')} ${said}`;
}

/** There are values, and none of them is a number that can be compared. */
function oddSentence(answer: QueryAnswer, count: number): string {
  const text = answer.series.flatMap(({ points }) => points.map(([, value]) => value)).at(-1);
  if (text === undefined) return 'no data';
  return count === 1 ? compactNumber(sampleValue(text)) : `${count} series, none with a finite value`;
}

function now(series: NamedSeries, unit: string | undefined): string {
  const last = lastOf(series);
  return last === undefined ? 'no data' : withUnit(last.value, unit);
}

/** "7.4, rising from 0.4 an hour ago". */
function course({ points }: NamedSeries, unit: string | undefined): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return 'no data';
  const said = withUnit(last.value, unit);
  const span = last.atMs - first.atMs;
  if (span === 0) return said;
  const peak = peakOf(points, first, last);
  const before = isSteady(points) ? `, steady for ${duration(span)}` : change(first, last, span);
  return `${said}${before}${peak === undefined ? '' : `, with a peak of ${compactNumber(peak.value)} at ${clockTime(peak.atMs)} UTC`}`;
}

function change(first: Measured, last: Measured, span: number): string {
  const from = compactNumber(first.value);
  if (from === compactNumber(last.value)) return `, as ${ago(span)}`;
  return `, ${last.value > first.value ? 'rising' : 'falling'} from ${from} ${ago(span)}`;
}

function isSteady(points: readonly Measured[]): boolean {
  const [low, high] = [lowestOf(points)?.value ?? 0, highestOf(points)?.value ?? 0];
  return high - low <= 0.05 * Math.max(Math.abs(low), Math.abs(high));
}

/** The highest value in between, where neither end tells of it. */
function peakOf(points: readonly Measured[], first: Measured, last: Measured): Measured | undefined {
  const peak = highestOf(points);
  if (peak === undefined) return undefined;
  return peak.value > 1.5 * Math.max(first.value, last.value) && peak.value > 0 ? peak : undefined;
}

function duration(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / minuteMs));
  if (minutes < 55) return minutes === 1 ? 'a minute' : `${minutes} minutes`;
  const hours = minutes / 60;
  if (hours < 36) return Math.round(hours) === 1 ? 'an hour' : `${Math.round(hours)} hours`;
  return `${Math.round(hours / 24)} days`;
}

function ago(ms: number): string {
  return `${duration(ms)} ago`;
}

function clockTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 16);
}

function tableOf(answer: QueryAnswer, series: readonly NamedSeries[]): Description['table'] {
  const labels = series[0]?.labels.map(([name]) => name) ?? [];
  const columns = [...labels, ...(answer.type === 'matrix' ? ['first', 'last', 'lowest', 'highest'] : ['value'])];
  const rows = series.map((one) => [...one.labels.map(([, value]) => value), ...figures(answer.type, one)]);
  return { columns, rows: rows.slice(0, maxRows), leftOut: Math.max(0, rows.length - maxRows) };
}

function figures(type: QueryAnswer['type'], series: NamedSeries): string[] {
  const { points, oddPoints } = series;
  const shown = (point: Measured | undefined) =>
    point === undefined ? (oddPoints > 0 ? 'not finite' : 'no data') : compactNumber(point.value);
  if (type === 'vector') return [shown(lastOf(series))];
  return [points[0], points.at(-1), lowestOf(points), highestOf(points)].map(shown);
}
