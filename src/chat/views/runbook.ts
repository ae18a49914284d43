import { countText, cutText } from '../../export/wording.ts';
import { nameOf } from '../../incidents/incident.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { StepReading } from '../../reading/read-step.ts';
import type { EscalationRung, MinuteWindow, Runbook, RunbookPhase, RunbookStep } from '../../runbooks/runbook.ts';
import type { Block, Inline, Message } from '../message.ts';
import type { DrawContext } from './context.ts';
import { bold, code, contextBlock, linesBlock, linkInline, textBlock } from './inline.ts';
import { stepsActions } from './step-buttons.ts';
import { kindText } from './step-words.ts';

const maxStepsShown = 40;

/** Why an incident without a runbook has no steps, and what can be done all the same. */
export function noRunbookText(incident: Incident, command: string): string {
  return `${nameOf(incident)} has no runbook, so it has no steps. You can still ask Prometheus: ${command} query.`;
}

/** The runbook as a table of contents: phases with their minutes, numbered steps, when each applies, and whom to escalate to. */
export function drawRunbook(context: DrawContext): Message {
  const { incident, runbook, links, readings = [] } = context;
  const title = incident.runbook?.title ?? runbook?.title ?? 'none';
  const summary = `${nameOf(incident)}: the runbook is ${cutText(title, 120)}.`;
  const head: Block = textBlock(bold('Runbook:'), ' ', linkInline(title, links.runbook));
  if (runbook === undefined) {
    return { summary, blocks: [head, textBlock('It cannot be read now. Its file is ', code(incident.runbook?.path ?? 'unknown'), '.')] };
  }
  return {
    summary: `${summary} It has ${countText(runbook.steps.length, 'step')}.`,
    blocks: [
      head,
      ...phaseBlocks(runbook, readings),
      ...stepsActions(incident, readings),
      ...escalationBlocks(runbook),
      contextBlock(...footer(runbook)),
    ],
  };
}

function phaseBlocks(runbook: Runbook, readings: readonly StepReading[]): readonly Block[] {
  return runbook.phases.flatMap((phase): readonly Block[] => {
    const steps = phase.steps.filter(({ number }) => number <= maxStepsShown);
    if (steps.length === 0) return [];
    // What comes after the incident is named, not listed: nobody needs it while the incident is open.
    if (phase.kind === 'post_incident')
      return [textBlock(bold(phase.title), `: ${countText(steps.length, 'step')} for afterwards (${numbers(steps)})`)];
    return inGroups(steps).flatMap((group) => groupBlocks(phase, group, readings));
  });
}

/** Neighbouring steps that stand under the same headings. */
export function inGroups(steps: readonly RunbookStep[]): readonly (readonly RunbookStep[])[] {
  const groups: RunbookStep[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (last?.[0]?.groups.join('\n') === step.groups.join('\n')) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

/** "Immediate Actions (0 to 15 min)": the headings above steps, with their minutes where all of them share these. */
export function groupTitle(phase: RunbookPhase, steps: readonly RunbookStep[]): readonly Inline[] {
  const shared = windowText(steps[0]?.window ?? phase.window);
  const title = [phase.title, ...(steps[0]?.groups ?? [])].join(' › ');
  return [bold(cutText(title, 150)), ...(sharesWindow(phase, steps) && shared !== '' ? [shared] : [])];
}

function sharesWindow(phase: RunbookPhase, steps: readonly RunbookStep[]): boolean {
  const shared = windowText(steps[0]?.window ?? phase.window);
  return steps.every(({ window }) => windowText(window ?? phase.window) === shared);
}

function groupBlocks(phase: RunbookPhase, steps: readonly RunbookStep[], readings: readonly StepReading[]): readonly Block[] {
  const isShared = sharesWindow(phase, steps);
  return [
    textBlock(...groupTitle(phase, steps)),
    linesBlock(steps.map((step) => stepLine(step, { window: isShared ? '' : windowText(step.window), readings }))),
  ];
}

function numbers(steps: readonly RunbookStep[]): string {
  const [first, last] = [steps[0]?.number, steps.at(-1)?.number];
  return first === last ? String(first) : `${first} to ${last}`;
}

/** "8. If Resource Constrained: Scale up workers". */
export function stepTitle(step: RunbookStep): string {
  const condition = step.condition === undefined || step.condition === step.title ? '' : `${step.condition}: `;
  return `${step.number}. ${cutText(`${condition}${step.title}`, 120)}`;
}

function stepLine(step: RunbookStep, { window, readings }: { window: string; readings: readonly StepReading[] }): readonly Inline[] {
  const reading = readings.find((each) => each.step.number === step.number);
  return [`${stepTitle(step)}${window}${reading === undefined ? '' : ` · ${kindText(reading)}`}`];
}

/** " (0 to 15 min)", " (from 60 min)". */
function windowText(window: MinuteWindow | undefined): string {
  if (window === undefined) return '';
  return window.toMinutes === undefined ? ` (from ${window.fromMinutes} min)` : ` (${window.fromMinutes} to ${window.toMinutes} min)`;
}

function escalationBlocks(runbook: Runbook): readonly Block[] {
  if (runbook.escalation.length === 0) return [];
  return [textBlock(bold('Escalation')), { type: 'list', items: runbook.escalation.map(rungItem) }];
}

function rungItem(rung: EscalationRung): readonly Inline[] {
  const when = rung.afterMinutes === undefined ? 'at once' : `after ${minutesText(rung.afterMinutes)}`;
  const condition = rung.condition === undefined ? '' : ` ${rung.condition}`;
  const response = rung.responseMinutes === undefined ? '' : `, answers within ${minutesText(rung.responseMinutes)}`;
  return [bold(rung.name), `: ${when}${condition}${response}`];
}

function minutesText(minutes: number): string {
  if (minutes % 60 === 0 && minutes >= 60) return `${minutes / 60} h`;
  return `${minutes} min`;
}

function footer({ path, steps }: Runbook): readonly Inline[] {
  const cut = steps.length > maxStepsShown ? [` · the first ${maxStepsShown} of ${steps.length} steps`] : [];
  return ['File ', code(path), ...cut];
}
