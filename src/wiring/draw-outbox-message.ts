import type { Desk } from '../chat/desk.ts';
import { drawContextFor } from '../chat/draw-context.ts';
import type { Message } from '../chat/message.ts';
import { drawMessage } from '../chat/views/draw.ts';
import { outputFile, outputIn, chartFile } from '../chat/views/output.ts';
import { drawStorm, worstShown } from '../chat/views/storm.ts';
import type { ExecutionDocument } from '../executions/document.ts';
import { isLatestCall } from '../incidents/escalation.ts';
import { findExecution } from '../incidents/execution.ts';
import type { Execution } from '../incidents/execution.ts';
import type { Incident, MessageView } from '../incidents/incident.ts';
import { fromInstant } from '../kernel/instant.ts';
import type { LaneName, OutboxMessage } from '../outbox/message.ts';
import { waitMsOf } from '../outbox/storm.ts';
import type { Store } from '../store/store.ts';
import type { TimelineEntry } from '../timeline/entry.ts';

/** More than are shown: among the oldest, those with the most alerts are the worst. */
const candidates = 50;

type Sources = { store: Store; desk: Desk };

/** What an outbox message shows now; undefined when its incident is gone, or there is nothing to show. */
export async function drawOutboxMessage({ store, desk }: Sources, message: OutboxMessage): Promise<Message | undefined> {
  const { view, incidentId } = message;
  if (view.type === 'storm') return await drawStormOf({ store, desk }, { number: view.number, card: view.card, lane: message.lane });
  const incident = incidentId === undefined ? undefined : await store.incidents.get(incidentId);
  return incident === undefined ? undefined : await drawOf({ store, desk }, incident, { ...message, view });
}

type IncidentMessage = OutboxMessage & { view: MessageView };

async function drawOf({ store, desk }: Sources, incident: Incident, message: IncidentMessage): Promise<Message | undefined> {
  const { view } = message;
  if (view.type === 'entry') {
    const entry = await store.timeline.get(incident.id, view.seq);
    if (isOutlived(incident, message, entry)) return undefined;
    return drawMessage(view, await drawContextFor(desk, incident, entry === undefined ? {} : { entry }));
  }
  const execution = view.type === 'execution' || view.type === 'file' ? findExecution(incident, view.number) : undefined;
  const document = execution === undefined ? undefined : await store.executions.get(execution.id);
  if (view.type === 'file')
    return execution === undefined || document === undefined ? undefined : await drawFile({ incident, execution, document }, view.part);
  return drawMessage(view, await drawContextFor(desk, incident, document === undefined ? {} : { document }));
}

/** A call that was answered, or followed by another, before it went out: nobody is called for what somebody has, nor twice at once. */
function isOutlived(incident: Incident, { posted }: OutboxMessage, entry: TimelineEntry | undefined): boolean {
  return entry?.kind === 'escalated' && posted === undefined && !isLatestCall(incident, entry);
}

type StormMessage = { number: number; card: number; lane: LaneName };

/** The storm as it was counted last, with the worst of its incidents as they are now. */
async function drawStormOf({ store, desk }: Sources, { number, card, lane }: StormMessage): Promise<Message | undefined> {
  const storm = await store.storms.get(number);
  if (storm === undefined) return undefined;
  const range = { from: storm.firstIncident, ...(storm.lastIncident === undefined ? {} : { to: storm.lastIncident }) };
  const list = (severity: 'critical' | 'warning') => store.storms.listOpen({ ...range, severity, limit: candidates });
  const critical = await list('critical');
  const others = lane === 'oncall' || critical.length >= worstShown ? [] : await list('warning');
  const leftMs = waitMsOf(storm.figures);
  return drawStorm({
    kind: lane === 'oncall' ? 'oncall' : card < storm.cards ? 'replaced card' : 'card',
    at: storm.figures.at,
    counts: storm.figures.counts,
    waiting: storm.figures.waiting,
    folded: storm.figures.folded,
    since: storm.since,
    ...(storm.endedAt === undefined ? {} : { endedAt: storm.endedAt }),
    ...(leftMs === undefined ? {} : { leftMs }),
    open: [...critical, ...others],
    threadOf: (incident) => desk.linksFor(incident).thread,
    command: desk.command,
  });
}

type About = { incident: Incident; execution: Execution; document: ExecutionDocument };

async function drawFile({ incident, execution, document }: About, part: 'output' | 'chart'): Promise<Message | undefined> {
  const summary = `#${execution.number} · ${execution.title}`;
  if (part === 'output') {
    const output = outputIn(document);
    return output === undefined ? undefined : { summary, blocks: [], file: outputFile(incident, execution, output) };
  }
  const answer = document.report?.answers.find(({ type }) => type === 'matrix');
  if (answer === undefined) return undefined;
  // Loaded with the first chart: the drawing library takes more than a second of computing to load.
  const { renderChart } = await import('../charts/render-chart.ts');
  const picture = await renderChart(answer, { title: execution.title, incidentStart: fromInstant(incident.milestones.startedAt) });
  return { summary: `${summary}: ${execution.finding}`, blocks: [], file: chartFile(incident, execution, picture) };
}
