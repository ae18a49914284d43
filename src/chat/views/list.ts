import { countText } from '../../export/wording.ts';
import { hasThread, nameOf, severities } from '../../incidents/incident.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Block, Inline, Message } from '../message.ts';
import { message } from './answers.ts';
import { listLine } from './incident-lines.ts';
import { bold, code, contextBlock, joined, textBlock } from './inline.ts';

/** The gravest first; among equals, what nobody has acknowledged, then the newest. */
export function byUrgency(a: Incident, b: Incident): number {
  const severity = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  if (severity !== 0) return severity;
  if (a.state !== b.state) return a.state === 'triggered' ? -1 : 1;
  return b.number - a.number;
}

function hints({ open, resolved }: { open: readonly Incident[]; resolved: readonly Incident[] }, command: string): readonly Inline[] {
  const first = [...open].sort(byUrgency)[0] ?? resolved[0];
  return joined([
    first === undefined ? [] : ['One of them in full: ', code(`${command} show ${nameOf(first)}`)],
    [first === undefined ? 'Something is wrong? ' : 'something new? ', code(`${command} declare`)],
  ]);
}

/** Open incidents first, then what is only listed, then what was resolved lately. */
export function drawList(lists: { open: readonly Incident[]; resolved: readonly Incident[]; now: Instant; command: string }): Message {
  const { now, command } = lists;
  const open = lists.open.filter(hasThread).sort(byUrgency);
  const info = lists.open.filter((incident) => !hasThread(incident));
  const section = (title: string, incidents: readonly Incident[]): readonly Block[] =>
    incidents.length === 0 ? [] : [textBlock(bold(title)), { type: 'list', items: incidents.map((incident) => listLine(incident, now)) }];
  return message(
    [bold(open.length === 0 ? 'No incident is open.' : `${countText(open.length, 'incident')} open`)],
    [
      ...(open.length === 0 ? [] : [{ type: 'list', items: open.map((incident) => listLine(incident, now)) } as const]),
      ...section('For information only', info),
      ...section('Resolved lately', lists.resolved),
      contextBlock(...hints(lists, command)),
    ],
  );
}
