import type { LintReport } from '../authoring/finding.ts';
import { lintSources } from '../authoring/lint.ts';
import { loadSources, NoSuchPath } from '../authoring/load-sources.ts';
import { renderSarif } from '../authoring/render-sarif.ts';
import { renderLintText } from '../authoring/render-text.ts';
import { systemClock } from '../kernel/clock.ts';
import { readArguments } from './arguments.ts';
import { exitStatus, UsageError } from './cli-command.ts';
import type { CliCommand } from './cli-command.ts';

const RENDERERS: Readonly<Record<string, (report: LintReport) => string>> = {
  text: renderLintText,
  json: (report) => `${JSON.stringify(report, undefined, 2)}\n`,
  sarif: renderSarif,
};

/** Checks runbooks for their authors. Exit status 0: no errors; 1: at least one finding is an error; 66: a path names nothing. */
export const lint: CliCommand = {
  name: 'lint',
  summary: 'say which lines of runbooks run, which stay manual and why, and what is wrong',
  usage: [
    'usage: tocsin lint [--format text|json|sarif] PATH...',
    '',
    '  PATH       a runbook, or a folder of them with its alert rules',
    '  --format   text (default) for people, json with every command line, sarif for code hosts',
  ].join('\n'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, { format: { type: 'string', default: 'text' } });
    const render = Object.hasOwn(RENDERERS, values.format) ? RENDERERS[values.format] : undefined;
    if (render === undefined) throw new UsageError(`there is no format "${values.format}": use text, json or sarif`);
    if (positionals.length === 0) throw new UsageError('name at least one runbook or folder');
    try {
      const report = lintSources(await loadSources(positionals), systemClock.now().toISOString().slice(0, 10));
      terminal.out(render(report));
      return report.findings.some((finding) => finding.severity === 'error') ? exitStatus.failed : exitStatus.ok;
    } catch (error) {
      if (!(error instanceof NoSuchPath)) throw error;
      terminal.err(`tocsin lint: ${error.message}\n`);
      return exitStatus.noInput;
    }
  },
};
