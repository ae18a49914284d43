import type { Desk } from '../chat/desk.ts';
import { drawContextFor } from '../chat/draw-context.ts';
import type { Message } from '../chat/message.ts';
import { drawMessage } from '../chat/views/draw.ts';
import { outputFile, outputIn, chartFile } from '../chat/views/output.ts';
import type { ExecutionDocument } from '../executions/document.ts';
import { isLatestCall } from '../incidents/escalation.ts';
import { findExecution } from '../incidents/execution.ts';
import type { Execution } from '../incidents/execution.ts';
import type { Incident } from '../incidents/incident.ts';
import { fromInstant } from '../kernel/instant.ts';
import type { OutboxMessage } from '../outbox/message.ts';
import type { Store } from '../store/store.ts';
import type { TimelineEntry } from '../timeline/entry.ts';

type Sources = { store: Store; desk: Desk };

/** What an outbox message shows now; undefined when its incident is gone, or there is nothing to show. */
export async function drawOutboxMessage({ store, desk }: Sources, message: OutboxMessage): Promise<Message | undefined> {
  const { view, incidentId } = message;
  const incident = await store.incidents.get(incidentId);
  if (incident === undefined) return undefined;
  if (view.type === 'entry') {
    const entry = await store.timeline.get(incidentId, view.seq);
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
