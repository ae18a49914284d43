import { describeType } from '../reading/parameter.ts';
import { type NumberedReading, readRunbookSteps } from '../reading/read-step.ts';
import { createRunbookMatcher } from '../runbooks/match.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import { lintCommand } from './command-rules.ts';
import type { Finding, FindingDraft, LintedCommand, LintReport } from './finding.ts';
import type { Sources } from './load-sources.ts';
import { lintRunbook } from './runbook-rules.ts';

/** Says of every command line whether and how it runs, and what the authors should change. `today` is `YYYY-MM-DD`. */
export function lintSources(sources: Sources, today: string): LintReport {
  const parts = sources.runbooks.map(({ runbook, file }) => lintOne({ runbook, file }, { sources, today }));
  const unread = sources.failures.map(({ file, reason }): Finding => ({
    file,
    line: 1,
    text: '',
    rule: 'unreadable-file',
    severity: 'error',
    message: reason,
    expected: 'a Markdown file in UTF-8 of at most 1 MiB',
    fix: 'save it as UTF-8',
  }));
  return { commands: parts.flatMap((part) => part.commands), findings: [...unread, ...parts.flatMap((part) => part.findings)] };
}

function lintOne({ runbook, file }: Sources['runbooks'][number], context: { sources: Sources; today: string }): LintReport {
  const steps = readRunbookSteps(runbook);
  const read = steps.flatMap((step) => step.commands);
  const drafts = [
    ...lintRunbook({ runbook, steps, today: context.today, isMatched: isMatched({ runbook, file }, context.sources) }),
    ...read.flatMap(lintCommand),
  ];
  return {
    commands: read.map((one) => entryOf(file, one)),
    findings: drafts.map((draft) => locate(file, draft)).toSorted((a, b) => a.line - b.line),
  };
}

function locate(file: string, { line, text, ...rest }: FindingDraft): Finding {
  return { file, line, text, ...rest };
}

function entryOf(file: string, { command, reading }: NumberedReading): LintedCommand {
  const { tokenised, typed, executable, kind } = reading;
  const parameters = reading.parameters.map(({ name, raw, type }) => ({ name, raw, type: describeType(type) }));
  return {
    file,
    line: command.line,
    command: command.text,
    tokenised,
    typed,
    executable,
    kind,
    parameters,
    reason: reading.reason ?? null,
    fix: reading.fix ?? null,
  };
}

/** An alert of the rule files leads to it, its front matter names one, an index page links it, or its name looks like an alert's. */
function isMatched({ runbook, file }: Sources['runbooks'][number], { alerts, indexed }: Sources): boolean {
  const match = createRunbookMatcher([runbook]);
  if (alerts.some((alert) => match(alert).runbook !== undefined)) return true;
  if (runbook.frontMatter.alerts.length > 0 || indexed.has(file)) return true;
  return alerts.length === 0 && namesAlert(runbook);
}

/** Alerts have names such as KubePodCrashLooping, in the file's name or the title. */
function namesAlert(runbook: Runbook): boolean {
  const stem = runbook.path.replace(/^.*\//, '').replace(/\.\w+$/, '');
  return [stem, runbook.title].some((name) =>
    /^(?:[A-Z][A-Za-z0-9]*[a-z][A-Z][A-Za-z0-9]*|[A-Z]{2,}[A-Z][a-z]\w*|\w*_\w+)$/.test(name.trim()),
  );
}
