import { incidentCan } from '../../incidents/can.ts';
import { nameOf } from '../../incidents/incident.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { StepReading } from '../../reading/read-step.ts';
import type { Block, Button } from '../message.ts';

/** Whether a form has to open first, and other words for the button. */
type Ask = { asks: boolean; label?: string };

/** Runs a step; asks for values first when it needs some. */
export function runButton(incident: Incident, number: string, { asks, label = `Run ${number}` }: Ask): Button {
  return {
    action: { type: asks ? 'form' : 'run', command: 'run', incident: incident.number, argument: number },
    label,
    description: `Run step ${number} of ${nameOf(incident)}`,
  };
}

/** The one button for everything that needs nothing, where there is such a thing. */
export function runAllActions(incident: Incident, readings: readonly StepReading[]): readonly Block[] {
  const button = runAllButton(incident, readings);
  return button === undefined ? [] : [{ type: 'actions', buttons: [button] }];
}

/** What the runbook's message in the thread offers: all diagnostics at once, and every step with its own button. */
export function stepsActions(incident: Incident, readings: readonly StepReading[]): readonly Block[] {
  if (readings.length === 0) return [];
  const runAll = runAllButton(incident, readings);
  const steps: Button = {
    action: { type: 'run', command: 'runbook', incident: incident.number },
    label: 'Steps and their state',
    description: `The steps of ${nameOf(incident)}, each with its state and its button`,
  };
  return [{ type: 'actions', buttons: [...(runAll === undefined ? [] : [runAll]), steps] }];
}

function runAllButton(incident: Incident, readings: readonly StepReading[]): Button | undefined {
  if (!incidentCan('run', incident).ok || !readings.some(({ kind }) => kind === 'diagnostic')) return undefined;
  return {
    action: { type: 'run', command: 'run', incident: incident.number, argument: 'all' },
    label: 'Run all diagnostics',
    style: 'primary',
    description: `Run all diagnostics of ${nameOf(incident)} that need no values`,
  };
}

/** Plans a mitigation; asks for values first when it needs some. */
export function planButton(incident: Incident, number: string, { asks, label = `Plan ${number}` }: Ask): Button {
  return {
    action: { type: asks ? 'form' : 'run', command: 'mitigate', incident: incident.number, argument: number },
    label,
    description: `Plan step ${number} of ${nameOf(incident)}: nothing changes before somebody else approves`,
  };
}

/** The one thing to press for a step, if there is any. */
export function stepButton(incident: Incident, { step, kindOnceFilled, parameters }: StepReading): Button | undefined {
  const number = String(step.number);
  if (kindOnceFilled === 'manual')
    return step.blocks.length === 0 && step.inlineCommands.length === 0
      ? undefined
      : runButton(incident, number, { asks: false, label: `Do ${number}` });
  const asks = parameters.length > 0;
  return kindOnceFilled === 'mitigation' ? planButton(incident, number, { asks }) : runButton(incident, number, { asks });
}
