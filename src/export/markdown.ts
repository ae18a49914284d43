import { roles } from '../incidents/incident.ts';
import type { IncidentExport } from './incident-export.ts';
import { alertsSection, draftsSection, measurementsSection, timelineSection, updatesSection } from './markdown-sections.ts';
import { codeSpan, escapeMarkdown } from './markdown-text.ts';
import { actorText } from './story.ts';
import { dateTimeText, durationText, phaseWords, roleWords, severityText } from './wording.ts';

/** The export as a document to read: every time with its date and in UTC, everything missing said, all outside text escaped. */
export function toMarkdown(document: IncidentExport): string {
  const sections = [
    heading(document),
    factsSection(document),
    milestonesSection(document),
    gapsSection(document),
    updatesSection(document),
    timelineSection(document),
    alertsSection(document),
    measurementsSection(document),
    draftsSection(document),
    recordSection(document),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function heading({ incident, generatedAt }: IncidentExport): string {
  const state = incident.state === 'resolved' ? '✅ Resolved' : `⏳ Open, ${phaseWords[incident.phase].toLowerCase()}`;
  return [
    `# INC-${incident.number} ${escapeMarkdown(incident.title)}`,
    `${severityText(incident.severity)} · ${state} · exported ${dateTimeText(generatedAt)}`,
  ].join('\n\n');
}

function factsSection({ incident }: IncidentExport): string {
  const { runbook, thread } = incident;
  const rows: readonly (readonly [string, string])[] = [
    ['Impact', escapeMarkdown(incident.impact)],
    ['Service', escapeMarkdown(incident.service)],
    ['Opened by', escapeMarkdown(actorText(incident.origin))],
    ['Acknowledged by', escapeMarkdown(incident.acknowledgedBy?.name ?? '')],
    ...roles.map((role) => [capital(roleWords[role].name), escapeMarkdown(incident.roles[role]?.name ?? '')] as const),
    [
      'Runbook',
      runbook === undefined ? '' : `${escapeMarkdown(runbook.title)} (${codeSpan(runbook.path)}, SHA-256 ${codeSpan(runbook.digest)})`,
    ],
    ['Follows', incident.previousNumber === undefined ? 'no earlier incident' : `INC-${incident.previousNumber}`],
    ['Thread', thread === undefined ? '' : `channel ${codeSpan(thread.channel)}, message ${codeSpan(thread.ts)}`],
  ];
  return ['## What it is', table(['', ''], rows)].join('\n\n');
}

function milestonesSection({ incident, figures }: IncidentExport): string {
  const { startedAt, detectedAt, acknowledgedAt, resolvedAt } = incident.milestones;
  const { timeToDetectMs, timeToAcknowledgeMs, timeToResolveMs } = figures;
  const rows: readonly (readonly [string, string, string])[] = [
    ['Started', dateTimeText(startedAt), ''],
    ['Detected', dateTimeText(detectedAt), `${durationText(timeToDetectMs)} after the start (MTTD)`],
    [
      'Acknowledged',
      optionalTime(acknowledgedAt),
      timeToAcknowledgeMs === undefined ? '' : `${durationText(timeToAcknowledgeMs)} after detection (MTTA)`,
    ],
    ['Resolved', optionalTime(resolvedAt), timeToResolveMs === undefined ? '' : `${durationText(timeToResolveMs)} after the start (MTTR)`],
  ];
  return ['## Milestones', table(['Milestone', 'Time', 'Took'], rows)].join('\n\n');
}

function optionalTime(at: IncidentExport['generatedAt'] | undefined): string {
  return at === undefined ? '' : dateTimeText(at);
}

function gapsSection({ gaps }: IncidentExport): string {
  const text = gaps.length === 0 ? 'Nothing that Tocsin knows of.' : gaps.map((gap) => `- ${escapeMarkdown(gap)}`).join('\n');
  return ['## What is missing', text].join('\n\n');
}

function recordSection(document: IncidentExport): string {
  const { verification, timeline, schema, digest } = document;
  const checked = verification.ok
    ? `✅ The hash chain held when this was written: ${verification.entries} entries, ${verification.erased} parts erased since.`
    : `❌ **The hash chain did not hold when this was written.** Entry ${verification.firstBad}: ${escapeMarkdown(verification.reason)}.`;
  return [
    '## Record',
    checked,
    table(
      ['', ''],
      [
        ['Form', codeSpan(schema)],
        ['Entries', String(timeline.head.seq)],
        ['End of the chain', codeSpan(timeline.head.hash)],
        ['Digest of the JSON export', codeSpan(digest)],
      ],
    ),
    'To check it, offline: export the JSON form and run `tocsin verify FILE`. The thread shows the end of the chain at each resolution; compare it.',
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => (cell === '' ? '—' : cell)).join(' | ')} |`;
  const title = head.every((cell) => cell === '') ? `|${' |'.repeat(head.length)}` : line(head);
  return [title, `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
