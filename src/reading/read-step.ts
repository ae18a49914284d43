import type { Runbook, RunbookBlock, RunbookCommand, RunbookStep } from '../runbooks/runbook.ts';
import type { CommandReading, KindOnceFilled, ReadingContext } from './command-reading.ts';
import type { Parameter } from './parameter.ts';
import { readCommand } from './read-command.ts';

export type NumberedReading = { command: RunbookCommand; reading: CommandReading };

/** A step with what all its commands come to. */
export type StepReading = {
  step: RunbookStep;
  commands: readonly NumberedReading[];
  /** `manual` when nothing of it can run; a step without commands is manual too. */
  kind: CommandReading['kind'];
  kindOnceFilled: KindOnceFilled;
  /** How many of its commands run once their parameters are given. */
  executable: number;
  parameters: readonly Parameter[];
  reason?: string;
};

type Options = Pick<ReadingContext, 'execPolicy'>;

/** Reads the commands of a step. What a block's earlier lines set is set for its later ones; blocks know nothing of each other. */
function readStep(step: RunbookStep, options: Options = {}): StepReading {
  const inBlocks = step.blocks.flatMap((block) => readBlock(block, options));
  const inline = step.inlineCommands.map((command) => ({ command, reading: readCommand(command, options) }));
  return fold(step, [...inBlocks, ...inline]);
}

/** The steps of a runbook in the order of their numbers. */
export function readRunbookSteps(runbook: Runbook, options: Options = {}): StepReading[] {
  return runbook.steps.map((step) => readStep(step, options));
}

/** The commands of one block, each as it stands behind the ones above it. */
function readBlock(block: Pick<RunbookBlock, 'commands'>, options: Options = {}): NumberedReading[] {
  const known = new Map<string, string | undefined>();
  const functions = new Set<string>();
  return block.commands.map((command) => {
    const reading = readCommand(command, { ...options, known, functions });
    for (const [name, value] of reading.sets) known.set(name, known.has(name) && known.get(name) !== value ? undefined : value);
    for (const name of reading.functions) functions.add(name);
    return { command, reading };
  });
}

function fold(step: RunbookStep, commands: readonly NumberedReading[]): StepReading {
  const runnable = commands.map(({ reading }) => reading).filter((reading) => reading.executable);
  const parameters = new Map(runnable.flatMap((reading) => reading.parameters).map((parameter) => [parameter.name, parameter] as const));
  const base = { step, commands, executable: runnable.length, parameters: [...parameters.values()] };
  if (runnable.length === 0) {
    const reason =
      commands.length === 0 ? 'it is done by people' : commands.find(({ reading }) => reading.reason !== undefined)?.reading.reason;
    return { ...base, kind: 'manual', kindOnceFilled: 'manual', ...(reason === undefined ? {} : { reason }) };
  }
  const kindOnceFilled = runnable.some((reading) => reading.kindOnceFilled === 'mitigation') ? 'mitigation' : 'diagnostic';
  return { ...base, kind: parameters.size > 0 ? 'parameters' : kindOnceFilled, kindOnceFilled };
}
