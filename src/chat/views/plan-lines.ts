import type { ExecutionDocument } from '../../executions/document.ts';
import { cutText } from '../../export/wording.ts';
import { hasEnded } from '../../incidents/execution.ts';
import type { Execution } from '../../incidents/execution.ts';
import type { JournalEntry, Plan, PlannedOperation, PreviewFact } from '../../operations/plan.ts';
import type { Block, Inline } from '../message.ts';
import { bold, code, linesBlock, textBlock } from './inline.ts';

const maxOperations = 10;
const maxWords = 900;
const maxDifferences = 6;
const maxValue = 120;
/** So much of what two long values have in common is shown before the place where they part. */
const maxCommon = 20;
const maxFacts = 10;
const maxScript = 700;

/** What will happen, or what became of it: every operation by itself, then what one has to know before saying yes. */
export function planBlocks({ plan, journal }: Pick<ExecutionDocument, 'plan' | 'journal'>, execution: Execution): readonly Block[] {
  if (plan === undefined) return [];
  const shown = plan.operations.slice(0, maxOperations);
  const left = plan.operations.length - shown.length;
  const isDecided = hasEnded(execution);
  const wasSent = journal.length > 0;
  const lines = (planned: PlannedOperation, index: number) =>
    isDecided ? outcomeLines(planned, { index, journal, wasSent }) : operationLines(planned, index);
  return [
    textBlock(bold(headingOf(execution, wasSent))),
    ...shown.map((planned, index) => linesBlock(lines(planned, index))),
    ...(left > 0 ? [textBlock(`… and ${left} more: see `, code(`#${execution.number}`), ' in the export.')] : []),
    ...(execution.state === 'proposed' ? [...factBlocks(plan.facts), ...scriptBlocks(plan)] : []),
  ];
}

function headingOf(execution: Execution, wasSent: boolean): string {
  if (!hasEnded(execution))
    return execution.state === 'applying' ? 'Exactly this is being done:' : 'Exactly this will be done, and nothing else:';
  if (!wasSent) return 'This was not done:';
  return execution.state === 'applied' ? 'What was done:' : 'What became of it:';
}

/** Before: current -> proposed for each field, and whether it can be taken back. */
function operationLines(planned: PlannedOperation, index: number): readonly (readonly Inline[])[] {
  const { undo } = planned;
  return [
    [`${index + 1}. `, bold(cutText(planned.words, maxWords))],
    ...differenceLines(planned),
    ...previewLine(planned),
    [
      undo.type === 'possible'
        ? `   ↩️ Can be undone: ${cutText(undo.words, 200)}`
        : `   ⚠️ Cannot be undone: ${cutText(undo.reason, 200)}`,
    ],
  ];
}

function differenceLines({ differences }: PlannedOperation): readonly (readonly Inline[])[] {
  const shown = differences.slice(0, maxDifferences);
  const left = differences.length - shown.length;
  return [
    ...shown.map(({ field, from, to }): readonly Inline[] => {
      const [before, after] = cutWhereTheyPart(from, to);
      return [`   ${cutText(field, 120)}: `, code(before), ' → ', code(after)];
    }),
    ...(left > 0 ? [[`   … and ${left} more ${left === 1 ? 'field' : 'fields'}`]] : []),
  ];
}

/** Two long values that are alike at first would look the same if both were cut at their ends. */
function cutWhereTheyPart(from: string, to: string): readonly [string, string] {
  const [before, after] = [Array.from(from), Array.from(to)];
  const parted = before.findIndex((character, index) => character !== after[index]);
  const isLong = Math.max(before.length, after.length) > maxValue;
  const start = isLong ? Math.max(0, (parted < 0 ? before.length : parted) - maxCommon) : 0;
  const part = (characters: readonly string[]) => {
    const rest = characters.slice(start).join('');
    return rest === '' ? 'none' : `${start > 0 ? '…' : ''}${cutText(rest, maxValue)}`;
  };
  return [part(before), part(after)];
}

/** Only what could not be tried out beforehand is worth a line. */
function previewLine({ dryRun }: PlannedOperation): readonly (readonly Inline[])[] {
  if (dryRun.type === 'none') return [['   ⚠️ Cannot be tried out first: this is what is sent']];
  if (dryRun.type === 'unavailable') return [[`   ⚠️ Not tried out first: ${cutText(dryRun.reason, 200)}`]];
  return dryRun.type === 'refused' ? [[`   ⛔ The server would refuse it: ${cutText(dryRun.message, 200)}`]] : [];
}

const outcomes = {
  done: '✅',
  refused: '❌',
  sent: '❓',
  unknown: '❓',
} as const satisfies Record<JournalEntry['state'], string>;

type Course = { index: number; journal: readonly JournalEntry[]; wasSent: boolean };

function outcomeLines(planned: PlannedOperation, { index, journal, wasSent }: Course): readonly (readonly Inline[])[] {
  const words = cutText(planned.words, 300);
  if (!wasSent) return [[`${index + 1}. ${words}`]];
  const entry = journal.findLast((each) => each.index === index);
  if (entry === undefined) return [[`➖ ${words} · not sent`]];
  const unsure = entry.state === 'sent' || entry.state === 'unknown' ? ' · nobody knows whether it happened' : '';
  const refused = entry.state === 'refused' ? ' · refused' : '';
  return [
    [`${outcomes[entry.state]} ${words}${unsure}${refused}`],
    ...(entry.state === 'done' || entry.message === undefined || entry.message === '' ? [] : [[`   ${cutText(entry.message, 300)}`]]),
  ];
}

const factSigns = { blocker: '⛔', warning: '⚠️', note: 'ℹ️' } as const satisfies Record<PreviewFact['weight'], string>;
const factOrder = ['blocker', 'warning', 'note'] as const;

function factBlocks(facts: readonly PreviewFact[]): readonly Block[] {
  if (facts.length === 0) return [];
  const sorted = factOrder.flatMap((weight) => facts.filter((fact) => fact.weight === weight));
  const shown = sorted.slice(0, maxFacts).map(({ weight, text }): readonly Inline[] => [`${factSigns[weight]} ${cutText(text, 300)}`]);
  const left = sorted.length - shown.length;
  return [textBlock(bold('Know before you decide:')), linesBlock([...shown, ...(left > 0 ? [[`… and ${left} more`]] : [])])];
}

/** The lines of the runbook that the plan was made from; an undo has none of its own. */
function scriptBlocks({ runs, source }: Plan): readonly Block[] {
  return runs === 'script'
    ? [textBlock(`From step ${source.number} of the runbook:`), { type: 'code', text: cutText(source.text, maxScript) }]
    : [];
}

/** One line about taking back what was done, or may have been. */
export function undoLine({ plan, journal }: { plan: Plan; journal: readonly JournalEntry[] }): string {
  const last = (index: number) => journal.findLast((entry) => entry.index === index)?.state ?? 'refused';
  const operations = plan.operations.filter((_, index) => last(index) !== 'refused');
  if (operations.length === 0) return '';
  const possible = operations.flatMap(({ undo }) => (undo.type === 'possible' ? [undo.words] : []));
  const impossible = operations.flatMap(({ undo }) => (undo.type === 'possible' ? [] : [undo.reason]));
  if (possible.length === 0) return `⚠️ Cannot be undone: ${cutText([...new Set(impossible)].join('; '), 300)}`;
  const rest = impossible.length === 0 ? '' : `. Not the rest: ${[...new Set(impossible)].join('; ')}`;
  return `↩️ Can be undone: ${cutText(`${possible.join('; ')}${rest}`, 400)}`;
}
