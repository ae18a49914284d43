import { findExecution } from '../../incidents/execution.ts';
import { nameOf } from '../../incidents/incident.ts';
import type { FileView, MessageView } from '../../incidents/incident.ts';
import type { Message } from '../message.ts';
import { drawAlerts } from './alerts.ts';
import { say } from './answers.ts';
import { drawBrief } from './brief.ts';
import { drawCard } from './card.ts';
import type { DrawContext } from './context.ts';
import { drawEntry } from './entry.ts';
import { drawEscalation } from './escalation.ts';
import { drawExecution } from './execution.ts';
import { drawOncall } from './oncall.ts';
import { drawRunbook } from './runbook.ts';

/** What a chat message shows, drawn from the incident as it is now. Pure: the same context gives the same message. */
export function drawMessage(view: Exclude<MessageView, FileView>, context: DrawContext): Message {
  switch (view.type) {
    case 'card':
      return drawCard(context);
    case 'alerts':
      return drawAlerts(context);
    case 'runbook':
      return drawRunbook(context);
    case 'brief':
      return drawBrief(context);
    case 'oncall':
      return drawOncall(context);
    case 'execution':
      return drawFound(context, view.number);
    case 'entry':
      // The relay moves entries before messages, so a missing one means that the store lost it: said, not hidden.
      return context.entry === undefined
        ? say(`${nameOf(context.incident)}: entry ${view.seq} of the timeline cannot be read.`)
        : context.entry.kind === 'escalated'
          ? drawEscalation(context, context.entry)
          : drawEntry(context, context.entry);
  }
}

function drawFound(context: DrawContext, number: number): Message {
  const execution = findExecution(context.incident, number);
  // Old diagnostics make room for new ones; the timeline still has them.
  if (execution === undefined) return say(`${nameOf(context.incident)}: #${number} is only on the timeline now.`);
  return drawExecution(context, execution);
}
