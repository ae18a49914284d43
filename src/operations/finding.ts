import type { ScriptResult } from '../interpreter/script.ts';
import type { ScriptEnd } from './script-end.ts';
import { readTables } from './tables.ts';

const maxLength = 160;

/** One line about how a script ended: what went wrong, what Prometheus says, what a table shows, or what was printed. */
export function findingOf(result: ScriptResult, end: ScriptEnd, said: readonly string[]): string {
  if (result.problem !== undefined) return short(result.problem);
  if (result.refusals.length > 0) return short([...result.refusals, ...said, ...printed(result, said.length > 0)].join(' · '));
  if (end.matchedNothing) return 'no line matches';
  if (!end.isGood) return short(complaintOf(result, end));
  return short([...said, ...printed(result, said.length > 0)].join(' · '));
}

function complaintOf(result: ScriptResult, { failed }: ScriptEnd): string {
  const complaint = complaintIn(result.stderr.head + result.stderr.tail);
  const after = complaint === '' ? '' : `: ${complaint}`;
  if (result.calls.length > 1 && failed.length > 0) return `${failed.length} of ${result.calls.length} commands failed${after}`;
  return complaint === '' ? `exit status ${result.exitCode}` : complaint;
}

/** What programs say of a failure, rather than the notes around it. */
function complaintIn(text: string): string {
  const lines = text.trim().split('\n');
  return (
    lines.findLast((line) => /^(?:error|Error|curl:|The connection|Unable|Warning)|command not found/.test(line)) ?? lines.at(-1) ?? ''
  );
}

/** What a script printed: tables in words, the rest by its lines. Answers of Prometheus were printed as well, and are told already. */
function printed({ stdout, stderr }: ScriptResult, areAnswersTold: boolean): readonly string[] {
  const { sentences, rest } = readTables(stdout.head + stdout.tail);
  const lines = rest.filter((line) => line.trim() !== '' && !(areAnswersTold && /^(?:\{"status":|note: |Every \d)/.test(line)));
  if (lines.length > 0) return [...sentences, linesInWords(lines, stdout.droppedBytes > 0)];
  if (sentences.length > 0 || areAnswersTold) return sentences;
  return [stderr.head.trim().split('\n').at(-1) || 'nothing printed'];
}

function linesInWords(lines: readonly string[], isCut: boolean): string {
  const last = lines.at(-1) ?? '';
  if (lines.length === 1 && !isCut) return last;
  return `${isCut ? 'more than ' : ''}${lines.length} lines, the last: ${last}`;
}

/** One line of a length that is read at a glance, without colours and other control characters. */
export function short(text: string): string {
  const plain = text.replaceAll(/\p{Cc}\[[0-9;?]*[A-Za-z]/gu, '').replaceAll(/\s+/g, ' ');
  const line = plain.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`;
}
