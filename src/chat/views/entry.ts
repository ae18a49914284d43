import { actorOf, factsOf, textOf } from '../../export/entry-parts.ts';
import { actorText, storyOf } from '../../export/story.ts';
import { countText, cutText, durationText, phaseWords, roleWords, severityText } from '../../export/wording.ts';
import { isOpen, nameOf } from '../../incidents/incident.ts';
import { toInstant } from '../../kernel/instant.ts';
import type { TimelineEntry } from '../../timeline/entry.ts';
import type { Block, Inline, Message } from '../message.ts';
import { plain } from './answers.ts';
import { resolveButton } from './buttons.ts';
import type { DrawContext } from './context.ts';
import { executionEntryLine, executionEntryTail } from './entry-execution.ts';
import { oneLine } from './incident-lines.ts';
import { actorInline, bold, code, contextBlock, personInline, quoteBlock, textBlock, timeInline } from './inline.ts';

/** One timeline entry as a message of the thread. */
export function drawEntry(context: DrawContext, entry: TimelineEntry): Message {
  const name = nameOf(context.incident);
  const first = firstLine(context, entry);
  const text = textOf(entry);
  const spoken = text === undefined ? '' : `${plain(first).endsWith('.') ? '' : ':'} ${oneLine(text)}`;
  return {
    summary: cutText(`${plain(first).includes(name) ? '' : `${name}: `}${plain(first)}${spoken}`, 300),
    blocks: [textBlock(...first), ...(text === undefined || text.trim() === '' ? [] : [quoteBlock(text)]), ...tail(context, entry)],
  };
}

function firstLine(context: DrawContext, entry: TimelineEntry): readonly Inline[] {
  const who = actorInline(actorOf(entry));
  // What is also sent to the channel has to say there which incident it is about.
  const name = nameOf(context.incident);
  switch (entry.kind) {
    case 'acknowledged':
      return ['👀 ', who, ' acknowledged and is on it'];
    case 'note':
      return ['📝 Note by ', who];
    case 'update':
      return ['📣 ', bold(`${name} · ${phaseOf(entry)}`), ' · update by ', who];
    case 'severity_changed':
      return severityLine(entry, who);
    case 'role_assigned':
      return roleLine(entry, who);
    case 'alerts_cleared':
      return ['✅ ', bold(`${name} · All alerts have cleared.`), ...afterClearing(context, entry)];
    case 'resolved':
      return ['✅ ', bold(`${name} · Resolved`), ' by ', who];
    case 'reopened':
      return ['🔁 ', bold(`${name} · Reopened`), ' by ', who, '. Somebody has to acknowledge it again.'];
    default:
      return executionEntryLine(context, entry) ?? [`${actorText(actorOf(entry))} ${storyOf(entry).what}`];
  }
}

function phaseOf(entry: TimelineEntry): string {
  const facts = factsOf(entry, 'update');
  return facts === undefined ? 'Update' : phaseWords[facts.phase];
}

function severityLine(entry: TimelineEntry, who: Inline): readonly Inline[] {
  const facts = factsOf(entry, 'severity_changed');
  if (facts === undefined) return [who, ' changed the severity'];
  return ['Severity is now ', bold(severityText(facts.to)), `, was ${severityText(facts.from)} · by `, who];
}

function roleLine(entry: TimelineEntry, who: Inline): readonly Inline[] {
  const facts = factsOf(entry, 'role_assigned');
  if (facts === undefined) return [who, ' changed a role'];
  const role = roleWords[facts.role].name;
  if (facts.person === undefined) return ['👤 ', `Nobody is ${role} now · by `, who];
  const actor = actorOf(entry);
  const self = actor?.type === 'user' && actor.id === facts.person.id;
  return ['👤 ', personInline(facts.person), ' is now ', bold(role), ...(self ? [] : [' · by ', who])];
}

function afterClearing({ incident, now }: DrawContext, entry: TimelineEntry): readonly Inline[] {
  if (!isOpen(incident)) return [];
  const facts = factsOf(entry, 'alerts_cleared');
  if (facts?.resolvesAt === undefined || incident.due.resolve === undefined) return [' Check that it holds, then resolve.'];
  return [' It resolves by itself at ', timeInline(toInstant(new Date(facts.resolvesAt)), now), ' unless one fires again.'];
}

function tail(context: DrawContext, entry: TimelineEntry): readonly Block[] {
  if (entry.kind === 'alerts_cleared' && isOpen(context.incident)) return [{ type: 'actions', buttons: [resolveButton(context.incident)] }];
  if (entry.kind === 'role_assigned') return duties(context, entry);
  return entry.kind === 'resolved' ? closing(context, entry) : executionEntryTail(context, entry);
}

/** What a person who was just given a role is to do. */
function duties({ incident, command }: DrawContext, entry: TimelineEntry): readonly Block[] {
  const facts = factsOf(entry, 'role_assigned');
  if (facts?.person === undefined) return [];
  const name = nameOf(incident);
  const todo = {
    commander: ['Decide who does what, keep updates coming: ', code(`${command} update ${name}`)],
    communications: ['Tell those outside: drafts are in ', code(`${command} show ${name}`)],
    scribe: ['Write down what happens: ', code(`${command} note ${name} …`)],
  } as const;
  return [contextBlock(...todo[facts.role])];
}

const shownHashLength = 12;

/** The figures, and the end of the chain: an anchor outside the store for the record up to here. */
function closing({ incident, command }: DrawContext, entry: TimelineEntry): readonly Block[] {
  const facts = factsOf(entry, 'resolved');
  if (facts === undefined) return [];
  const { timeToAcknowledgeMs } = facts;
  const acknowledged =
    timeToAcknowledgeMs === undefined ? 'Never acknowledged' : `Acknowledged after ${durationText(timeToAcknowledgeMs)} (MTTA)`;
  const firing =
    facts.stillFiring === 0
      ? []
      : [textBlock('⚠️ ', bold(`${countText(facts.stillFiring, 'alert')} ${facts.stillFiring === 1 ? 'was' : 'were'} still firing then.`))];
  return [
    ...firing,
    textBlock(`${acknowledged} · resolved after ${durationText(facts.timeToResolveMs)} (MTTR)`),
    contextBlock(
      `Record: ${countText(facts.chainLength, 'entry', 'entries')} before this one, ending in `,
      code(facts.chainHead.slice(0, shownHashLength)),
      ' · export: ',
      code(`${command} export ${nameOf(incident)}`),
    ),
  ];
}
