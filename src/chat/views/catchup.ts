import { countText, durationText, listText, roleWords, severityText } from '../../export/wording.ts';
import { firingAlerts, isOpen, nameOf, roles } from '../../incidents/incident.ts';
import type { Incident } from '../../incidents/incident.ts';
import { msBetween } from '../../kernel/instant.ts';
import type { EntryKind, TimelineEntry } from '../../timeline/entry.ts';
import type { Block, Inline, Message } from '../message.ts';
import { message } from './answers.ts';
import type { DrawContext } from './context.ts';
import { draftOfKind } from './fill.ts';
import { alertsLine, measurementLine, nextAction, oneLine, stateWord } from './incident-lines.ts';
import { bold, contextBlock, linkInline, personInline, textBlock } from './inline.ts';
import { entryItem } from './timeline.ts';

const shownEvents = 5;

/** Bookkeeping that tells a newcomer nothing. */
const dull: readonly EntryKind[] = ['thread_opened'];

/** Where the incident stands, for somebody who comes in late. Made from the record alone, so that it says the same to everybody. */
export function drawCatchup(context: DrawContext, entries: readonly TimelineEntry[]): Message {
  const { incident, now, links } = context;
  const events = entries.filter(({ kind }) => !dull.includes(kind)).slice(-shownEvents);
  const measurement = isOpen(incident) ? measurementLine(incident, now) : undefined;
  const questions = openQuestions(context);
  return message(
    [bold(`${nameOf(incident)} ${oneLine(incident.title)}`)],
    [
      textBlock(...standing(incident, context)),
      ...(incident.impact === '' ? [] : [textBlock(bold('Impact:'), ` ${oneLine(incident.impact)}`)]),
      textBlock(...alertsLine(incident), ...(measurement === undefined ? [] : [' · ', ...measurement])),
      textBlock(bold('Last events')),
      { type: 'list', items: events.map(entryItem) },
      ...(questions.length === 0
        ? []
        : [textBlock(bold('Open questions')), { type: 'list', items: questions.map((question) => [question]) } as const]),
      textBlock(bold(nextAction(incident))),
      ...threadBlock(links.thread),
    ],
  );
}

function standing(incident: Incident, { now }: DrawContext): readonly Inline[] {
  const { startedAt, resolvedAt } = incident.milestones;
  const age = isOpen(incident)
    ? `· ${durationText(msBetween(startedAt, now))}`
    : `after ${durationText(msBetween(startedAt, resolvedAt ?? now))}`;
  const { commander } = incident.roles;
  return [
    `${severityText(incident.severity)} · `,
    bold(stateWord(incident)),
    ` ${age} · `,
    ...(commander === undefined ? ['no incident commander'] : ['IC ', personInline(commander)]),
    ...(incident.state === 'acknowledged' && incident.acknowledgedBy !== undefined
      ? [' · acknowledged by ', personInline(incident.acknowledgedBy)]
      : []),
  ];
}

/** What nobody has said or decided yet, found from the incident's own facts. */
function openQuestions({ incident, runbook }: Pick<DrawContext, 'incident' | 'runbook'>): readonly string[] {
  if (!isOpen(incident)) return closedQuestions(incident);
  const unassigned = roles.filter((role) => incident.roles[role] === undefined).map((role) => roleWords[role].name);
  const draft = draftOfKind('internal', runbook, incident);
  return [
    ...(incident.state === 'triggered' ? ['Nobody has acknowledged it.'] : []),
    ...(unassigned.length === 0 ? [] : [`Nobody has these roles: ${listText(unassigned)}.`]),
    ...(incident.runbook === undefined ? ['No runbook is linked.'] : []),
    ...(incident.latestUpdate === undefined ? ['No status update has been posted.'] : []),
    ...(draft === undefined || draft.filled.missing.length === 0 ? [] : [`Not known yet: ${listText(draft.filled.missing)}.`]),
    ...(incident.impact === '' ? ['The impact is not written down.'] : []),
  ];
}

function closedQuestions(incident: Incident): readonly string[] {
  const firing = firingAlerts(incident).length;
  return firing === 0 ? [] : [`${countText(firing, 'alert')} still ${firing === 1 ? 'fires' : 'fire'} although it is resolved.`];
}

function threadBlock(thread: string | undefined): readonly Block[] {
  return thread === undefined ? [] : [contextBlock(linkInline('Open the thread', thread))];
}
