import { cutText, listText } from '../../export/wording.ts';
import { isOpen, nameOf } from '../../incidents/incident.ts';
import type { Block, Inline, Message } from '../message.ts';
import { plain } from './answers.ts';
import { postDraftActions } from './buttons.ts';
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
    blocks: [
      textBlock(bold(draft.name), isOpen(incident) ? ': a draft from the runbook, not sent' : ': a draft that nobody needs any more'),
      quote,
      ...postDraftActions(incident),
      ...footer(context, draft.filled.missing),
    ],
  };
}

function footer({ incident, runbook, command }: DrawContext, missing: readonly string[]): readonly Block[] {
  if (!isOpen(incident)) return [];
  const { customer, resolution } = runbook?.templates ?? {};
  const others = [...(customer === undefined ? [] : ['customers']), ...(resolution === undefined ? [] : ['the end'])];
  const notice = holesNotice(missing);
  const content = joined([
    notice === '' ? [] : [notice],
    others.length === 0
      ? []
      : [`${notice === '' ? 'Drafts' : 'drafts'} for ${listText(others)}: `, code(`${command} show ${nameOf(incident)}`)],
  ]);
  return content.length === 0 ? [] : [contextBlock(...content)];
}
