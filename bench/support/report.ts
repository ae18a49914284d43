import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

/** One benchmark. `ratio` is how many times better than its aim (or than what it is compared with) it came out: 1 or more is reached. */
export type Row = { name: string; ratio: number; aim: string; isReached: boolean; figures: readonly Figure[]; note?: string };
export type Figure = { name: string; value: number; unit: 'ms' | 's' | 'x' | '%' | '/s' | 'MB' | '' };

/** A row that cannot be measured on this machine, and why. */
export type Skipped = { name: string; skipped: string };

/** A row without an aim: what came out is said. */
type Stated = { name: string; stated: true; figures: readonly Figure[]; note?: string };

export type Outcome = Row | Stated | Skipped;

/** How thorough a measurement is. */
type Effort = { quick: boolean };

export type Benchmark = { name: string; measure(effort: Effort): Promise<readonly Outcome[]> };

export const ms = (name: string, value: number): Figure => ({ name, value, unit: 'ms' });
export const seconds = (name: string, value: number): Figure => ({ name, value, unit: 's' });
export const times = (name: string, value: number): Figure => ({ name, value, unit: 'x' });
export const perSecond = (name: string, value: number): Figure => ({ name, value, unit: '/s' });
export const megabytes = (name: string, bytes: number): Figure => ({ name, value: bytes / 1024 / 1024, unit: 'MB' });
export const count = (name: string, value: number): Figure => ({ name, value, unit: '' });

/** What the machine is, and how busy it was with other things: the figures mean little without it. */
export function environment(): string {
  const [one = 0, five = 0] = loadavg();
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${availableParallelism()} cores (${model}), node ${process.versions.node}, load ${one.toFixed(1)} (5 minutes: ${five.toFixed(1)})`;
}

/** The row as people read it: how it stands to its aim, and below the figures. */
export function rowLine(row: Outcome): string {
  if ('skipped' in row) return `  skipped  ${row.name}: ${row.skipped}`;
  const note = row.note === undefined ? '' : ` (${row.note})`;
  const title =
    'stated' in row
      ? `${''.padStart(9)}  stated   ${row.name}${note}`
      : `${`${round(row.ratio)}x`.padStart(9)}  ${row.isReached ? 'reached' : 'MISSED '}  ${row.name}; aim ${row.aim}${note}`;
  const figures = row.figures.map(({ name, value, unit }) => `${name} ${round(value)}${unit === '' ? '' : ` ${unit}`}`).join(', ');
  return figures === '' ? title : `${title}\n${''.padStart(20)}${figures}`;
}

export function round(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Keeps the figures as JSON beside the benchmarks; the folder is not in version control. */
export function writeReport(name: string, content: object): string {
  const file = `${outFolder()}${name}.json`;
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
  return file;
}

/** Where benchmarks may write; ends in a slash. */
export function outFolder(): string {
  const folder = fileURLToPath(new URL('../out/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  return folder;
}
