import type { QueryAnswer } from '../doors/prometheus-door.ts';
import { bars } from './bars.ts';
import { places, usualStep } from './lines.ts';
import { compactNumber, withUnit } from './numbers.ts';
import { fontFamily, plotSvg } from './plot.ts';
import { byHeight, highestOf, lastOf, lowestOf, namedSeries, nameOf } from './series.ts';
import type { NamedSeries } from './series.ts';
import { fitted, fittedName, svgText, textWidth, wrapped } from './svg-text.ts';
import { darkTheme, lightTheme } from './theme.ts';
import type { Theme } from './theme.ts';

export type ChartOptions = {
  title: string;
  unit?: string;
  /** The value beyond which it is bad. */
  threshold?: number;
  incidentStart?: Date;
  dark?: boolean;
};

const maxSeries = 8;
const width = 360;
const margin = 12;
const inner = width - 2 * margin;
const rowHeight = 19;
const plotHeight = 190;

type Block = { height: number; svg: string };

/** The picture of an answer as SVG, 360 wide: lines over time, or bars for a moment. The same answer always gives the same text. */
export function pictureSvg(answer: QueryAnswer, options: ChartOptions): string {
  const theme = options.dark === true ? darkTheme : lightTheme;
  const named = namedSeries(answer);
  const series = byHeight(named).filter(({ points }) => points.length > 0);
  const shown = series.slice(0, maxSeries);
  const blocks = [
    titleBlock(options, theme),
    shown.length === 0 ? emptyBlock(answer, theme) : bodyBlock(answer, { shown, options, theme }),
    ...notes(answer, named, series).map((text) => noteBlock(text, theme)),
  ];
  return stacked(blocks, theme);
}

function stacked(blocks: readonly Block[], theme: Theme): string {
  let y = margin;
  const parts: string[] = [];
  for (const { height, svg } of blocks) {
    parts.push(`<g transform="translate(${margin} ${y})">${svg}</g>`);
    y += height;
  }
  const height = Math.ceil(y + margin / 2);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fontFamily}">` +
    `<rect width="${width}" height="${height}" fill="${theme.background}"/>${parts.join('')}</svg>`
  );
}

function textAt(place: { x: number; y: number; size: number; color: string; weight?: string; anchor?: string }, text: string): string {
  const { x, y, size, color, weight = 'normal', anchor = 'start' } = place;
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${color}">${svgText(text)}</text>`;
}

function titleBlock({ title, unit }: ChartOptions, theme: Theme): Block {
  const whole = unit === undefined || unit === '' ? title : `${title} (${unit})`;
  const lines = wrapped(whole, 14, { width: inner, lines: 2 });
  const svg = lines.map((line, index) => textAt({ x: 0, y: 13 + index * 18, size: 14, color: theme.text, weight: 'bold' }, line)).join('');
  return { height: lines.length * 18 + 4, svg };
}

function emptyBlock(answer: QueryAnswer, theme: Theme): Block {
  const reason = answer.series.length === 0 ? 'No data' : 'No finite values';
  const frame = `<rect x="0.5" y="4.5" width="${inner - 1}" height="90" rx="4" fill="none" stroke="${theme.grid}"/>`;
  const words = textAt({ x: inner / 2, y: 54, size: 16, color: theme.faint, anchor: 'middle' }, reason);
  return { height: 104, svg: frame + words };
}

type Body = { shown: readonly NamedSeries[]; options: ChartOptions; theme: Theme };

function bodyBlock(answer: QueryAnswer, body: Body): Block {
  return answer.type === 'matrix' ? linesBlock(body) : bars(body, inner);
}

