import { clockText, countText, cutText, dateTimeText, durationText, severityText, severityWords } from '../../export/wording.ts';
import { firingAlerts, nameOf, severities } from '../../incidents/incident.ts';
import type { Incident, Severity } from '../../incidents/incident.ts';
import { msBetween } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Block, Inline, Message } from '../message.ts';
import { oneLine } from './incident-lines.ts';
import { bold, code, contextBlock, joined, linesBlock, linkInline, personInline, textBlock, timeInline } from './inline.ts';

type StormCount = { incidents: number; unacknowledged: number; resolved: number; alerts: number };

/** An alert storm as it was counted at `at`: many incidents at once, whose threads wait. */
export type StormShown = {
  /** The card in the incidents channel, one that a newer card has replaced, or the message to those on call. */
  kind: 'card' | 'replaced card' | 'oncall';
  at: Instant;
  since: Instant;
  /** Present once it is over. */
  endedAt?: Instant;
  counts: Readonly<Record<Severity, StormCount>>;
  /** Threads that are not open yet, and how long that takes at the present pace; absent when none could be opened lately. */
  waiting: number;
  leftMs?: number;
  /** Changes that went along with a later one. */
  folded: number;
  /** Open incidents of it, the oldest first, in any number. */
  open: readonly Incident[];
  threadOf: (incident: Incident) => string | undefined;
  command: string;
};

/** How many incidents are named. */
export const worstShown = 10;
const titleLimit = 70;

/** The message about an alert storm: how many, the worst, what waits and for how long, what to do. */
export function drawStorm(storm: StormShown): Message {
  if (storm.kind === 'replaced card') return drawReplaced(storm);
  const shown = worst(storm);
  const isOver = storm.endedAt !== undefined;
  return {
    summary: summaryOf(storm, shown),
    blocks: [
      { type: 'heading', text: headingOf(storm) },
      linesBlock(storm.kind === 'oncall' ? oncallLines(storm) : cardLines(storm)),
      ...(shown.length === 0
        ? []
        : [textBlock(bold(worstTitle(storm))), { type: 'list', items: shown.map((incident) => worstLine(storm, incident)) } as const]),
      ...(isOver && shown.length === 0 ? [] : [whatToDo(storm, shown), buttons]),
      contextBlock('Counted at ', timeInline(storm.at, storm.since), isOver ? '' : ' · this message follows the storm until it is over'),
    ],
  };
}

function drawReplaced(storm: StormShown): Message {
  const heading = `Alert storm since ${momentText(storm.since, storm.at)} · goes on`;
  const text = 'A newer card further down in this channel has the present figures.';
  return { summary: `${heading}. ${text}`, blocks: [{ type: 'heading', text: heading }, textBlock(text)] };
}

/** Critical ones first, then those with the most alerts, then the oldest. */
function worst({ kind, open }: StormShown): readonly Incident[] {
  const rank = ({ severity }: Incident) => severities.indexOf(severity);
  return open
    .filter(({ severity }) => kind === 'card' || severity === 'critical')
    .toSorted((a, b) => rank(a) - rank(b) || firingAlerts(b).length - firingAlerts(a).length || a.number - b.number)
    .slice(0, worstShown);
}

function headingOf({ kind, counts, since, endedAt, at }: StormShown): string {
  const what =
    kind === 'oncall' ? countText(counts.critical.incidents, 'critical incident') : countText(sum(counts, 'incidents'), 'incident');
  if (endedAt !== undefined) return `✅ Alert storm over · ${what}`;
  const gravest = severities.find((severity) => counts[severity].incidents > 0) ?? 'info';
  return `${severityWords[gravest].sign} Alert storm · ${what} since ${momentText(since, at)}`;
}

type Lines = readonly (readonly Inline[])[];

function cardLines(storm: StormShown): Lines {
  return [...overLine(storm), joined(bySeverity(storm)), threadsLine(storm), ...unacknowledgedLine(storm), ...foldedLine(storm)];
}

function oncallLines(storm: StormShown): Lines {
  const { incidents, resolved } = storm.counts.critical;
  const together: readonly Inline[] = [
    'While many come at once they are announced here together, not one by one. ',
    'Calls about what nobody acknowledges still come one by one.',
  ];
  return [
    ...overLine(storm),
    ...unacknowledgedLine(storm),
    ...(resolved > 0 ? [[`${resolved} of ${incidents} are resolved.`]] : []),
    ...(storm.endedAt === undefined ? [together, threadsLine(storm)] : []),
  ];
}

function overLine({ since, endedAt }: StormShown): Lines {
  if (endedAt === undefined) return [];
  return [['From ', timeInline(since, endedAt), ' to ', timeInline(endedAt, endedAt), ` (${durationText(msBetween(since, endedAt))}).`]];
}

/** "🔴 412 critical · 🟠 4588 warning · 35 resolved already". */
function bySeverity({ counts }: StormShown): Lines {
  const groups = severities.flatMap((severity) => {
    const { incidents } = counts[severity];
    const { sign, word } = severityWords[severity];
    return incidents === 0 ? [] : [[`${sign} ${incidents} ${severity === 'info' ? 'for information only' : word.toLowerCase()}`]];
  });
  const resolved = sum(counts, 'resolved');
  return resolved === 0 ? groups : [...groups, [`${resolved} resolved already`]];
}

