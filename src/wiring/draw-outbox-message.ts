import { renderChart } from '../charts/render-chart.ts';
import type { Desk } from '../chat/desk.ts';
import { drawContextFor } from '../chat/draw-context.ts';
import type { Message } from '../chat/message.ts';
import { drawMessage } from '../chat/views/draw.ts';
import { outputFile, outputIn, chartFile } from '../chat/views/output.ts';
import type { ExecutionDocument } from '../executions/document.ts';
import { findExecution } from '../incidents/execution.ts';
import type { Execution } from '../incidents/execution.ts';
import type { Incident } from '../incidents/incident.ts';
import { fromInstant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import type { OutboxMessage } from '../outbox/message.ts';
import type { Store } from '../store/store.ts';

type Sources = { store: Store; desk: Desk; log: Log };

/** What an outbox message shows now; undefined when its incident is gone, or there is nothing to show. */
export async function drawOutboxMessage({ store, desk }: Sources, message: OutboxMessage): Promise<Message | undefined> {
  const { view, incidentId } = message;
  const incident = await store.incidents.get(incidentId);
  if (incident === undefined) return undefined;
  const entry = view.type === 'entry' ? await store.timeline.get(incidentId, view.seq) : undefined;
  const execution = view.type === 'execution' || view.type === 'file' ? findExecution(incident, view.number) : undefined;
  const document = execution === undefined ? undefined : await store.executions.get(execution.id);
  if (view.type === 'file')
    return execution === undefined || document === undefined ? undefined : await drawFile({ incident, execution, document }, view.part);
  const shown = { ...(entry === undefined ? {} : { entry }), ...(document === undefined ? {} : { document }) };
  return drawMessage(view, await drawContextFor(desk, incident, shown));
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
  const picture = await renderChart(answer, { title: execution.title, incidentStart: fromInstant(incident.milestones.startedAt) });
  return { summary: `${summary}: ${execution.finding}`, blocks: [], file: chartFile(incident, execution, picture) };
}
