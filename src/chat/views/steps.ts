import { countText, cutText } from '../../export/wording.ts';
import { incidentCan } from '../../incidents/can.ts';
import { executionsOf } from '../../incidents/execution.ts';
import type { Execution } from '../../incidents/execution.ts';
import { nameOf } from '../../incidents/incident.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { StepReading } from '../../reading/read-step.ts';
import type { RunbookPhase, RunbookStep } from '../../runbooks/runbook.ts';
import type { Block, Button, Inline, Message } from '../message.ts';
import { say } from './answers.ts';
import type { DrawContext } from './context.ts';
import { stateText } from './execution-title.ts';
import { bold, code, contextBlock, linesBlock, linkInline, textBlock } from './inline.ts';
import { drawRunbook, groupTitle, inGroups, noRunbookText, stepTitle } from './runbook.ts';
import { runAllActions, stepButton } from './step-buttons.ts';
import { kindText } from './step-words.ts';

const maxStepsShown = 40;
const maxButtonsInRow = 5;
const maxRows = 8;

/** The runbook as something to do: each step with what it does, where it stands, and the button for it. */
export function drawSteps(context: DrawContext): Message {
  const { incident, runbook, readings, links, command } = context;
  if (incident.runbook === undefined) return say(noRunbookText(incident, command));
  if (runbook === undefined || readings === undefined) return drawRunbook(context);
  const phases = runbook.phases.filter(({ kind, steps }) => kind !== 'post_incident' && steps.length > 0);
  const steps = phases.flatMap((phase) => phase.steps);
  const done = steps.filter((step) => lastOf(incident, step) !== undefined).length;
  const name = nameOf(incident);
  return {
    summary: `${name}: ${cutText(runbook.title, 120)}, ${countText(steps.length, 'step')}, ${done === 0 ? 'none' : done} of them begun.`,
    blocks: [
      textBlock(bold('Runbook:'), ' ', linkInline(runbook.title, links.runbook)),
      ...runAllActions(incident, readings),
      ...withButtons(context, phases, readings),
      contextBlock(
        ...(steps.length > maxStepsShown ? [`Shown are the first ${maxStepsShown} steps. `] : []),
        'One line of a step: ',
        code(`${command} run ${name} 2.3`),
        ' · done by hand: ',
        code(`${command} did ${name} 4`),
        ' · left out: ',
        code(`${command} skip ${name} 4`),
      ),
    ],
  };
}

/** Slack shows only so many rows of buttons: the first phases are what is needed first. */
function withButtons(context: DrawContext, phases: readonly RunbookPhase[], readings: readonly StepReading[]): readonly Block[] {
  let rowsLeft = maxRows;
  return phases.flatMap((phase) => {
    const steps = phase.steps.filter(({ number }) => number <= maxStepsShown);
    if (steps.length === 0) return [];
    const rows = buttonRows(context, steps, readings).slice(0, rowsLeft);
    rowsLeft -= rows.length;
    return [...phaseBlocks(context, { ...phase, steps }, readings), ...rows];
  });
}

function phaseBlocks({ incident }: DrawContext, phase: RunbookPhase, readings: readonly StepReading[]): readonly Block[] {
  return inGroups(phase.steps).map((steps) =>
    linesBlock([groupTitle(phase, steps), ...steps.map((step) => stepLine(step, readingOf(readings, step), lastOf(incident, step)))]),
  );
}

function readingOf(readings: readonly StepReading[], { number }: RunbookStep): StepReading | undefined {
  return readings.find(({ step }) => step.number === number);
}

function buttonRows({ incident }: DrawContext, steps: readonly RunbookStep[], readings: readonly StepReading[]): readonly Block[] {
  const buttons = steps.flatMap((step): readonly Button[] => {
    const reading = readingOf(readings, step);
    const button = reading === undefined ? undefined : stepButton(incident, reading);
    return button === undefined || !incidentCan(button.action.command === 'mitigate' ? 'mitigate' : 'run', incident).ok ? [] : [button];
  });
  const count = Math.ceil(buttons.length / maxButtonsInRow);
  return Array.from({ length: count }, (_, index) => ({
    type: 'actions',
    buttons: buttons.slice(index * maxButtonsInRow, (index + 1) * maxButtonsInRow),
  }));
}

/** What was last done about a step, or about one of its lines. */
function lastOf(incident: Incident, { number }: RunbookStep): Execution | undefined {
  return executionsOf(incident).findLast(
    ({ step, type }) => type !== 'undo' && (step === String(number) || step?.startsWith(`${number}.`) === true),
  );
}

function stepLine(step: RunbookStep, reading: StepReading | undefined, last: Execution | undefined): readonly Inline[] {
  const kind = reading === undefined ? '' : ` · ${kindText(reading)}`;
  if (last === undefined) return [`${stepTitle(step)}${kind}`];
  const part = last.step === String(step.number) ? '' : `line ${last.step ?? ''} `;
  return [`${stepTitle(step)}${kind} · `, bold(`${part}${stateText(last)}`), ` (#${last.number})`];
}
