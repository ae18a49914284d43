import { withUnit } from './numbers.ts';
import { lastOf, nameOf } from './series.ts';
import type { NamedSeries } from './series.ts';
import { fittedName, svgText, textWidth } from './svg-text.ts';
import type { Theme } from './theme.ts';

type Bars = { shown: readonly NamedSeries[]; options: { unit?: string; threshold?: number }; theme: Theme };

const barHeight = 10;
const rowHeight = 34;

/** The values of one moment as bars with their names above them. A series that is alone needs no name. */
export function bars({ shown, options, theme }: Bars, width: number): { height: number; svg: string } {
  const { threshold } = options;
  const values = shown.map((series) => lastOf(series)?.value ?? 0);
  const [low, high] = [Math.min(0, threshold ?? 0, ...values), Math.max(0, threshold ?? 0, ...values)];
  const x = (value: number) => (high === low ? 0 : (width * (value - low)) / (high - low));
  const rows = shown.map((series, index) => row(series, { y: index * rowHeight, x, width, options, theme }));
  const height = shown.length * rowHeight + 2;
  return { height: height + (threshold === undefined ? 0 : 16), svg: rows.join('') + limit({ options, theme, width, x, height }) };
}

type Row = { y: number; x: (value: number) => number; width: number; options: Bars['options']; theme: Theme };

function row(series: NamedSeries, { y, x, width, options, theme }: Row): string {
  const value = lastOf(series)?.value ?? 0;
  const [from, to] = [Math.min(x(0), x(value)), Math.max(x(0), x(value))];
  const said = withUnit(value, options.unit);
  const name = fittedName(nameOf(series, 'short'), 12, width - textWidth(said, 12) - 12);
  const color = theme.series[0]?.color ?? theme.text;
  return (
    `<text x="0" y="${y + 13}" font-size="12" fill="${theme.text}">${svgText(name)}</text>` +
    `<text x="${width}" y="${y + 13}" font-size="12" font-weight="bold" text-anchor="end" fill="${theme.text}">${svgText(said)}</text>` +
    `<rect x="0" y="${y + 18}" width="${width}" height="${barHeight}" rx="2" fill="${theme.grid}"/>` +
    `<rect x="${rounded(from)}" y="${y + 18}" width="${rounded(Math.max(1.5, to - from))}" height="${barHeight}" rx="2" fill="${color}"/>`
  );
}

type Limit = { options: Bars['options']; theme: Theme; width: number; x: (value: number) => number; height: number };

function limit({ options, theme, width, x, height }: Limit): string {
  const { threshold, unit } = options;
  if (threshold === undefined) return '';
  const at = rounded(x(threshold));
  const text = `limit ${withUnit(threshold, unit)}`;
  const anchor = at + textWidth(text, 11) > width ? 'end' : 'start';
  return (
    `<line x1="${at}" y1="16" x2="${at}" y2="${height}" stroke="${theme.threshold}" stroke-width="1.5" stroke-dasharray="7 4"/>` +
    `<text x="${at}" y="${height + 11}" font-size="11" text-anchor="${anchor}" fill="${theme.threshold}">${svgText(text)}</text>`
  );
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
