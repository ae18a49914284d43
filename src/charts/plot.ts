import { LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Place } from './lines.ts';
import { compactNumber, withUnit } from './numbers.ts';
import { svgText } from './svg-text.ts';
import type { Theme } from './theme.ts';

export type Plot = {
  width: number;
  height: number;
  lines: readonly (readonly Place[])[];
  fromMs: number;
  toMs: number;
  unit?: string;
  threshold?: number;
  incidentStartMs?: number;
};

export const fontFamily = 'DejaVu Sans Condensed';
const fontSize = 11;
const dayMs = 24 * 60 * 60_000;

/** The plot alone, as the inside of an SVG of its size. The same plot always gives the same text. */
export function plotSvg(plot: Plot, theme: Theme): string {
  use([LineChart, GridComponent, MarkLineComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: plot.width, height: plot.height });
  try {
    chart.setOption({
      animation: false,
      useUTC: true,
      textStyle: { fontFamily, fontSize },
      grid: { left: 44, right: 14, top: 20, bottom: 22 },
      xAxis: timeAxis(plot, theme),
      yAxis: valueAxis(plot, theme),
      series: [...plot.lines.map((line, index) => lineOf(line, theme, index)), marks(plot, theme)],
    });
    return tidy(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** Only what is drawn: no frame, no styles for a pointer, and no ids that count up from picture to picture. */
function tidy(svg: string): string {
  return svg
    .replace(/^<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replaceAll(/<style[^]*?<\/style>/g, '')
    .replaceAll(/ (?:class="zr\d+-cls-\d+"|ecmeta_\w+="\w*"|pointer-events="\w+")/g, '')
    .replaceAll(/\bzr\d+-/g, 'zr-');
}

function timeAxis({ fromMs, toMs, width }: Plot, theme: Theme) {
  return {
    type: 'time',
    min: fromMs,
    max: toMs,
    splitNumber: Math.max(2, Math.floor(width / 80)),
    axisLine: { lineStyle: { color: theme.faint } },
    axisTick: { lineStyle: { color: theme.faint } },
    axisLabel: { color: theme.faint, fontSize, hideOverlap: true, formatter: (ms: number) => timeLabel(ms, toMs - fromMs) },
  };
}

function timeLabel(ms: number, spanMs: number): string {
  const text = new Date(ms).toISOString();
  if (spanMs < 10 * 60_000) return text.slice(11, 19);
  const isMidnight = ms % dayMs === 0;
  if (spanMs > 2 * dayMs || isMidnight) return isMidnight ? text.slice(5, 10) : `${text.slice(5, 10)} ${text.slice(11, 16)}`;
  return text.slice(11, 16);
}

function valueAxis({ lines, threshold }: Plot, theme: Theme) {
  const values = lines.flatMap((line) => line.flatMap(({ value }) => value ?? [])).concat(threshold ?? []);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // A line that hardly moves far above zero would be flat if zero had to be seen.
  const isFarFromZero = high - low < 0.3 * high && low > 0;
  return {
    type: 'value',
    scale: isFarFromZero,
    splitNumber: 4,
    axisLabel: { color: theme.faint, fontSize, formatter: compactNumber },
    splitLine: { lineStyle: { color: theme.grid } },
  };
}

function lineOf(line: readonly Place[], theme: Theme, index: number) {
  const style = theme.series[index % theme.series.length];
  const { color = theme.text, dash = [] } = style ?? {};
  return {
    type: 'line',
    silent: true,
    connectNulls: false,
    showSymbol: true,
    lineStyle: { color, width: 2, type: dash.length === 0 ? 'solid' : [...dash] },
    itemStyle: { color },
    data: line.map(({ atMs, value, isLone }) => ({ value: [atMs, value], symbol: isLone ? 'circle' : 'none', symbolSize: 5 })),
  };
}

/** The threshold and the start of the incident. An unseen point keeps the threshold within the picture. */
function marks({ fromMs, toMs, unit, threshold, incidentStartMs }: Plot, theme: Theme) {
  const limit = threshold === undefined ? [] : [thresholdMark(svgText(`limit ${withUnit(threshold, unit)}`), threshold, theme)];
  const isInside = incidentStartMs !== undefined && incidentStartMs >= fromMs && incidentStartMs <= toMs;
  const start = isInside ? [incidentMark(incidentStartMs, (incidentStartMs - fromMs) / (toMs - fromMs), theme)] : [];
  return {
    type: 'line',
    silent: true,
    symbol: 'none',
    lineStyle: { opacity: 0 },
    data: threshold === undefined ? [] : [[fromMs, threshold]],
    markLine: { silent: true, symbol: 'none', animation: false, data: [...limit, ...start] },
  };
}

function thresholdMark(text: string, threshold: number, theme: Theme) {
  return {
    yAxis: threshold,
    lineStyle: { color: theme.threshold, type: [7, 4], width: 1.5 },
    label: { formatter: () => text, position: 'insideStartTop', color: theme.threshold, fontSize, distance: 3 },
  };
}

function incidentMark(atMs: number, share: number, theme: Theme) {
  const text = `incident ${new Date(atMs).toISOString().slice(11, 16)}`;
  const align = share < 0.15 ? 'left' : share > 0.85 ? 'right' : 'center';
  return {
    xAxis: atMs,
    lineStyle: { color: theme.incident, type: [2, 3], width: 1.5 },
    label: { formatter: () => text, position: 'end', align, color: theme.incident, fontSize, distance: 4 },
  };
}