function threadsLine(storm: StormShown): readonly Inline[] {
  const { counts, waiting, endedAt } = storm;
  const threads = counts.critical.incidents + counts.warning.incidents;
  if (waiting === 0) return [bold(endedAt === undefined ? 'All threads are open now.' : `${countText(threads, 'thread')}, all open.`)];
  return [bold(countText(waiting, 'thread waits', 'threads wait')), ...delayText(storm)];
}

function delayText({ leftMs }: StormShown): readonly Inline[] {
  if (leftMs === undefined) {
    return [': none could be opened in the last minute, because chat takes none. They keep their places, and nothing is lost.'];
  }
  return [`: ${aboutText(leftMs)} at the present pace, critical ones first. Nothing is lost.`];
}

/** "about 14 minutes": never less than it may take. */
function aboutText(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes < 120 ? `about ${countText(minutes, 'minute')}` : `about ${durationText(minutes * 60_000)}`;
}

function unacknowledgedLine({ kind, counts }: StormShown): Lines {
  const { unacknowledged: critical } = counts.critical;
  const all = kind === 'oncall' ? critical : sum(counts, 'unacknowledged') - counts.info.unacknowledged;
  if (all === 0) return [[kind === 'oncall' ? 'Somebody has each of them, or it is over.' : 'All are acknowledged or over.']];
  const them = kind === 'oncall' || critical === 0 || critical === all ? '' : `, ${critical} of them critical`;
  return [[bold(`${all} ${all === 1 ? 'is' : 'are'} not acknowledged${them}.`)]];
}

/** What is not seen as messages of its own, and why. */
function foldedLine({ counts, folded }: StormShown): Lines {
  const joinedAlerts = Math.max(0, sum(counts, 'alerts') - sum(counts, 'incidents'));
  const parts = [
    ...(joinedAlerts === 0 ? [] : [`${countText(joinedAlerts, 'alert')} joined an incident that was there`]),
    ...(folded === 0 ? [] : [`${countText(folded, 'update')} went along with a later one`]),
  ];
  return parts.length === 0 ? [] : [[`Folded: ${parts.join(', ')}.`]];
}

function worstTitle({ kind, endedAt }: StormShown): string {
  if (endedAt !== undefined) return 'Still open, the worst first';
  return kind === 'oncall' ? 'The worst' : 'The worst, critical ones first';
}

/** "🔴 Critical · INC-12 Checkout fails · 14 alerts firing · acknowledged by @ana · Open the thread". */
function worstLine({ threadOf }: StormShown, incident: Incident): readonly Inline[] {
  const thread = threadOf(incident);
  const firing = firingAlerts(incident).length;
  return joined([
    [severityText(incident.severity)],
    [bold(nameOf(incident)), ` ${cutText(oneLine(incident.title), titleLimit)}`],
    [firing === 0 ? 'no alert firing' : `${countText(firing, 'alert')} firing`],
    hasIt(incident),
    [thread === undefined ? 'thread waits' : linkInline('Open the thread', thread)],
  ]);
}

function hasIt({ state, acknowledgedBy }: Incident): readonly Inline[] {
  if (state === 'triggered') return ['nobody has it'];
  return acknowledgedBy === undefined ? ['acknowledged'] : ['acknowledged by ', personInline(acknowledgedBy)];
}

function whatToDo({ command }: StormShown, shown: readonly Incident[]): Block {
  const first = shown.find(({ state }) => state === 'triggered');
  const take: readonly Inline[] = first === undefined ? [] : [code(`${command} ack ${nameOf(first)}`), ' takes one, '];
  return textBlock(
    bold('What to do: '),
    code(command),
    ' shows what needs you, ',
    ...take,
    code(`${command} list`),
    ' lists what is open. They work before a thread is open, too.',
  );
}

const buttons: Block = {
  type: 'actions',
  buttons: [
    { action: { type: 'run', command: 'now' }, label: 'What needs me now', style: 'primary', description: 'Show what needs me now' },
    { action: { type: 'run', command: 'list' }, label: 'List what is open', description: 'List the open incidents' },
  ],
};

/** What a notification shows and a screen reader says. */
function summaryOf(storm: StormShown, [first]: readonly Incident[]): string {
  const { kind, counts, waiting, leftMs, command } = storm;
  const parts = [
    headingOf(storm).replace(/^\S+ /, ''),
    ...(kind === 'card' ? [`${counts.critical.incidents} critical`] : []),
    `${counts.critical.unacknowledged} critical not acknowledged`,
    ...(waiting === 0
      ? []
      : [`${countText(waiting, 'thread waits', 'threads wait')}${leftMs === undefined ? '' : `, ${aboutText(leftMs)}`}`]),
    ...(first === undefined ? [] : [`Worst: ${nameOf(first)} ${cutText(oneLine(first.title), titleLimit)}`]),
    `Next: ${command}`,
  ];
  return `${parts.join('. ')}.`;
}

function sum(counts: StormShown['counts'], what: keyof StormCount): number {
  return severities.reduce((total, severity) => total + counts[severity][what], 0);
}

function momentText(at: Instant, now: Instant): string {
  return at.slice(0, 10) === now.slice(0, 10) ? clockText(at) : dateTimeText(at);
}
