import { countText, cutText } from '../../export/wording.ts';
import { nameOf } from '../../incidents/incident.ts';
import { commandsOf } from '../../runbooks/runbook.ts';
import type { EscalationRung, MinuteWindow, Runbook, RunbookPhase, RunbookStep } from '../../runbooks/runbook.ts';
import type { Block, Inline, Message } from '../message.ts';
import type { DrawContext } from './context.ts';
import { bold, code, contextBlock, linesBlock, linkInline, textBlock } from './inline.ts';

const maxStepsShown = 40;

/** The runbook as a table of contents: phases with their minutes, numbered steps, when each applies, and whom to escalate to. */
export function drawRunbook(context: DrawContext): Message {
  const { incident, runbook, links } = context;
  const title = incident.runbook?.title ?? runbook?.title ?? 'none';
  const summary = `${nameOf(incident)}: the runbook is ${cutText(title, 120)}.`;
  const head: Block = textBlock(bold('Runbook:'), ' ', linkInline(title, links.runbook));
  if (runbook === undefined) {
    return { summary, blocks: [head, textBlock('It cannot be read now. Its file is ', code(incident.runbook?.path ?? 'unknown'), '.')] };
  }
  return {
    summary: `${summary} It has ${countText(runbook.steps.length, 'step')}.`,
    blocks: [head, ...phaseBlocks(runbook), ...escalationBlocks(runbook), contextBlock(...footer(runbook))],
  };
}

function phaseBlocks(runbook: Runbook): readonly Block[] {
  return runbook.phases.flatMap((phase): readonly Block[] => {
    const steps = phase.steps.filter(({ number }) => number <= maxStepsShown);
    if (steps.length === 0) return [];
    // What comes after the incident is named, not listed: nobody needs it while the incident is open.
    if (phase.kind === 'post_incident')
      return [textBlock(bold(phase.title), `: ${countText(steps.length, 'step')} for afterwards (${numbers(steps)})`)];
    return inGroups(steps).flatMap((group) => groupBlocks(phase, group));
  });
}

/** Neighbouring steps that stand under the same headings. */
function inGroups(steps: readonly RunbookStep[]): readonly (readonly RunbookStep[])[] {
  const groups: RunbookStep[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (last?.[0]?.groups.join('\n') === step.groups.join('\n')) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

function groupBlocks(phase: RunbookPhase, steps: readonly RunbookStep[]): readonly Block[] {
  const [first] = steps;
  const shared = windowText(first?.window ?? phase.window);
  const isShared = steps.every(({ window }) => windowText(window ?? phase.window) === shared);
  const title = [phase.title, ...(first?.groups ?? [])].join(' › ');
  return [
    textBlock(bold(cutText(title, 150)), ...(isShared && shared !== '' ? [shared] : [])),
    linesBlock(steps.map((step) => stepLine(step, isShared ? '' : windowText(step.window)))),
  ];
}

function numbers(steps: readonly RunbookStep[]): string {
  const [first, last] = [steps[0]?.number, steps.at(-1)?.number];
  return first === last ? String(first) : `${first} to ${last}`;
}

function stepLine(step: RunbookStep, window: string): readonly Inline[] {
  const commands = commandsOf(step).length;
  const condition = step.condition === undefined || step.condition === step.title ? '' : `${step.condition}: `;
  return [
    `${step.number}. ${cutText(`${condition}${step.title}`, 120)}${window}${commands === 0 ? '' : ` · ${countText(commands, 'command')}`}`,
  ];
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
