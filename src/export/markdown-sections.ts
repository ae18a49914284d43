import type { TimelineEntry } from '../timeline/entry.ts';
import { actorOf, factsOf, outputOf, textOf } from './entry-parts.ts';
import type { ExportedAlert, IncidentExport } from './incident-export.ts';
import { codeBlock, codeSpan, escapeMarkdown, linkMarkdown, quoteMarkdown } from './markdown-text.ts';
import { actorText, storyOf } from './story.ts';
import { countText, dateTimeText, phaseWords, quantityText, severityText } from './wording.ts';

/** Every update that was posted, word by word. */
export function updatesSection({ timeline }: IncidentExport): string {
  const updates = timeline.entries.filter(({ kind }) => kind === 'update');
  if (updates.length === 0) return '## Status updates\n\nNone was posted.';
  return ['## Status updates', ...updates.map(updateText)].join('\n\n');
}

function updateText(entry: TimelineEntry): string {
  const phase = factsOf(entry, 'update')?.phase;
  const line = `**${dateTimeText(entry.at)}** · ${phase === undefined ? 'phase erased' : phaseWords[phase]} · ${escapeMarkdown(actorText(actorOf(entry)))} (#${entry.seq})`;
  const text = textOf(entry);
  return [line, text === undefined ? '> (the words were erased)' : quoteMarkdown(text)].join('\n\n');
}

/** The whole timeline, one line an entry; a person's words below their line. */
export function timelineSection({ timeline }: IncidentExport): string {
  return `## Timeline\n\n${timeline.entries.map(entryText).join('\n').trimEnd()}`;
}

function entryText(entry: TimelineEntry): string {
  const { who, what, text } = storyOf(entry);
  const line = `- ${dateTimeText(entry.at)} · #${entry.seq} · **${escapeMarkdown(who)}** ${escapeMarkdown(what)}${linkOf(entry)}`;
  const output = outputOf(entry) ?? '';
  const below = [
    ...(text === undefined || text.trim() === '' ? [] : [quoteMarkdown(text)]),
    ...(output.trim() === '' ? [] : [codeBlock(output, 'text')]),
  ];
  return below.length === 0 ? line : `${[line, ...below.map(indented)].join('\n\n')}\n`;
}

function indented(block: string): string {
  return block
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Where an alert's evidence is. */
function linkOf(entry: TimelineEntry): string {
  const url = factsOf(entry, 'alert_firing')?.generatorUrl;
  return url === undefined ? '' : ` · ${linkMarkdown(url, 'query')}`;
}

export function alertsSection({ alerts }: IncidentExport): string {
  if (alerts.length === 0) return '## Alerts\n\nNone: a person declared the incident.';
  return [`## Alerts`, `${countText(alerts.length, 'alert instance')}.`, ...alerts.map(alertText)].join('\n\n');
}

function alertText(alert: ExportedAlert): string {
  const until = alert.status === 'firing' ? 'still firing at the time of the export' : `cleared ${dateTimeText(alert.changedAt)}`;
  const lines = [
    `- Severity: ${severityText(alert.severity)}`,
    `- Fired from ${dateTimeText(alert.startsAt)}, ${until}`,
    ...(alert.summary === '' ? [] : [`- Summary: ${escapeMarkdown(alert.summary)}`]),
    `- Fingerprint: ${codeSpan(alert.fingerprint)}`,
    ...(alert.generatorUrl === undefined ? [] : [`- ${linkMarkdown(alert.generatorUrl, 'Query')}`]),
    ...(alert.labels === undefined ? ['- Labels and annotations: gone'] : [`- Labels: ${pairs(alert.labels)}`]),
    ...Object.entries(alert.annotations ?? {}).map(([name, value]) => `- Annotation ${codeSpan(name)}: ${annotationText(name, value)}`),
  ];
  return [`### ${escapeMarkdown(alert.name)}${alert.target === '' ? '' : ` on ${escapeMarkdown(alert.target)}`}`, lines.join('\n')].join(
    '\n\n',
  );
}

function annotationText(name: string, value: string): string {
  return /^https?:\/\/\S+$/i.test(value) ? linkMarkdown(value, name) : escapeMarkdown(value);
}

function pairs(labels: Readonly<Record<string, string>>): string {
  const texts = Object.entries(labels).map(([name, value]) => codeSpan(`${name}=${value}`));
  return texts.length === 0 ? 'none' : texts.join(' ');
}

/** The runbook's own measure: the query, and what it said when. */
export function measurementsSection({ incident, timeline }: IncidentExport): string {
  const measured = timeline.entries.flatMap((entry) => {
    const facts = factsOf(entry, 'measured');
    return facts === undefined ? [] : [{ at: entry.at, ...facts }];
  });
  const { measurement } = incident;
  const all = measurement === undefined || measured.some(({ at }) => at === measurement.at) ? measured : [...measured, measurement];
  const [first] = all;
  if (first === undefined) return '';
  const lines = all.map((one) => {
    const reading = one.value === undefined ? `no value: ${one.problem ?? 'reason unknown'}` : quantityText(one.value, one.unit);
    return `- ${dateTimeText(one.at)} · ${escapeMarkdown(one.label)}: ${escapeMarkdown(reading)}`;
  });
  return ['## Measurements', lines.join('\n'), codeBlock(first.promql, 'promql')].join('\n\n');
}

export function draftsSection({ drafts }: IncidentExport): string {
  if (drafts.length === 0) return '';
  const texts = drafts.map(({ name, text, missing }) => {
    const hole = missing.length === 0 ? 'nothing is missing' : `missing: ${missing.map(escapeMarkdown).join(', ')}`;
    return [`### ${escapeMarkdown(name)} (${hole})`, quoteMarkdown(text)].join('\n\n');
  });
  return [
    '## Drafts',
    'Filled from the runbook at the time of the export. Nobody sent these; what was sent stands under status updates.',
    ...texts,
  ].join('\n\n');
}
