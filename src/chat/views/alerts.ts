import type { Alert } from '../../alerts/alert.ts';
import { countText, cutText } from '../../export/wording.ts';
import { nameOf } from '../../incidents/incident.ts';
import type { AlertLink } from '../../incidents/incident.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Block, Inline, Message } from '../message.ts';
import { plain } from './answers.ts';
import type { DrawContext } from './context.ts';
import { alertsLine, oneLine } from './incident-lines.ts';
import { bold, code, contextBlock, linkInline, textBlock, timeInline } from './inline.ts';

const maxShown = 10;

/** The evidence: each alert instance, whether it fires, since when, on what, and where to look. */
export function drawAlerts(context: DrawContext): Message {
  const { incident } = context;
  const ordered = [...incident.alerts].sort((a, b) => order(a, b));
  const shown = ordered.slice(0, maxShown);
  const rest = ordered.length - shown.length;
  const line = alertsLine(incident);
  const blocks: Block[] = [
    textBlock(...alertsLine(incident, { targets: false })),
    { type: 'list', items: shown.map((link) => alertItem(link, context)) },
    ...(rest > 0
      ? [contextBlock(`and ${countText(rest, 'more alert')}. All of them: `, code(`${context.command} export ${nameOf(incident)}`))]
      : []),
  ];
  return { summary: `${nameOf(incident)}: ${cutText(plain(line), 250)}`, blocks };
}

/** What fires stands first, then what began first. */
function order(a: AlertLink, b: AlertLink): number {
  if (a.status !== b.status) return a.status === 'firing' ? -1 : 1;
  return a.startsAt < b.startsAt ? -1 : 1;
}

function alertItem(link: AlertLink, context: DrawContext): readonly Inline[] {
  const alert = context.alerts?.find(({ key }) => key === link.key);
  const labels = interestingLabels(alert, link);
  return [
    link.status === 'firing' ? '🔥 ' : '✅ ',
    bold(link.name),
    link.target === '' ? '' : ` ${link.target}`,
    ...period(link, context.now),
    ...quietness(link, context.now),
    link.summary === '' ? '' : ` · ${cutText(oneLine(link.summary), 160)}`,
    ...labels.flatMap((label, index): Inline[] => [index === 0 ? ' · ' : ' ', code(label)]),
    ...(link.generatorUrl === undefined ? [] : [' · ', linkInline('query', link.generatorUrl)]),
  ].filter((inline) => inline !== '');
}

function period(link: AlertLink, now: Instant): readonly Inline[] {
  if (link.status === 'firing') return [' · firing since ', timeInline(link.startsAt, now)];
  return [' · cleared at ', timeInline(link.changedAt, now), ', fired from ', timeInline(link.startsAt, now)];
}

/** Who wonders why nobody was told again finds it here. */
function quietness({ status, quiet }: AlertLink, now: Instant): readonly Inline[] {
  if (status === 'resolved' || quiet === undefined) return [];
  if (quiet.by === 'inhibition') return [' · 🔕 inhibited in Alertmanager by another alert'];
  return [
    ' · 🔕 silenced in Alertmanager',
    ...(quiet.until === undefined ? [] : [' until ', timeInline(quiet.until, now)]),
    ...(quiet.who === undefined || quiet.who === '' ? [] : [` by ${cutText(oneLine(quiet.who), 60)}`]),
  ];
}

/** Labels that say where to look, the most telling first. Others are in the export. */
const labelNames = [
  'cluster',
  'namespace',
  'deployment',
  'statefulset',
  'daemonset',
  'pod',
  'container',
  'node',
  'instance',
  'job',
  'service',
  'queue',
  'error_type',
];
const maxLabels = 4;

function interestingLabels(alert: Alert | undefined, link: AlertLink): readonly string[] {
  if (alert === undefined) return [];
  return labelNames
    .flatMap((name) => {
      const value = alert.labels[name];
      return value === undefined || value === '' || value === link.target ? [] : [`${name}=${cutText(value, 60)}`];
    })
    .slice(0, maxLabels);
}
