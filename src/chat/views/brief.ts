import { cutText } from '../../export/wording.ts';
import { isOpen, nameOf } from '../../incidents/incident.ts';
import type { Inline, Message } from '../message.ts';
import { plain } from './answers.ts';
import type { DrawContext } from './context.ts';
import { draftBlock, draftOfKind, holesNotice } from './fill.ts';
import { incidentSummary } from './incident-lines.ts';
import { bold, code, contextBlock, joined, textBlock } from './inline.ts';

/** The runbook's own internal update, filled with what is known now. */
export function drawBrief(context: DrawContext): Message {
  const { incident, runbook } = context;
  const draft = draftOfKind('internal', runbook, incident);
  if (draft === undefined) {
    const text: readonly Inline[] = [
      'The runbook has no template for internal updates. Write one with ',
      code(`${context.command} update ${nameOf(incident)}`),
    ];
    return { summary: incidentSummary(incident), blocks: [textBlock(...text)] };
  }
  const quote = draftBlock(draft);
  const words = quote.type === 'quote' ? quote.lines.map((line) => plain(line).replace(/^\s*[-*•]\s+/, '')).join('; ') : '';
  return {
    summary: cutText(`${nameOf(incident)}, ${draft.name} (draft): ${words}`, 300),
    blocks: [textBlock(bold(draft.name), ', filled from the runbook:'), quote, contextBlock(...footer(context, draft.filled.missing))],
  };
}

function footer({ incident, runbook, command }: DrawContext, missing: readonly string[]): readonly Inline[] {
  const name = nameOf(incident);
  const more = runbook?.templates.customer !== undefined || runbook?.templates.resolution !== undefined;
  const notice = holesNotice(missing);
  return joined([
    notice === '' || !isOpen(incident) ? [] : [notice],
    isOpen(incident)
      ? ['A draft, not sent. Post it: ', code(`${command} update ${name}`)]
      : ['A draft that nobody needs now: the incident is resolved'],
    more && isOpen(incident) ? ['customer and resolution drafts: ', code(`${command} show ${name}`)] : [],
  ]);
}
