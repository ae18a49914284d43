import { executionsOf, hasEnded } from '../incidents/execution.ts';
import { isOpen } from '../incidents/incident.ts';
import type { Incident, IncidentId } from '../incidents/incident.ts';
import type { IncidentStore } from '../incidents/ports.ts';
import { describeError, TocsinError } from '../kernel/errors.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import type { ExecutionStore, StoredExecution } from './ports.ts';

export type RetentionDeps = {
  executions: Pick<ExecutionStore, 'listMadeBefore' | 'remove'>;
  incidents: Pick<IncidentStore, 'get'>;
  log: Log;
};

const pageSize = 200;

/**
 * Removes the documents of incidents that were resolved before `before`: outputs, plans, journals. Nothing is taken from an open incident, nor
 * from one where something is under way. Resolves with how many were removed; ends early when the signal is raised.
 */
export async function pruneExecutions(deps: RetentionDeps, before: Instant, signal: AbortSignal): Promise<number> {
  let removed = 0;
  let after: StoredExecution | undefined;
  while (!signal.aborted) {
    const page = await deps.executions.listMadeBefore(before, { limit: pageSize, ...(after === undefined ? {} : { after }) });
    const outdated = await outdatedOf(deps, page, before);
    if (outdated.length > 0) removed += await deps.executions.remove(outdated.map(({ id }) => id));
    after = page.at(-1);
    if (page.length < pageSize) break;
  }
  return removed;
}

async function outdatedOf(deps: RetentionDeps, page: readonly StoredExecution[], before: Instant): Promise<readonly StoredExecution[]> {
  const isOver = new Map<IncidentId, boolean>();
  for (const { incidentId } of page) {
    if (!isOver.has(incidentId)) isOver.set(incidentId, await isLongOver(deps, incidentId, before));
  }
  return page.filter(({ incidentId }) => isOver.get(incidentId) === true);
}

async function isLongOver({ incidents, log }: RetentionDeps, id: IncidentId, before: Instant): Promise<boolean> {
  try {
    const incident = await incidents.get(id);
    return incident === undefined || hasLongEnded(incident, before);
  } catch (error) {
    if (error instanceof TocsinError && error.retryable) throw error;
    log.warn({ incident: id, error: describeError(error) }, 'what belongs to an incident that cannot be read is kept');
    return false;
  }
}

function hasLongEnded(incident: Incident, before: Instant): boolean {
  const { resolvedAt } = incident.milestones;
  if (isOpen(incident) || resolvedAt === undefined || resolvedAt >= before) return false;
  return executionsOf(incident).every((execution) => hasEnded(execution) && execution.dueAt === undefined);
}
