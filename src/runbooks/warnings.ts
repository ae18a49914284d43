import type { RunbookWarning } from './runbook.ts';

/** Collects one warning; the file and the text of the line are added by `createReport`. */
export type Report = (warning: { code: RunbookWarning['code']; line: number; expected: string; fix: string }) => void;

/** A collector for the warnings of one file, in the order of its lines when read. */
export function createReport(file: string, lines: readonly string[]): { report: Report; warnings: () => RunbookWarning[] } {
  const collected: RunbookWarning[] = [];
  return {
    report: ({ code, line, expected, fix }) => collected.push({ code, file, line, text: lines[line - 1] ?? '', expected, fix }),
    warnings: () => collected.toSorted((a, b) => a.line - b.line),
  };
}
