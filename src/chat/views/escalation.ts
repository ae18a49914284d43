import { factsOf } from '../../export/entry-parts.ts';
import type { FactsOf } from '../../export/entry-parts.ts';
import { countText, cutText, durationText, lateEnoughMs, severityWords } from '../../export/wording.ts';
import { stillHolds } from '../../incidents/escalation.ts';
import { nameOf } from '../../incidents/incident.ts';
import type { Incident } from '../../incidents/incident.ts';
import { msBetween } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { TimelineEntry } from '../../timeline/entry.ts';
import type { Block, Inline, Message } from '../message.ts';
import { acknowledgeActions } from './buttons.ts';
import type { DrawContext } from './context.ts';
import { headline, oneLine } from './incident-lines.ts';
import { bold, linesBlock, timeInline } from './inline.ts';
import { beganAndThread, whoHasIt } from './oncall.ts';

/**
 * Tells those on call again that nobody has acknowledged: what, since when, who was told, what comes next. Once somebody has, the same message
 * says who, and asks for nothing any more.
 */
export function drawEscalation(context: DrawContext, entry: TimelineEntry): Message {
  const { incident, now } = context;
  const facts = factsOf(entry, 'escalated');
  const waits = stillHolds(incident, entry);
  const waited = facts === undefined ? '' : ` for ${durationText(msBetween(facts.since, entry.at))}`;
  const since: readonly Inline[] = facts === undefined ? [] : [', since ', timeInline(facts.since, now)];
  const lines: readonly (readonly Inline[])[] = waits
    ? [
        ['⏰ ', bold(`Nobody has acknowledged this${waited}`), ...since],
        lateness(facts, now),
        told(facts, entry.at, now),
        comesNext(facts, now),
      ]
    : [answer(incident, now), [`Nobody had acknowledged it${waited}`, ...since]];
  const blocks: readonly Block[] = [
    { type: 'heading', text: headline(incident) },
    linesBlock(lines.filter((line) => line.length > 0)),
    ...(waits ? acknowledgeActions(incident) : []),
    beganAndThread(context),
  ];
  return { summary: summary(incident, waits ? waited : undefined), blocks };
}

type Facts = FactsOf<'escalated'> | undefined;

function summary(incident: Incident, waited: string | undefined): string {
  const what = `${severityWords[incident.severity].word} ${nameOf(incident)}: ${cutText(oneLine(incident.title), 110)}`;
  return waited === undefined ? `${what}. Answered.` : `${what}. Nobody has acknowledged it${waited}. Next: acknowledge it.`;
}

/** Why nobody has to run any more. */
function answer(incident: Incident, now: Instant): readonly Inline[] {
  const isLower = incident.state === 'triggered' && incident.severity !== 'critical';
  return isLower ? [bold(`It is ${severityWords[incident.severity].word.toLowerCase()} now.`)] : whoHasIt(incident, now);
}

function lateness(facts: Facts, now: Instant): readonly Inline[] {
  if (facts === undefined || (facts.lateMs < lateEnoughMs && facts.missedAt.length === 0)) return [];
  const missed: readonly Inline[] =
    facts.missedAt.length === 0 ? [] : [' It stands for ', countText(facts.missedAt.length, 'earlier one'), ' as well.'];
  return [
    `This comes ${durationText(facts.lateMs)} late`,
    ': it was due at ',
    timeInline(facts.dueAt, now),
    ', when Tocsin was not able to.',
    ...missed,
  ];
}

/** The time stands there because chat may have been away since. */
function told(facts: Facts, at: Instant, now: Instant): readonly Inline[] {
  if (facts === undefined) return [];
  return [`Call ${facts.step} of ${facts.of}, made at `, timeInline(at, now), ' · told so far: this channel only'];
}

function comesNext(facts: Facts, now: Instant): readonly Inline[] {
  if (facts === undefined) return [];
  if (facts.nextAt === undefined) return [bold('This was the last call: nobody else is told by Tocsin.')];
  return ['Said here again at ', timeInline(facts.nextAt, now), ' unless somebody acknowledges'];
}
