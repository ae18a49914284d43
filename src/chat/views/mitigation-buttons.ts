import { cutText } from '../../export/wording.ts';
import { incidentCan } from '../../incidents/can.ts';
import { changesThings, executionCan, executionsOf, hasEnded } from '../../incidents/execution.ts';
import type { Execution, ExecutionVerb } from '../../incidents/execution.ts';
import { nameOf } from '../../incidents/incident.ts';
import type { Incident } from '../../incidents/incident.ts';
import { executionArgument } from '../execution-call.ts';
import type { Block, Button } from '../message.ts';
import type { DrawContext } from './context.ts';
import { hasValues } from './execution-values.ts';
import { planButton } from './step-buttons.ts';

/** What can be pressed on a mitigation as it stands. Who may press it is checked when it is pressed. */
export function mitigationActions(context: DrawContext, execution: Execution): readonly Block[] {
  const buttons = [...decisionButtons(context, execution), ...laterButtons(context, execution)];
  return buttons.length === 0 ? [] : [{ type: 'actions', buttons }];
}

/** While it is open: to stand behind it, to stop it, to go on alone. */
function decisionButtons({ incident, now }: DrawContext, execution: Execution): readonly Button[] {
  const can = (verb: ExecutionVerb) => executionCan(verb, execution).ok;
  const { breakGlassFrom } = execution;
  const isAlone = can('breakGlass') && breakGlassFrom !== undefined && breakGlassFrom <= now;
  return [
    ...(can('approve') ? [button(incident, execution, { command: 'approve', type: 'run', label: 'Approve', style: 'primary' })] : []),
    ...(can('deny') ? [button(incident, execution, { command: 'deny', type: 'form', label: 'Deny', style: 'danger' })] : []),
    ...(can('cancel') ? [button(incident, execution, { command: 'cancel', type: 'run', label: 'Cancel' })] : []),
    ...(isAlone ? [button(incident, execution, { command: 'breakglass', type: 'form', label: 'Apply alone…' })] : []),
  ];
}

/** Once it is over: to take it back, or to ask anew. */
function laterButtons({ incident, document }: DrawContext, execution: Execution): readonly Button[] {
  const mayBeDone = document?.journal.some(({ state }) => state !== 'refused') === true;
  return [
    ...(mayBeDone && canUndo(incident, execution)
      ? [button(incident, execution, { command: 'undo', type: 'run', label: 'Plan undo' })]
      : []),
    ...(canPlanAgain(incident, execution)
      ? [planButton(incident, execution.step ?? '', { asks: hasValues(document), label: 'Plan again' })]
      : []),
  ];
}

function canUndo(incident: Incident, execution: Execution): boolean {
  const isTaken = executionsOf(incident).some((each) => each.undoOf === execution.number && (!hasEnded(each) || each.state === 'applied'));
  return executionCan('undo', execution).ok && execution.undo?.isPossible === true && !isTaken;
}

const endedWithout = ['stale', 'expired', 'failed', 'unknown', 'denied', 'cancelled'];

function canPlanAgain(incident: Incident, execution: Execution): boolean {
  const isAsked = executionsOf(incident).some((each) => each.step === execution.step && changesThings(each) && !hasEnded(each));
  const isOver = endedWithout.includes(execution.state) && execution.type === 'mitigation' && execution.step !== undefined;
  return isOver && !isAsked && incidentCan('mitigate', incident).ok;
}

type Spoken = { command: string; type: 'run' | 'form'; label: string; style?: 'primary' | 'danger' };

/** What is decided on is what was seen: those buttons carry the plan's digest. */
const decisions = ['approve', 'deny', 'breakglass'];

function button(incident: Incident, execution: Execution, { command, type, label, style }: Spoken): Button {
  const { number, title } = execution;
  const argument = decisions.includes(command) ? executionArgument(execution) : String(number);
  return {
    action: { type, command, incident: incident.number, argument },
    label,
    ...(style === undefined ? {} : { style }),
    description: cutText(`${label.replace('…', '')} #${number} of ${nameOf(incident)}: ${title}`, 75),
  };
}
