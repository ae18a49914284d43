import { countText, cutText, durationText } from '../../export/wording.ts';
import { changesThings, executionCan } from '../../incidents/execution.ts';
import type { Execution } from '../../incidents/execution.ts';
import { nameOf } from '../../incidents/incident.ts';
import { msBetween } from '../../kernel/instant.ts';
import type { Block, Button, Inline, Message } from '../message.ts';
import { answerBlocks } from './answer-tables.ts';
import { sentence } from './answers.ts';
import type { DrawContext } from './context.ts';
import { titleLine, titleSpoken } from './execution-title.ts';
import { hasValues, valueGroups } from './execution-values.ts';
import { bold, contextBlock, joined, personInline, textBlock, timeInline } from './inline.ts';
import { drawMitigation } from './mitigation.ts';
import { outputBlocks } from './output.ts';
import { runButton } from './step-buttons.ts';

/** The message of an execution, from the request to its end. */
export function drawExecution(context: DrawContext, execution: Execution): Message {
  return changesThings(execution) ? drawMitigation(context, execution) : drawRun(context, execution);
}

function drawRun(context: DrawContext, execution: Execution): Message {
  const { incident, document } = context;
  const finding = findingLine(context, execution);
  const said = finding === '' && execution.finding !== '' ? sentence(execution.finding) : finding;
  return {
    summary: cutText(`${nameOf(incident)}: ${titleSpoken(execution)}${said === '' ? '.' : `. ${said}`}`, 300),
    blocks: [
      textBlock(...titleLine(execution)),
      ...(execution.type === 'query' && document?.query !== undefined ? [{ type: 'code' as const, text: document.query.promql }] : []),
      ...(finding === '' ? [] : [textBlock(...(execution.state === 'done' ? [bold(finding)] : [finding]))]),
      ...body(context, execution),
      ...buttons(context, execution),
      contextBlock(...whoAndWhen(context, execution)),
    ],
  };
}

const maxFinding = 400;

function findingLine(context: DrawContext, execution: Execution): string {
  if (execution.state === 'running') return runningLine(context, execution);
  // Several answers: each has its own sentence below, and the first alone would mislead.
  if (execution.state === 'done' && (context.document?.report?.answers.length ?? 0) > 1) return '';
  const printed = context.document?.report?.output;
  // A failure of one line is its own output: said once.
  if (printed !== undefined && `${printed.head}${printed.tail}`.trim() === execution.finding.trim()) return '';
  return sentence(cutText(execution.finding, maxFinding));
}

/** "12 s · 2 calls done · now: kubectl logs deployment/web". */
function runningLine({ document, now }: DrawContext, { requestedAt }: Execution): string {
  const progress = document?.progress;
  if (progress === undefined) return `Waiting for its turn · ${durationText(msBetween(requestedAt, now))}`;
  const current = progress.calls.findLast(({ endedAt }) => endedAt === undefined);
  const done = progress.calls.filter(({ endedAt }) => endedAt !== undefined).length;
  const parts = [
    durationText(progress.elapsedMs),
    ...(done === 0 ? [] : [`${countText(done, 'call')} done`]),
    ...(current === undefined ? [] : [`now: ${cutText(current.argv.join(' '), 100)}`]),
  ];
  return parts.join(' · ');
}

const partialCharacters = 1200;

function body({ document }: DrawContext, execution: Execution): readonly Block[] {
  if (execution.type === 'manual') return [];
  if (execution.state === 'running') return partialOutput(document?.progress?.stdout ?? '');
  const report = document?.report;
  if (report === undefined) return [];
  // What Prometheus said is clearer as a table than as its JSON.
  if (report.answers.length > 0 && report.state === 'done') return answerBlocks(report.answers, { isQuery: execution.type === 'query' });
  return outputBlocks(report.output);
}

/** The last lines so far, whole ones: the end is what moves. */
function partialOutput(stdout: string): readonly Block[] {
  const text = stdout.trimEnd();
  if (text === '') return [];
  const tail = text.slice(-partialCharacters);
  return [{ type: 'code', text: tail.length < text.length ? `…\n${tail.slice(tail.indexOf('\n') + 1)}` : tail }];
}

function buttons(context: DrawContext, execution: Execution): readonly Block[] {
  const { incident } = context;
  const list: Button[] = [];
  if (executionCan('cancel', execution).ok) {
    list.push({
      action: { type: 'run', command: 'cancel', incident: incident.number, argument: String(execution.number) },
      label: 'Stop',
      description: `Stop #${execution.number} of ${nameOf(incident)}`,
    });
  } else if (execution.step !== undefined && execution.type === 'diagnostic') {
    list.push(runButton(incident, execution.step, { asks: hasValues(context.document), label: 'Run again' }));
  }
  return list.length === 0 ? [] : [{ type: 'actions', buttons: list }];
}

function whoAndWhen({ now, document }: DrawContext, execution: Execution): readonly Inline[] {
  const { requestedBy, requestedAt, endedAt, type } = execution;
  const report = document?.report;
  const tookMs = endedAt === undefined || type === 'manual' ? 0 : msBetween(requestedAt, endedAt);
  return joined([
    [type === 'manual' ? 'Marked by ' : 'Run by ', personInline(requestedBy), ' at ', timeInline(requestedAt, now)],
    tookMs < 1000 ? [] : [`took ${durationText(tookMs)}`],
    report === undefined || report.exitCode === 0 ? [] : [`exit status ${report.exitCode}`],
    ...valueGroups(document?.source?.parameters ?? {}),
  ]);
}
