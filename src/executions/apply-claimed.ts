import { findExecution } from '../incidents/execution.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { JournalEntry } from '../operations/plan.ts';
import type { Journal } from '../operations/ports.ts';
import { changeDocument, takeDocument } from './change-document.ts';
import type { ExecutionDeps } from './deps.ts';
import type { ExecutionDocument } from './document.ts';
import { finishApply } from './finish-apply.ts';
import { putBack } from './give-back.ts';
import { nowOf, whileHeld } from './lease.ts';
import type { Held, Hold } from './lease.ts';
import { lockTargets } from './target-locks.ts';

/**
 * Carries out what this process has claimed. Each operation is in the journal before it is sent; a process that lost its claim cannot write
 * there any more, and therefore sends nothing more.
 */
export async function applyClaimed(deps: ExecutionDeps, context: { held: Held; stopping: AbortSignal }): Promise<void> {
  const { held } = context;
  const document = await takeDocument(deps.executions, held);
  const { plan } = document;
  if (plan === undefined) throw new TocsinError('internal', 'An approved execution has lost its plan.');
  const renewLocks = async () => {
    const incident = await deps.change.incidents.get(held.ref.id);
    const execution = findExecution(incident ?? {}, held.ref.number);
    if (incident !== undefined && execution !== undefined) await lockTargets(deps, incident, execution);
  };
  await whileHeld(deps, { ...context, beat: renewLocks }, async (hold) => {
    await takeBaseline(deps, held, { document, hold });
    if (hold.signal.aborted) return putBack(deps, held);
    const report = await deps.operations.apply(plan, journalOf(deps, held, hold), { signal: hold.signal, onProgress: hold.show });
    await changeDocument(deps.executions, held, () => ({ outcome: { ...report, token: held.token }, progress: undefined }));
    await finishApply(deps, held, report);
  });
}

/** How it was before: what the checks after the apply are compared with. */
async function takeBaseline(deps: ExecutionDeps, held: Held, about: { document: ExecutionDocument; hold: Hold }): Promise<void> {
  const { checks, baseline } = about.document;
  if (checks.length === 0 || baseline !== undefined) return;
  const readings = await deps.operations.verify(checks, { signal: about.hold.signal });
  // What was cut off says nothing about the cluster, and whoever applies it later asks anew.
  if (about.hold.signal.aborted) return;
  const at = nowOf(deps);
  await changeDocument(deps.executions, held, () => ({ baseline: { at, readings } }));
}

function journalOf(deps: ExecutionDeps, held: Held, hold: Hold): Journal {
  return {
    async record(entry) {
      await changeDocument(deps.executions, held, ({ journal }) => ({ journal: withEntry(journal, entry) }));
      // A process that was away for long may hear late that this was written: others may have found out by then that it was not sent.
      if (entry.state === 'sent' && !hold.isSafe()) {
        throw new TocsinError('precondition', 'This process was away for too long to send anything; another one looks into it.');
      }
    },
  };
}

/** The latest word on each operation, in the order of the plan. */
export function withEntry(journal: readonly JournalEntry[], entry: JournalEntry): readonly JournalEntry[] {
  return [...journal.filter(({ index }) => index !== entry.index), entry].sort((a, b) => a.index - b.index);
}
