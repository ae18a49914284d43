import type { Execution, ExecutionState } from '../incidents/execution.ts';
import { addMs } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { ApplyReport } from '../operations/ports.ts';
import type { EntryKind } from '../timeline/entry.ts';
import { readDocument } from './change-document.ts';
import { changeExecution } from './change-execution.ts';
import type { ExecutionDecision } from './change-execution.ts';
import { approvalsOf } from './decide-vote.ts';
import type { ExecutionDeps, ExecutionSettings } from './deps.ts';
import type { ExecutionDocument } from './document.ts';
import { entryOf, ourselves } from './entries.ts';
import { filesOf } from './files.ts';
import { isMine } from './lease.ts';
import type { Held } from './lease.ts';
import { unlockTargets } from './target-locks.ts';

/** How often, and for how long, it is tried to look up what is in doubt. */
export const lookEveryMs = 10_000;
const lookForMs = 60 * 60_000;

type Ended = { state: ExecutionState; kind: EntryKind };

const endings = {
  applied: { state: 'applied', kind: 'mitigation_applied' },
  failed: { state: 'failed', kind: 'mitigation_failed' },
  unknown: { state: 'unknown', kind: 'mitigation_unknown' },
  drifted: { state: 'stale', kind: 'mitigation_stale' },
} as const satisfies Record<ApplyReport['state'], Ended>;

/** Writes down how an apply ended, with every operation and its answer, and begins to watch whether it helped. */
export async function finishApply(deps: ExecutionDeps, held: Held, report: ApplyReport): Promise<void> {
  const document = await readDocument(deps.executions, held.documentId);
  const finished = await changeExecution(deps.change, held.ref, {
    decide: ({ execution, now }) =>
      isMine(deps, held, execution)
        ? conclude({ execution, now }, { document, report, settings: deps.settings })
        : { type: 'nothing', reason: 'another process has it' },
  });
  // Where nobody knows what happened the locks stay until they lapse: whoever comes next should look first.
  if (finished.outcome === 'changed' && report.state !== 'unknown') await unlockTargets(deps, finished.execution);
}

type Conclusion = { document: ExecutionDocument; report: ApplyReport; settings: ExecutionSettings };

/** The end of an apply as a change of the execution. */
export function conclude({ execution, now }: { execution: Execution; now: Instant }, context: Conclusion): ExecutionDecision {
  const { report } = context;
  const { state, kind } = endings[report.state];
  return {
    type: 'change',
    set: {
      state,
      finding: report.finding,
      endedAt: now,
      lease: undefined,
      dueAt: undefined,
      ...watch(now, context),
      ...doubt(now, report),
    },
    entries: [
      entryOf(kind, execution, {
        actor: ourselves,
        facts: factsOf(execution, context),
        output: report.output,
        ...(isToldLater(context) ? {} : { tell: { broadcast: report.state === 'unknown' } }),
      }),
    ],
    alsoRedraw: ['card', ...filesOf(execution, report)],
    reason: `#${execution.number} ended: ${state}`,
  };
}

/** The execution's own message shows that it was applied; what its checks say comes as news of its own. */
function isToldLater({ document, report }: Conclusion): boolean {
  return report.state === 'applied' && document.checks.length > 0;
}

/** What was done may help or harm, known or not: both are looked at. */
function watch(now: Instant, { document, report, settings }: Conclusion): Partial<Pick<Execution, 'verification' | 'dueAt'>> {
  const isWorthIt = report.state === 'applied' || report.state === 'unknown';
  if (!isWorthIt || document.checks.length === 0) return {};
  return {
    verification: { state: 'watching', verdict: 'unknown', rounds: 0, until: addMs(now, settings.verifyForMs) },
    dueAt: addMs(now, settings.verifyEveryMs),
  };
}

/** Where nobody could look, somebody will: the server may only be away. */
function doubt(now: Instant, { wasBlind }: ApplyReport): Partial<Pick<Execution, 'lookUntil' | 'dueAt'>> {
  return wasBlind === true ? { lookUntil: addMs(now, lookForMs), dueAt: addMs(now, lookEveryMs) } : {};
}

function factsOf(execution: Execution, { document, report }: Conclusion): JsonObject {
  const { plan, journal } = document;
  const operations = (plan?.operations ?? []).map(({ words }, index) => {
    const known = journal.find((entry) => entry.index === index);
    return { words, state: known?.state ?? 'not sent', ...(known?.message === undefined ? {} : { message: known.message }) };
  });
  return {
    finding: report.finding,
    operations,
    requestedBy: execution.requestedBy,
    approvedBy: approvalsOf(execution).map(({ by }) => by),
    ...(execution.breakGlass === undefined ? {} : { withoutSecondPerson: true }),
    ...(execution.digest === undefined ? {} : { digest: execution.digest }),
    elapsedMs: report.elapsedMs,
  };
}
