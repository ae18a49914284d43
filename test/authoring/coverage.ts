import { readRunbookSteps } from '../../src/reading/read-step.ts';
import type { Runbook } from '../../src/runbooks/runbook.ts';

/** What is counted over the command lines of runbooks, for docs/COVERAGE.md and its test. */
export type Coverage = {
  lines: number;
  tokenised: number;
  doorLines: number;
  typed: number;
  executable: number;
  reasons: readonly (readonly [reason: string, count: number])[];
};

const DOOR_LINE = /(?:^|[\s|;&$(`'"])(?:kubectl|oc|curl|wget)\s/;

export function coverageOf(runbooks: readonly Runbook[]): Coverage {
  const read = runbooks
    .flatMap((runbook) => readRunbookSteps(runbook))
    .flatMap((step) => step.commands)
    .filter(({ command }) => command.kind === 'shell');
  const door = read.filter(({ command }) => DOOR_LINE.test(command.text));
  const reasons = new Map<string, number>();
  for (const { reading } of door.filter(({ reading }) => !reading.executable)) {
    const call = reading.calls.find((candidate) => candidate.effect === 'manual');
    const reason = `${call?.verb ?? call?.program ?? 'line'}: ${reading.reason ?? ''}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const count = (list: typeof read, is: (one: (typeof read)[number]) => boolean) => list.filter(is).length;
  return {
    lines: read.length,
    tokenised: count(read, ({ reading }) => reading.tokenised),
    doorLines: door.length,
    typed: count(door, ({ reading }) => reading.typed),
    executable: count(door, ({ reading }) => reading.executable),
    reasons: [...reasons].toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1)),
  };
}

/** The part of docs/COVERAGE.md that is made from the figures. */
export function coverageTable(coverage: Coverage): string {
  const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)}%`;
  const { lines, tokenised, doorLines, typed, executable, reasons } = coverage;
  return [
    '| of | lines | share |',
    '| --- | --- | --- |',
    `| command lines | ${lines} | |`,
    `| tokenised | ${tokenised} | ${percent(tokenised, lines)} |`,
    `| lines with kubectl, oc, curl or wget | ${doorLines} | |`,
    `| typed, of those | ${typed} | ${percent(typed, doorLines)} |`,
    `| executable once parameters are given, of those | ${executable} | ${percent(executable, doorLines)} |`,
    '',
    '| lines | why the rest is not executable |',
    '| --- | --- |',
    ...reasons.map(([reason, count]) => `| ${count} | ${reason.replaceAll('|', '\\|')} |`),
  ].join('\n');
}
