import type { ParameterValue, StepSource } from '../operations/plan.ts';
import type { KindOnceFilled } from '../reading/command-reading.ts';
import type { Parameter } from '../reading/parameter.ts';
import type { NumberedReading, StepReading } from '../reading/read-step.ts';
import type { Runbook } from '../runbooks/runbook.ts';

/** A piece of a step that runs by itself: all its shell lines together, or one query. */
type StepPart = Pick<StepSource, 'number' | 'title' | 'language' | 'text'>;

/** What `run 2` or `run 2.3` stands for: its parts, what has to be known before, and the lines that people have to do themselves. */
export type Chosen = {
  number: string;
  title: string;
  kind: KindOnceFilled;
  parts: readonly StepPart[];
  parameters: readonly Parameter[];
  manual: readonly { number: string; text: string; reason: string }[];
};

const noReason = 'it cannot be run from chat';

/** A whole step, or one command of it; undefined when the runbook has none of that number. */
export function chooseStep(readings: readonly StepReading[], number: string): Chosen | undefined {
  const [stepNumber] = number.split('.');
  const reading = readings.find(({ step }) => String(step.number) === stepNumber);
  if (reading === undefined) return undefined;
  const { step } = reading;
  if (number === stepNumber) return choose(number, step.title, reading.commands);
  const command = reading.commands.find((each) => each.command.number === number);
  return command === undefined ? undefined : choose(number, command.command.title ?? step.title, [command]);
}

function choose(number: string, title: string, commands: readonly NumberedReading[]): Chosen {
  const runnable = commands.filter(({ reading }) => reading.executable);
  const shell = runnable.filter(({ command }) => command.kind === 'shell');
  const queries = runnable.filter(({ command }) => command.kind === 'promql');
  const parameters = new Map(runnable.flatMap(({ reading }) => reading.parameters).map((parameter) => [parameter.name, parameter]));
  return {
    number,
    title,
    kind: kindOf(runnable),
    parts: [
      ...(shell.length === 0
        ? []
        : [{ number, title, language: 'shell' as const, text: shell.map(({ command }) => command.text).join('\n') }]),
      ...queries.map(({ command }) => ({
        number: command.number,
        title: command.title ?? title,
        language: 'promql' as const,
        text: command.text,
      })),
    ],
    parameters: [...parameters.values()],
    manual: commands
      .filter(({ reading }) => !reading.executable)
      .map(({ command, reading }) => ({ number: command.number, text: command.text, reason: reading.reason ?? noReason })),
  };
}

function kindOf(runnable: readonly NumberedReading[]): KindOnceFilled {
  if (runnable.length === 0) return 'manual';
  return runnable.some(({ reading }) => reading.kindOnceFilled === 'mitigation') ? 'mitigation' : 'diagnostic';
}

/** The parts with their values, as they are run and recorded. */
export function sourcesOf(
  chosen: Chosen,
  runbook: Pick<Runbook, 'path' | 'digest'>,
  values: Readonly<Record<string, ParameterValue>>,
): readonly StepSource[] {
  const { path, digest } = runbook;
  return chosen.parts.map((part) => ({ ...part, parameters: values, runbook: { path, digest } }));
}
