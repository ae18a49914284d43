import { escapeTerminal } from '../../go-format.ts';
import { alignTabs, describeStyle } from '../../tab-writer.ts';

/** A description while it is written: tab-separated text, two spaces for each level. */
export type Sheet = {
  /** Writes without ending the line. */
  write(level: number, text: string): void;
  line(level: number, text: string): void;
};

export const none = '<none>';

/** The aligned text of what `write` puts on the sheet. */
export async function described(fill: (sheet: Sheet) => void | Promise<void>): Promise<string> {
  const parts: string[] = [];
  await fill(sheetOf(parts));
  return alignTabs(escapeTerminal(parts.join('')), describeStyle);
}

/** The same without aligning its columns, as `rollout history --revision` shows a template. */
export function unaligned(fill: (sheet: Sheet) => void): string {
  const parts: string[] = [];
  fill(sheetOf(parts));
  return escapeTerminal(parts.join(''));
}

function sheetOf(parts: string[]): Sheet {
  const write = (level: number, text: string) => void parts.push('  '.repeat(level) + text);
  return { write, line: (level, text) => write(level, `${text}\n`) };
}

/** A sheet whose lines stand further to the right. */
export function indented(sheet: Sheet, by: number): Sheet {
  return { write: (level, text) => sheet.write(level + by, text), line: (level, text) => sheet.line(level + by, text) };
}

type Entries = readonly (readonly [string, string])[];

/** Labels one on a line, the title before the first. */
export function writeLabels(sheet: Sheet, title: string, entries: Entries): void {
  sheet.write(0, `${title}:\t`);
  if (entries.length === 0) return sheet.line(0, none);
  for (const [index, [key, value]] of entries.entries()) sheet.line(0, `${index === 0 ? '' : '\t'}${key}=${value}`);
}

/** Items one on a line, the title before the first; what the title is set in by is before each. */
export function writeItems(sheet: Sheet, title: string, items: readonly string[]): void {
  const indent = title.slice(0, title.length - title.trimStart().length);
  sheet.write(0, `${title}:\t`);
  if (items.length === 0) return sheet.line(0, none);
  for (const [index, item] of items.entries()) sheet.line(0, index === 0 ? item : `${indent}\t${item}`);
}

const longestAnnotation = 140;
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Annotations as labels, long ones on lines of their own and shortened. */
export function writeAnnotations(sheet: Sheet, title: string, entries: Entries): void {
  const shown = entries.filter(([key]) => key !== lastApplied);
  sheet.write(0, `${title}:\t`);
  if (shown.length === 0) return sheet.line(0, none);
  for (const [index, [key, text]] of shown.entries()) {
    if (index > 0) sheet.write(0, '\t');
    writeAnnotation(sheet, key, text.replace(/\n$/, ''));
  }
}

function writeAnnotation(sheet: Sheet, key: string, value: string): void {
  const bytes = (text: string) => Buffer.byteLength(text);
  if (bytes(value) + bytes(key) + 2 <= longestAnnotation && !value.includes('\n')) return sheet.line(0, `${key}: ${value}`);
  sheet.line(0, `${key}:`);
  for (const line of value.split('\n')) sheet.line(0, `\t  ${shortened(line, longestAnnotation - 2)}`);
}

export function shortened(text: string, longest: number): string {
  const bytes = Buffer.from(text);
  return bytes.length > longest ? `${bytes.subarray(0, longest).toString()}...` : text;
}
