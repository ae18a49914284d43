import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { chooseStep, sourcesOf } from '../executions/step-source.ts';
import type { Chosen } from '../executions/step-source.ts';
import { checkedValues, missingValues } from '../executions/step-values.ts';
import { describeError, TocsinError } from '../kernel/errors.ts';
import type { StepSource } from '../operations/plan.ts';
import { describeType } from '../reading/parameter.ts';
import { parseRunbook } from '../runbooks/parse.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import { readArguments } from './arguments.ts';
import { exitStatus, UsageError } from './cli-command.ts';
import type { CliCommand, Terminal } from './cli-command.ts';
import { renderPlanned } from './render-plan.ts';
import type { Planned } from './render-plan.ts';
import { clusterOptions, withTerminalTools } from './terminal-tools.ts';
import type { TerminalTools } from './terminal-tools.ts';

/** Prints the plan of a step. Exit status 0: there is one, or the step only reads; 1: there is none; 66: no such file or step; 78: configuration. */
export const plan: CliCommand = {
  name: 'plan',
  summary: 'show what a step of a runbook would change, and change nothing',
  usage: [
    'usage: tocsin plan FILE#STEP [NAME=VALUE ...] [--format text|json] [--context NAME] [--namespace NS]',
    '',
    '  FILE#STEP           a runbook and the number of a step, or of one command of it: video.md#5, video.md#5.2',
    '  NAME=VALUE          for what the step leaves open, such as pod=web-1',
    '  --format            text (default) for people, json with the whole plan',
    '  --context NAME      of the kubeconfig (KUBECONFIG, else ~/.kube/config); default: the current one',
    '  -n, --namespace NS  what a command without -n means; default: as tocsin.yaml says, else the context',
    '',
    'The step runs with live reads, and each change is sent to the API server as a dry run.',
  ].join('\n'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, { ...clusterOptions, format: { type: 'string', default: 'text' } });
    const { format } = values;
    if (format !== 'text' && format !== 'json') throw new UsageError(`there is no format "${format}": use text or json`);
    const [place = '', ...given] = positionals;
    const request = { ...readPlace(place), values: readValues(given) };
    const runbook = await readRunbook(request.file, terminal);
    if (runbook === undefined) return exitStatus.noInput;
    return await withTerminalTools({ command: 'plan', terminal, choice: values }, async (opened) => {
      const chosen = chooseStep(opened.tools.read(runbook), request.number);
      if (chosen === undefined) {
        const last = runbook.steps.at(-1)?.number ?? 0;
        terminal.err(`tocsin plan: there is no ${request.number} in ${request.file}: its steps are 1 to ${last}\n`);
        return exitStatus.noInput;
      }
      const planned = await planChosen(opened, sourcesFor(chosen, runbook, request.values), { chosen, terminal });
      terminal.out(format === 'json' ? `${JSON.stringify(planned, undefined, 2)}\n` : renderPlanned(planned));
      return planned.outcome === 'planned' || planned.outcome === 'reads' ? exitStatus.ok : exitStatus.failed;
    });
  },
};

function readPlace(place: string): { file: string; number: string } {
  const [, file, number] = /^(.+)#([1-9]\d{0,3}(?:\.[1-9]\d{0,3})?)$/s.exec(place) ?? [];
  if (file === undefined || number === undefined) throw new UsageError('name a step, for example video.md#5');
  return { file, number };
}

async function readRunbook(file: string, terminal: Terminal): Promise<Runbook | undefined> {
  try {
    return parseRunbook({ path: basename(file), text: await readFile(file, 'utf8') });
  } catch (error) {
    terminal.err(`tocsin plan: ${describeError(error)}\n`);
    return undefined;
  }
}

function readValues(words: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^([A-Za-z_][\w-]{0,62})=(.*)$/s.exec(word) ?? [];
      if (name === undefined || value === undefined) throw new UsageError(`"${word}" is no value: the right form is name=value`);
      return [name, value];
    }),
  );
}

/** The step's scripts with their values. Throws UsageError for values that are missing, do not fit or are not asked for. */
function sourcesFor(chosen: Chosen, runbook: Runbook, values: Readonly<Record<string, string>>): readonly StepSource[] {
  const missing = missingValues(chosen, values).map(({ name, raw, type }) => `${name}=... (${describeType(type)}, for ${raw})`);
  if (missing.length > 0) throw new UsageError(`${chosen.number} needs ${missing.join(', ')}`);
  try {
    return sourcesOf(chosen, runbook, checkedValues(chosen, values, 'whoever is at the terminal'));
  } catch (error) {
    if (!(error instanceof TocsinError && error.code === 'invalid')) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

async function planChosen(
  { tools }: TerminalTools,
  sources: readonly StepSource[],
  { chosen, terminal }: { chosen: Chosen; terminal: Terminal },
): Promise<Planned> {
  const { number, title, manual } = chosen;
  const step = { number, title, manual };
  const script = sources.find(({ language }) => language === 'shell');
  if (script === undefined) return sources.length > 0 ? { outcome: 'reads', ...step } : { outcome: 'manual', ...step };
  const interrupting = new AbortController();
  void terminal.interrupted.then(() => interrupting.abort());
  const report = await tools.operations.plan(script, { signal: interrupting.signal });
  switch (report.type) {
    case 'planned':
      return { outcome: 'planned', ...step, plan: report.plan };
    case 'reads':
      return { outcome: 'reads', ...step, finding: report.report.finding };
    case 'failed':
      return { outcome: 'failed', ...step, reason: report.reason };
  }
}