function linesBlock({ shown, options, theme }: Body): Block {
  const stepMs = usualStep(shown);
  const moments = shown.flatMap(({ points }) => points.map(({ atMs }) => atMs));
  const [fromMs, lastMs] = [moments.reduce((a, b) => Math.min(a, b)), moments.reduce((a, b) => Math.max(a, b))];
  const { unit, threshold, incidentStart } = options;
  const plot = plotSvg(
    {
      width: inner,
      height: plotHeight,
      lines: shown.map(({ points }) => places(points, stepMs)),
      fromMs,
      // A single moment needs some room to be seen in.
      toMs: lastMs > fromMs ? lastMs : fromMs + 60_000,
      ...(unit === undefined ? {} : { unit }),
      ...(threshold === undefined ? {} : { threshold }),
      ...(incidentStart === undefined ? {} : { incidentStartMs: incidentStart.getTime() }),
    },
    theme,
  );
  const legend = shown.map((series, index) => legendRow(series, { index, options, theme }));
  const rows = legend.map((row, index) => `<g transform="translate(0 ${plotHeight + 4 + index * rowHeight})">${row}</g>`);
  return { height: plotHeight + 6 + legend.length * rowHeight, svg: `<g>${plot}</g>${rows.join('')}` };
}

type Row = { index: number; options: ChartOptions; theme: Theme };

/** A line as it is drawn, whose it is, and what it is now. A series that is alone says its range instead of a name. */
function legendRow(series: NamedSeries, { index, options, theme }: Row): string {
  const style = theme.series[index % theme.series.length];
  const { color = theme.text, dash = [] } = style ?? {};
  const stroke = dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
  const value = withUnit(lastOf(series)?.value ?? Number.NaN, options.unit);
  const room = inner - 30 - textWidth(value, 12) - 10;
  const name = series.labels.length === 0 ? rangeOf(series) : nameOf(series, 'short');
  return (
    `<line x1="0" y1="9" x2="22" y2="9" stroke="${color}" stroke-width="3"${stroke}/>` +
    textAt({ x: 30, y: 13, size: 12, color: theme.text }, fittedName(name, 12, room)) +
    textAt({ x: inner, y: 13, size: 12, color: theme.text, weight: 'bold', anchor: 'end' }, value)
  );
}

function rangeOf({ points }: NamedSeries): string {
  const [low, high] = [lowestOf(points), highestOf(points)];
  if (low === undefined || high === undefined) return '';
  return `lowest ${compactNumber(low.value)}, highest ${compactNumber(high.value)}, last`;
}

/** What the picture does not show, and in which time it is told. */
function notes(answer: QueryAnswer, named: readonly NamedSeries[], series: readonly NamedSeries[]): string[] {
  const rest = series.slice(maxSeries);
  const lasts = rest.flatMap((one) => lastOf(one) ?? []);
  const [low, high] = [lowestOf(lasts)?.value ?? Number.NaN, highestOf(lasts)?.value ?? Number.NaN];
  const odd = named.reduce((sum, { oddPoints }) => sum + oddPoints, 0);
  return [
    ...(rest.length === 0 ? [] : [`and ${rest.length} more series, last between ${compactNumber(low)} and ${compactNumber(high)}`]),
    ...(odd === 0 || series.length === 0 ? [] : [`${odd} ${odd === 1 ? 'value' : 'values'} NaN or infinite, not drawn`]),
    ...spanNote(answer, series),
  ];
}

function spanNote({ type }: QueryAnswer, series: readonly NamedSeries[]): string[] {
  const moments = series.flatMap(({ points }) => points.map(({ atMs }) => atMs));
  const [first] = moments;
  if (first === undefined) return [];
  const from = moments.reduce((a, b) => Math.min(a, b), first);
  const to = moments.reduce((a, b) => Math.max(a, b), first);
  const text = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  if (type === 'vector') return [`${text(to)} UTC`];
  const end = text(from).slice(0, 10) === text(to).slice(0, 10) ? text(to).slice(11) : text(to);
  return [`${text(from)} to ${end} UTC`];
}

function noteBlock(text: string, theme: Theme): Block {
  return { height: 16, svg: textAt({ x: 0, y: 11, size: 11, color: theme.faint }, fitted(text, 11, inner)) };
}
