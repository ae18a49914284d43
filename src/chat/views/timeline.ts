import { actorOf } from '../../export/entry-parts.ts';
import { storyOf } from '../../export/story.ts';
import { countText, cutText } from '../../export/wording.ts';
import { nameOf } from '../../incidents/incident.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { TimelineEntry } from '../../timeline/entry.ts';
import type { Inline, Message } from '../message.ts';
import { message } from './answers.ts';
import { oneLine } from './incident-lines.ts';
import { actorInline, bold, code, contextBlock } from './inline.ts';

const shownEntries = 15;
const shownText = 160;

/** The latest entries in words, with dates, and how to get them all. */
export function drawTimeline(of: { incident: Incident; entries: readonly TimelineEntry[]; command: string }): Message {
  const { incident, entries, command } = of;
  const shown = entries.slice(-shownEntries);
  const count =
    entries.length > shown.length
      ? `the last ${shown.length} of ${countText(entries.length, 'entry', 'entries')}`
      : countText(entries.length, 'entry', 'entries');
  return message(
    [bold(`Timeline of ${nameOf(incident)}`), `, ${count}`],
    [
      { type: 'list', items: shown.map(entryItem) },
      contextBlock('All of it, with evidence and the hash chain: ', code(`${command} export ${nameOf(incident)}`)),
    ],
  );
}

/** "14 Mar 10:03 · Ana posted an update, monitoring: The fix is out". */
export function entryItem(entry: TimelineEntry): readonly Inline[] {
  const { what, text } = storyOf(entry);
  return [
    { type: 'time', at: entry.at, style: 'date_time' },
    ' · ',
    actorInline(actorOf(entry)),
    ` ${what}`,
    ...(text === undefined ? [] : [`: ${cutText(oneLine(text), shownText)}`]),
  ];
}
