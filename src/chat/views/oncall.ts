import { durationText } from '../../export/wording.ts';
import { isOpen } from '../../incidents/incident.ts';
import type { Incident } from '../../incidents/incident.ts';
import { msBetween } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Block, Inline, Message } from '../message.ts';
import { acknowledgeActions } from './buttons.ts';
import type { DrawContext } from './context.ts';
import { headline, incidentSummary, measurementLine, oneLine } from './incident-lines.ts';
import { bold, contextBlock, joined, linesBlock, linkInline, personInline, timeInline } from './inline.ts';
import { nextCall } from './next-call.ts';

/** The announcement of a critical incident to whoever is on call. It follows the incident, so that nobody runs for what somebody has. */
export function drawOncall(context: DrawContext): Message {
  const { incident, now } = context;
  const measurement = isOpen(incident) ? measurementLine(incident, now) : undefined;
  const impact: readonly Inline[] = incident.impact === '' ? [] : [bold('Impact:'), ` ${oneLine(incident.impact)}`];
  const blocks: Block[] = [
    { type: 'heading', text: headline(incident) },
    linesBlock([whoHasIt(incident, now), impact, measurement ?? []]),
    ...acknowledgeActions(incident),
    beganAndThread(context),
  ];
  return { summary: incidentSummary(incident), blocks };
}

/** When it began, and the way to its thread. */
export function beganAndThread({ incident, now, links }: DrawContext): Block {
  return contextBlock(
    ...joined([
      ['Began ', timeInline(incident.milestones.startedAt, now)],
      links.thread === undefined ? ['the thread is in the incidents channel'] : [linkInline('Open the thread', links.thread)],
    ]),
  );
}

function nobodyYet(next: readonly Inline[]): readonly Inline[] {
  return next.length === 0 ? [bold('Nobody has acknowledged this yet.')] : joined([[bold('Nobody has acknowledged this yet')], next]);
}

/** Who is on it, or that nobody is. */
export function whoHasIt(incident: Incident, now: Instant): readonly Inline[] {
  const { startedAt, acknowledgedAt, resolvedAt } = incident.milestones;
  if (resolvedAt !== undefined)
    return [bold('Over.'), ' Resolved at ', timeInline(resolvedAt, now), ` after ${durationText(msBetween(startedAt, resolvedAt))}`];
  if (incident.state === 'triggered') return nobodyYet(nextCall(incident, now));
  const by: readonly Inline[] = incident.acknowledgedBy === undefined ? [] : [' by ', personInline(incident.acknowledgedBy)];
  const at: readonly Inline[] = acknowledgedAt === undefined ? [] : [' at ', timeInline(acknowledgedAt, now)];
  const commander: readonly Inline[] = incident.roles.commander === undefined ? [] : [' · IC ', personInline(incident.roles.commander)];
  return [bold('Acknowledged'), ...by, ...at, ...commander];
}
