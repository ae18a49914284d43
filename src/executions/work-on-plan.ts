import type { Execution } from '../incidents/execution.ts';
import type { Incident, IncidentId } from '../incidents/incident.ts';
import type { Output } from '../interpreter/script.ts';
import { addMs } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { emptyOutput } from '../operations/deps.ts';
import type { Plan } from '../operations/plan.ts';
import type { PlanReport, Watching } from '../operations/ports.ts';
import type { Subject } from '../people/access.ts';
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
import { approvalDigest, blockersOf, lockKeysOf, namespacesOf, riskOf, undoOf } from './plan-facts.ts';
import { askedAbout } from './rights.ts';
import { finished } from './work-on-run.ts';

/** Makes the plan of what was written down as planning, in the background. Nothing is changed by it, so it may be made anew after a crash. */
export function workOnPlan(deps: ExecutionDeps, id: IncidentId, execution: Execution): void {
  const held = heldBy({ id, number: execution.number }, execution);
  deps.background.start({ key: jobKey(held.ref), ending: 'at_once', run: (stopping) => makePlan(deps, held, stopping) });
}

async function makePlan(deps: ExecutionDeps, held: Held, stopping: AbortSignal): Promise<void> {
  const report = await whileHeld(deps, { held, stopping }, async ({ signal, show }) => {
    const leave = await deps.background.place(signal);
    try {
      return await planOrUndo(deps, held, { signal, onProgress: show });
    } finally {
      leave();
    }
  });
  // A plan that was interrupted by a restart is made again by whoever looks next.
  const decide = stopping.aborted && report.type === 'failed' ? release : await conclusion(deps, held, report);
  await changeExecution(deps.change, held.ref, {
    decide: ({ execution, incident, now }) =>
      isMine(deps, held, execution) ? decide({ execution, incident, now }) : { type: 'nothing', reason: 'another process has it' },
  });
}

type Present = { execution: Execution; incident: Incident; now: Instant };

function release({ now }: Present): ExecutionDecision {
  return { type: 'change', set: { lease: undefined, dueAt: now }, entries: [], isQuiet: true, reason: 'put back' };
}

async function planOrUndo(deps: ExecutionDeps, held: Held, watching: Watching): Promise<PlanReport> {
  const { source, undoOf: original } = await readDocument(deps.executions, held.documentId);
  if (original !== undefined) {
    const { plan, journal } = await readDocument(deps.executions, original);
    if (plan !== undefined) return deps.operations.planUndo(plan, journal, watching);
  }
  if (source !== undefined) return deps.operations.plan(source, watching);
  return { type: 'failed', reason: 'What was to be planned is not stored.', output: emptyOutput };
}

async function conclusion(deps: ExecutionDeps, held: Held, report: PlanReport): Promise<(present: Present) => ExecutionDecision> {
  if (report.type === 'reads') {
    await changeDocument(deps.executions, held, () => ({ report: boundedReport(report.report), progress: undefined }));
    return (present) => onlyReads(present, report);
  }
  if (report.type === 'failed') {
    const { reason, output } = report;
    await changeDocument(deps.executions, held, () => ({ planFailure: { reason, output }, progress: undefined }));
    return (present) => noPlan(present, reason, output);
  }
  await changeDocument(deps.executions, held, () => ({ plan: report.plan, progress: undefined }));
  const incident = await deps.change.incidents.get(held.ref.id);
  const requester = incident?.executions?.find(({ number }) => number === held.ref.number)?.requestedBy;
  const subject = await deps.access.look(requester?.id ?? '');
  return (present) => propose(deps, { ...present, plan: report.plan, subject });
}

/** What turned out to change nothing is a diagnostic, and was run as one. */
function onlyReads({ execution, now }: Present, { report }: Extract<PlanReport, { type: 'reads' }>): ExecutionDecision {
  const decision = finished({ ...execution, type: 'diagnostic' }, report);
  return { ...decision, set: { ...decision.set, type: 'diagnostic', risk: 'low', endedAt: now } };
}

/** Ends what has no plan, or one that cannot be carried out. */
export function noPlan({ execution, now }: Pick<Present, 'execution' | 'now'>, reason: string, output?: Output): ExecutionDecision {
  const facts = { finding: reason, operations: [], requestedBy: execution.requestedBy, approvedBy: [] };
  return {
    type: 'change',
    set: { state: 'failed', finding: reason, endedAt: now, lease: undefined, dueAt: undefined },
    entries: [entryOf('mitigation_failed', execution, { actor: ourselves, facts, ...(output === undefined ? {} : { output }) })],
    ...(output === undefined ? {} : { alsoRedraw: filesOf(execution, { output }) }),
    reason: 'there is no plan',
  };
}

function propose(deps: ExecutionDeps, context: Present & { plan: Plan; subject: Subject }): ExecutionDecision {
  const { execution, incident, now, plan, subject } = context;
  if (plan.operations.length === 0) return noPlan(context, 'The plan holds nothing to do.');
  const blockers = blockersOf(plan);
  if (blockers.length > 0) return noPlan(context, `This cannot be done: ${blockers.join('; ')}`);
  const about = { risk: riskOf(plan), namespaces: namespacesOf(plan) };
  const may = deps.access.may(subject, askedAbout('request', incident, about));
  if (!may.ok) return noPlan(context, `${execution.requestedBy.name} may not ask for this: ${may.reason}`);
  const { settings } = deps;
  const expiresAt = addMs(now, settings.expiryMs);
  const breakGlassFrom = addMs(now, settings.breakGlassAfterMs);
  const digest = approvalDigest(plan, { id: execution.id, expiresAt, quorum: execution.quorum });
  const operations = plan.operations.map(({ words }) => words);
  return {
    type: 'change',
    set: {
      ...about,
      state: 'proposed',
      finding: operations.join('; '),
      targets: lockKeysOf(plan),
      digest,
      expiresAt,
      breakGlassFrom,
      undo: undoOf(plan),
      lease: undefined,
      dueAt: breakGlassFrom < expiresAt ? breakGlassFrom : expiresAt,
    },
    entries: [
      entryOf('mitigation_proposed', execution, {
        actor: ourselves,
        facts: { operations, notes: plan.facts, digest, expiresAt, quorum: execution.quorum },
        tell: { broadcast: true },
      }),
    ],
    alsoRedraw: ['card'],
    reason: `#${execution.number} waits for approval`,
  };
}
