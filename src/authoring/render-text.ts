import type { Finding, LintedCommand, LintReport } from './finding.ts';

const MARKS: Readonly<Record<Finding['severity'], string>> = { error: 'error', warning: 'warning', note: 'note' };

/** The report for people: findings by file, then which lines stay manual and why, then the counts. */
export function renderLintText({ commands, findings }: LintReport): string {
  const lines: string[] = [];
  for (const file of new Set(findings.map((finding) => finding.file))) {
    lines.push(file);
    for (const finding of findings.filter((candidate) => candidate.file === file)) lines.push(...findingLines(finding));
    lines.push('');
  }
  const manual = reasonsOf(commands);
  if (manual.length > 0) lines.push('Lines that stay manual:', ...manual, '');
  lines.push(countLine(commands), findingLine(findings));
  return `${lines.join('\n')}\n`;
}

function findingLines({ line, severity, rule, message, text, expected, fix }: Finding): string[] {
  const shown = text.split('\n', 1)[0] ?? '';
  return [`  ${line}: ${MARKS[severity]} ${rule}: ${message}`, `      ${shown}`, `      expected: ${expected}`, ...indent(fix)];
}

function indent(fix: string): string[] {
  const [first = '', ...more] = fix.split('\n');
  return [`      write: ${first}`, ...more.map((line) => `             ${line}`)];
}

function reasonsOf(commands: readonly LintedCommand[]): string[] {
  const counts = new Map<string, number>();
  for (const { kind, reason } of commands)
    if (kind === 'manual') counts.set(reason ?? 'unknown', (counts.get(reason ?? 'unknown') ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([reason, count]) => `  ${String(count).padStart(4)}  ${reason}`);
}

function countLine(commands: readonly LintedCommand[]): string {
  const count = (kind: LintedCommand['kind']) => commands.filter((command) => command.kind === kind).length;
  return `${commands.length} commands: ${count('diagnostic')} diagnostics, ${count('mitigation')} mitigations, ${count('parameters')} need parameters, ${count('manual')} manual.`;
}

function findingLine(findings: readonly Finding[]): string {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  return `${count('error')} errors, ${count('warning')} warnings, ${count('note')} notes.`;
}
