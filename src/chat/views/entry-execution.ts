import { actorOf, factsOf } from '../../export/entry-parts.ts';
import type { FactsOf } from '../../export/entry-parts.ts';
import { cutText, durationText, listText } from '../../export/wording.ts';
import { findExecution } from '../../incidents/execution.ts';
import { nameOf } from '../../incidents/incident.ts';
import { toInstant } from '../../kernel/instant.ts';
import type { TimelineEntry } from '../../timeline/entry.ts';
import type { Block, Inline } from '../message.ts';
import type { DrawContext } from './context.ts';
import { actorInline, bold, code, contextBlock, linesBlock, timeInline } from './inline.ts';
import { checkLine, maxChecks, verdictText } from './verification-lines.ts';

const maxWords = 300;

type About = Pick<FactsOf<'mitigation_denied'>, 'execution' | 'title' | 'step' | 'undoOf'>;

/** What the thread says of a decision about a mitigation, or its outcome; undefined for entries that are about something else. */
export function executionEntryLine(context: DrawContext, entry: TimelineEntry): readonly Inline[] | undefined {
  const who = actorInline(actorOf(entry));
  const name = nameOf(context.incident);
  switch (entry.kind) {
    case 'mitigation_proposed':
      return proposedLine(context, entry);
    case 'mitigation_denied':
      return ended(entry, 'mitigation_denied', (facts) => ['⛔ ', about(facts), ' was denied by ', who, '. Nothing was changed.']);
    case 'mitigation_expired':
      return ended(entry, 'mitigation_expired', (facts) => ['⌛ ', about(facts), ` expired: ${facts.finding}. Nothing was changed.`]);
    case 'mitigation_stale':
      return ended(entry, 'mitigation_stale', (facts) => ['⚠️ ', about(facts), ` was not applied: ${cutText(facts.finding, maxWords)}`]);
    case 'break_glass':
      return ended(entry, 'break_glass', (facts) => [
        '🚨 ',
        bold(`${name} · Glass broken: `),
        who,
        ' applies ',
        about(facts),
        ` without a second person, after waiting ${durationText(facts.waitedMs)}`,
      ]);
    case 'mitigation_applied':
      return ended(entry, 'mitigation_applied', (facts) => ['✅ ', about(facts), ` was applied${people(facts)}`]);
    case 'mitigation_failed':
      return ended(entry, 'mitigation_failed', (facts) => ['❌ ', about(facts), ` failed: ${cutText(facts.finding, maxWords)}`]);
    case 'mitigation_unknown':
      return ended(entry, 'mitigation_unknown', (facts) => [
        '❓ ',
        bold(`${name} · Nobody knows whether #${facts.execution} happened`),
        ` (${cutText(facts.title, 120)}): ${cutText(facts.finding, maxWords)}`,
      ]);
    case 'verification':
      return ended(entry, 'verification', (facts) => ['Did ', about(facts), ' help? ', bold(verdictText[facts.verdict])]);
    default:
      return undefined;
  }
}

type Told =
  | 'mitigation_proposed'
  | 'mitigation_denied'
  | 'mitigation_expired'
  | 'mitigation_stale'
  | 'break_glass'
  | 'mitigation_applied'
  | 'mitigation_failed'
  | 'mitigation_unknown'
  | 'verification';

function ended<K extends Told>(
  entry: TimelineEntry,
  kind: K,
  line: (facts: FactsOf<K>) => readonly Inline[],
): readonly Inline[] | undefined {
  const facts = factsOf(entry, kind);
  return facts === undefined ? undefined : line(facts);
}

function about({ execution, title }: About): Inline {
  return bold(`#${execution} · ${cutText(title, 120)}`);
}

/** In the channel it has to say by itself what is asked of whom. */
function proposedLine({ incident }: DrawContext, entry: TimelineEntry): readonly Inline[] | undefined {
  return ended(entry, 'mitigation_proposed', ({ execution, operations }) => [
    '🟡 ',
    bold(`${nameOf(incident)} · #${execution} waits for approval: `),
    cutText(operations.join('; '), maxWords),
  ]);
}

function people({ requestedBy, approvedBy }: FactsOf<'mitigation_applied'>): string {
  const stood = approvedBy.length === 0 ? '' : `, approved by ${listText(approvedBy.map(({ name }) => name))}`;
  return `, asked for by ${requestedBy.name}${stood}`;
}

/** What stands below the line: until when and how to decide, what was done, what was measured. */
export function executionEntryTail(context: DrawContext, entry: TimelineEntry): readonly Block[] {
  switch (entry.kind) {
    case 'mitigation_proposed':
      return proposedTail(context, entry);
    case 'mitigation_applied':
      return operationLines(factsOf(entry, 'mitigation_applied'));
    case 'mitigation_failed':
      return operationLines(factsOf(entry, 'mitigation_failed'));
    case 'mitigation_unknown':
      return operationLines(factsOf(entry, 'mitigation_unknown'));
    case 'verification':
      return checkLines(factsOf(entry, 'verification'));
    default:
      return [];
  }
}

function proposedTail({ incident, now, command }: DrawContext, entry: TimelineEntry): readonly Block[] {
  const facts = factsOf(entry, 'mitigation_proposed');
  if (facts === undefined) return [];
  const warnings = facts.notes
    .filter(({ weight }) => weight !== 'note')
    .map(({ text }): readonly Inline[] => [`⚠️ ${cutText(text, maxWords)}`]);
  const asker = findExecution(incident, facts.execution)?.requestedBy.name;
  return [
    ...(warnings.length === 0 ? [] : [linesBlock(warnings.slice(0, 5))]),
    contextBlock(
      ...(asker === undefined ? [] : [`Asked for by ${asker}, `]),
      'open until ',
      timeInline(toInstant(new Date(facts.expiresAt)), now),
      ' · decide in the thread, or: ',
      code(`${command} approve ${nameOf(incident)} ${facts.execution}`),
    ),
  ];
}

const operationSigns: Readonly<Record<string, string>> = { done: '✅', refused: '❌', 'not sent': '➖' };
const maxOperations = 10;

function operationLines(facts: FactsOf<'mitigation_applied'> | undefined): readonly Block[] {
  if (facts === undefined || facts.operations.length === 0) return [];
  return [
    linesBlock(
      facts.operations
        .slice(0, maxOperations)
        .map(({ words, state, message }): readonly Inline[] => [
          `${operationSigns[state] ?? '❓'} ${cutText(words, maxWords)}${state === 'done' ? '' : ` · ${state}`}${message === undefined || state === 'done' ? '' : `: ${cutText(message, maxWords)}`}`,
        ]),
    ),
  ];
}

function checkLines(facts: FactsOf<'verification'> | undefined): readonly Block[] {
  if (facts === undefined || facts.checks.length === 0) return [];
  return [linesBlock(facts.checks.slice(0, maxChecks).map(checkLine))];
}
