import type { Execution } from '../incidents/execution.ts';
import type { IncidentId } from '../incidents/incident.ts';
import type { RunReport, Watching } from '../operations/ports.ts';
import { failedReport } from '../operations/run-step.ts';
import { boundedReport } from './bounded-report.ts';
import { changeDocument, readDocument } from './change-document.ts';
import { changeExecution } from './change-execution.ts';
import type { ExecutionDecision } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import { entryOf, ourselves } from './entries.ts';
import { filesOf } from './files.ts';
import { jobKey } from './job-key.ts';
import { heldBy, isMine, whileHeld } from './lease.ts';
import type { Held } from './lease.ts';

/** What is written about a run that ended because its process did. */
export const interruption = 'interrupted: Tocsin stopped while it ran. It only reads; run it again.';

/** Runs in the background what was written down as running. */
export function workOnRun(deps: ExecutionDeps, id: IncidentId, execution: Execution): void {
  const held = heldBy({ id, number: execution.number }, execution);
  deps.background.start({ key: jobKey(held.ref), ending: 'at_once', run: (stopping) => carryOut(deps, held, stopping) });
}

async function carryOut(deps: ExecutionDeps, held: Held, stopping: AbortSignal): Promise<void> {
  const report = await whileHeld(deps, { held, stopping }, async ({ signal, show }) => {
    const leave = await deps.background.place(signal);
    try {
      return await runOrAsk(deps, held, { signal, onProgress: show });
    } finally {
      leave();
    }
  });
  const shown = stopping.aborted && report.state !== 'done' ? { ...report, state: 'failed' as const, finding: interruption } : report;
  await changeDocument(deps.executions, held, () => ({ report: boundedReport(shown), progress: undefined }));
  await changeExecution(deps.change, held.ref, {
    decide: ({ execution, now }) =>
      isMine(deps, held, execution) ? { ...finished(execution, shown), set: { ...endOf(shown), endedAt: now } } : notOurs,
  });
}

const notOurs: ExecutionDecision = { type: 'nothing', reason: 'another process has it' };

async function runOrAsk(deps: ExecutionDeps, held: Held, watching: Watching): Promise<RunReport> {
  const { source, query } = await readDocument(deps.executions, held.documentId);
  if (query !== undefined) return deps.operations.query(query, watching);
  if (source !== undefined) return deps.operations.run(source, watching);
  return failedReport('What was to be run is not stored.');
}

function endOf(report: RunReport) {
  return { state: report.state, finding: report.finding, lease: undefined, dueAt: undefined };
}

/** The end of a run as a decision: state, finding, and the entry with the output. */
export function finished(execution: Execution, report: RunReport): Extract<ExecutionDecision, { type: 'change' }> {
  const { state, finding, exitCode, elapsedMs, output } = report;
  return {
    type: 'change',
    set: endOf(report),
    entries: [entryOf('step_finished', execution, { actor: ourselves, facts: { state, finding, exitCode, elapsedMs }, output })],
    alsoRedraw: ['card', ...filesOf(execution, report)],
    reason: `#${execution.number} ended`,
  };
}
