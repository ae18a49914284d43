import { countText, cutText } from '../../export/wording.ts';
import { hasEnded } from '../../incidents/execution.ts';
import type { Execution } from '../../incidents/execution.ts';
import { nameOf } from '../../incidents/incident.ts';
import type { Block, Inline, Message } from '../message.ts';
import { sentence } from './answers.ts';
import type { DrawContext } from './context.ts';
import { titleLine, titleSpoken } from './execution-title.ts';
import { valueGroups } from './execution-values.ts';
import { oneLine } from './incident-lines.ts';
import { bold, code, contextBlock, joined, personInline, quoteBlock, textBlock, timeInline } from './inline.ts';
import { mitigationActions } from './mitigation-buttons.ts';
import { outputBlocks } from './output.ts';
import { planBlocks, undoLine } from './plan-lines.ts';
import { verificationBlocks } from './verification-lines.ts';

/** A mitigation or undo: exactly what will happen, who stands behind it, and what came of it. */
export function drawMitigation(context: DrawContext, execution: Execution): Message {
  const { document, now } = context;
  return {
    summary: spoken(context, execution),
    blocks: [
      textBlock(...titleLine(execution)),
      ...stateBlocks(context, execution),
      ...(document === undefined ? [] : planBlocks(document, execution)),
      ...(document?.outcome === undefined ? [] : outputBlocks(document.outcome.output)),
      ...(document?.planFailure === undefined ? [] : outputBlocks(document.planFailure.output)),
      ...verificationBlocks(execution.verification, { document, now }),
      ...undoBlocks(context, execution),
      ...approvalBlocks(context, execution),
      ...mitigationActions(context, execution),
      contextBlock(...footer(context, execution)),
    ],
  };
}

/** What a notification says: whoever can approve has to know that it is about them. */
function spoken({ incident, document }: DrawContext, execution: Execution): string {
  const operations = document?.plan?.operations.map(({ words }) => words).join('; ') ?? '';
  const asks = execution.state === 'proposed' ? ` Asked by ${cutText(execution.requestedBy.name, 40)}.` : '';
  const what = hasEnded(execution) && execution.state !== 'applied' ? execution.finding : operations;
  const detail = what === '' ? '' : ` ${sentence(cutText(oneLine(what), 170))}`;
  return cutText(`${nameOf(incident)}: ${titleSpoken(execution)}.${asks}${detail}`, 300);
}

const maxFinding = 500;

function stateBlocks(context: DrawContext, execution: Execution): readonly Block[] {
  const { state, votes } = execution;
  const finding = sentence(cutText(execution.finding, maxFinding));
  const denial = votes.find(({ choice }) => choice === 'deny');
  switch (state) {
    case 'denied':
      return [
        textBlock('Denied', ...(denial === undefined ? [] : [' by ', personInline(denial.by)]), '. Nothing was changed. The reason:'),
        quoteBlock(execution.finding),
      ];
    case 'planning':
      return [
        textBlock('The plan is being made: current values are read, and the server is asked what would happen. Nothing is changed yet.'),
      ];
    case 'unknown':
      return [
        ...glassBlocks(context, execution),
        textBlock(
          bold('Nobody knows whether this happened. It is not tried again by itself.'),
          ` ${finding} ${execution.lookUntil === undefined ? 'Look at the object first, then plan it again.' : 'It is looked up again as soon as that is possible.'}`,
        ),
      ];
    case 'stale':
      return [textBlock(bold('Nothing was sent: something has changed since it was planned.'), ` ${finding} Ask for a new plan.`)];
    case 'expired':
    case 'cancelled':
      return [textBlock(bold('Nothing was changed.'), ` ${finding}`)];
    case 'failed':
      return [...glassBlocks(context, execution), textBlock(...failure(context, finding))];
    case 'approved':
      return [...glassBlocks(context, execution), ...waitingBlocks(context, finding)];
    default:
      return glassBlocks(context, execution);
  }
}

/** Why it is not applied yet; before the first look the finding still holds the plan's own words. */
function waitingBlocks({ document }: DrawContext, finding: string): readonly Block[] {
  const words = document?.plan?.operations.map((operation) => operation.words).join('; ') ?? '';
  return finding === '' || finding === sentence(cutText(words, maxFinding)) ? [] : [textBlock(`Not yet: ${finding}`)];
}

function failure({ document }: DrawContext, finding: string): readonly Inline[] {
  const sent = document?.journal ?? [];
  if (document?.outcome === undefined && sent.length === 0) return [bold('There is no plan, and nothing was changed.'), ` ${finding}`];
  const isPartly = sent.some(({ state }) => state === 'done');
  return [bold(isPartly ? 'Only a part of it was done.' : 'Nothing was changed.'), ` ${finding}`];
}

function glassBlocks({ now }: DrawContext, { breakGlass }: Execution): readonly Block[] {
  if (breakGlass === undefined) return [];
  const { by, at, reason } = breakGlass;
  return [
    textBlock('🚨 ', bold('Without a second person'), ', by ', personInline(by), ' at ', timeInline(at, now), ':'),
    quoteBlock(reason),
  ];
}

const wasApplied: readonly Execution['state'][] = ['applied', 'failed', 'unknown'];

function undoBlocks({ document }: DrawContext, execution: Execution): readonly Block[] {
  const plan = document?.plan;
  if (document === undefined || plan === undefined || execution.type !== 'mitigation' || !wasApplied.includes(execution.state)) return [];
  const line = undoLine({ plan, journal: document.journal });
  return line === '' ? [] : [textBlock(line)];
}

/** Who is asked, until when, and what whoever is alone can do. */
function approvalBlocks({ now, command, incident }: DrawContext, execution: Execution): readonly Block[] {
  const { state, quorum, requestedBy, expiresAt, breakGlassFrom, votes, number } = execution;
  if (state !== 'proposed' || expiresAt === undefined) return [];
  const given = votes.filter(({ choice }) => choice === 'approve').length;
  const needs = `Needs ${countText(quorum - given, given === 0 ? 'approval' : 'more approval')}`;
  const alone: readonly Inline[] =
    breakGlassFrom === undefined || breakGlassFrom >= expiresAt
      ? []
      : breakGlassFrom > now
        ? [
            ' Nobody there? From ',
            timeInline(breakGlassFrom, now),
            ' on ',
            personInline(requestedBy),
            ' can apply it alone, with a reason.',
          ]
        : [
            ' Nobody there? ',
            personInline(requestedBy),
            ' can apply it alone now: ',
            code(`${command} breakglass ${nameOf(incident)} ${number} reason`),
          ];
  return [
    textBlock(
      bold(needs),
      ' until ',
      timeInline(expiresAt, now),
      ', by somebody other than ',
      personInline(requestedBy),
      ' who has the right to it.',
      ...alone,
    ),
  ];
}

function footer({ now, document }: DrawContext, execution: Execution): readonly Inline[] {
  const { requestedBy, requestedAt, votes, digest } = execution;
  const approvals = votes.filter(({ choice }) => choice === 'approve');
  return joined([
    ['Asked for by ', personInline(requestedBy), ' at ', timeInline(requestedAt, now)],
    approvals.length === 0
      ? []
      : [
          'approved by ',
          ...joined(
            approvals.map(({ by }) => [personInline(by)]),
            ', ',
          ),
        ],
    ...valueGroups(document?.source?.parameters ?? {}),
    digest === undefined ? [] : ['plan ', code(digest.slice(0, 12))],
  ]);
}
