import type { RunbookSeverity } from './runbook.ts';
import type { Report } from './warnings.ts';

const LEVELS: readonly (readonly [RunbookSeverity['level'], RegExp])[] = [
  ['critical', /^(critical|crit|emergency|fatal|page|sev-?[01]|p[01])\b/i],
  ['warning', /^(warning|warn|sev-?2|p2)\b/i],
  ['info', /^(info|informational|notice|sev-?[345]|p[345])\b/i],
];

/** The level named by the first word of a text such as "Critical - This affects core business functionality". */
function readSeverity(text: string): RunbookSeverity | undefined {
  const start = text.replace(/^\s*(alert\s+)?severity\s*[:：]\s*/i, '').trimStart();
  const level = LEVELS.find(([, pattern]) => pattern.test(start))?.[0];
  return level === undefined ? undefined : { level, text: start.trim() };
}

/** The value of a line "Severity: Warning", wherever prose holds one. */
export function severityLine(text: string): string | undefined {
  return /^\s*(?:alert\s+)?severity\s*[:：]\s*(\S.*)$/im.exec(text)?.[1];
}

/** Reads a stated severity, and reports one that is not a level we know. */
export function readStatedSeverity(stated: { text: string; line: number }, report: Report): RunbookSeverity | undefined {
  const severity = readSeverity(stated.text);
  if (severity === undefined) {
    report({
      code: 'severity',
      line: stated.line,
      expected: 'critical, warning or info as the first word',
      fix: '**Critical** - what it means',
    });
  }
  return severity;
}
