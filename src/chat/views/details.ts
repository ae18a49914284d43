import { draftsOf } from '../../export/drafts.ts';
import type { Draft } from '../../export/drafts.ts';
import { nameOf } from '../../incidents/incident.ts';
import type { Block, Message } from '../message.ts';
import { incidentActions } from './buttons.ts';
import { cardFacts } from './card.ts';
import { hasDiagnostics } from './context.ts';
import type { DrawContext } from './context.ts';
import { draftBlock, holesNotice } from './fill.ts';
import { incidentSummary, lastUpdate } from './incident-lines.ts';
import { bold, code, contextBlock, linkInline, textBlock } from './inline.ts';

/** One incident in full, for the person who asked: the card, and the drafts that nobody has sent. */
export function drawDetails(context: DrawContext): Message {
  const { incident, links, now } = context;
  const thread = links.thread === undefined ? [] : [contextBlock(linkInline('Open the thread', links.thread))];
  return {
    summary: incidentSummary(incident),
    blocks: [
      ...cardFacts(context),
      contextBlock(...lastUpdate(incident, now)),
      ...thread,
      incidentActions(incident, { canDiagnose: hasDiagnostics(context) }),
      { type: 'divider' },
      ...drafts(context),
    ],
  };
}

function drafts(context: DrawContext): readonly Block[] {
  const { incident, runbook, command } = context;
  if (incident.runbook === undefined) return [contextBlock('No drafts: this incident has no runbook.')];
  if (runbook === undefined) return [contextBlock('No drafts: the runbook cannot be read now.')];
  const shown = draftsOf(runbook, incident).filter(({ kind }) => kind !== 'internal');
  const how = contextBlock('Internal update, filled: ', code(`${command} update ${nameOf(incident)}`));
  if (shown.length === 0) return [contextBlock('The runbook has no template for customers or for the end.'), how];
  return [...shown.flatMap(draftBlocks), how];
}

function draftBlocks(draft: Draft): readonly Block[] {
  const notice = holesNotice(draft.filled.missing);
  return [textBlock(bold(draft.name), ' · draft, nobody has sent it'), draftBlock(draft), ...(notice === '' ? [] : [contextBlock(notice)])];
}
