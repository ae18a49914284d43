import type { Alert } from '../../alerts/alert.ts';
import { isOpen } from '../../incidents/incident.ts';
import type { Block, Inline, Message } from '../message.ts';
import { incidentActions } from './buttons.ts';
import { hasDiagnostics } from './context.ts';
import type { DrawContext } from './context.ts';
import { executionLines } from './execution-lines.ts';
import { alertsLine, headline, incidentSummary, lastUpdate, measurementLine, oneLine, statusGroups } from './incident-lines.ts';
import { bold, contextBlock, joined, linesBlock, linkInline } from './inline.ts';

/** The incident on one screen of a phone: what broke, since when, how bad now, who has it, what to press. */
export function drawCard(context: DrawContext): Message {
  const { incident } = context;
  return {
    summary: incidentSummary(incident),
    blocks: [
      ...cardFacts(context),
      incidentActions(incident, { canDiagnose: hasDiagnostics(context) }),
      contextBlock(...lastUpdate(incident, context.now)),
    ],
  };
}

/** The card without what one can press. */
export function cardFacts(context: DrawContext): readonly Block[] {
  const { incident, now } = context;
  const measurement = measurementLine(incident, now);
  const lines: readonly (readonly Inline[])[] = [
    joined(statusGroups(context)),
    ...(incident.impact === '' ? [] : [[bold('Impact:'), ` ${oneLine(incident.impact)}`]]),
    ...(measurement === undefined || !isOpen(incident) ? [] : [measurement]),
    alertsLine(incident),
    ...executionLines(incident, now),
    ...linksLine(context),
  ];
  return [{ type: 'heading', text: headline(incident) }, linesBlock(lines)];
}

function linksLine(context: DrawContext): readonly (readonly Inline[])[] {
  const { incident } = context;
  const groups: readonly (readonly Inline[])[] = [
    runbookLink(context),
    ...dashboards(context.alerts ?? []),
    incident.previousNumber === undefined ? [] : [`follows INC-${incident.previousNumber}`],
  ];
  return [joined(groups)];
}

/** The runbook; its title only where the heading does not say the same. */
function runbookLink({ incident: { runbook, title }, links }: DrawContext): readonly Inline[] {
  if (runbook === undefined) return ['Runbook: none matched'];
  if (links.runbook !== undefined && runbook.title === title) return [linkInline('Runbook', links.runbook)];
  return ['Runbook: ', linkInline(runbook.title, links.runbook)];
}

const maxDashboards = 3;

/** The addresses that alert authors put into annotations, each once. Only http(s) ones can be pressed. */
function dashboards(alerts: readonly Alert[]): readonly (readonly Inline[])[] {
  const found = new Map<string, string>();
  for (const { annotations } of alerts) {
    for (const [name, value] of Object.entries(annotations)) {
      if (/dashboard|grafana|panel/i.test(name) && /^https?:\/\/\S+$/i.test(value) && !found.has(value)) found.set(value, 'Dashboard');
    }
  }
  return [...found].slice(0, maxDashboards).map(([url, text], index) => [linkInline(index === 0 ? text : `${text} ${index + 1}`, url)]);
}
