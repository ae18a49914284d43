import type { ChangeDeps } from '../incidents/change.ts';
import { dueKinds } from '../incidents/incident.ts';
import type { DueKind, Incident } from '../incidents/incident.ts';
import { claimDue } from '../incidents/record.ts';
import { describeError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';

/** One kind of due work: how long a claim keeps other workers (and the next round) away, and what to do. */
export type DueTask = { nextInMs: number; run: (incident: Incident) => Promise<void> };

export type DueWorkDeps = { change: ChangeDeps; tasks: Readonly<Record<DueKind, DueTask>>; log: Log };

const batch = 50;

/**
 * Does what is due now: claims each task by compare-and-set, so that of many processes one does it, and runs it. What was due while nothing
 * ran is found by the same look. Resolves with how many tasks it ran. A failing task is logged and comes again after its claim.
 */
export async function runDueWork(deps: DueWorkDeps): Promise<number> {
  const now = toInstant(deps.change.clock.now());
  const incidents = await deps.change.incidents.listDue(now, batch);
  const tasks = incidents.flatMap((incident) =>
    dueKinds.filter((kind) => (incident.due[kind] ?? '~') <= now).map((kind) => ({ incident, kind, task: deps.tasks[kind] })),
  );
  const ran = await Promise.all(tasks.map((each) => runTask(deps, each)));
  return ran.filter(Boolean).length;
}

async function runTask(deps: DueWorkDeps, due: { incident: Incident; kind: DueKind; task: DueTask }): Promise<boolean> {
  const { incident, kind, task } = due;
  try {
    const claim = await claimDue(deps.change, { id: incident.id, kind, nextInMs: task.nextInMs });
    if (claim.outcome === 'unchanged') return false;
    await task.run(claim.incident);
    return true;
  } catch (error) {
    deps.log.error({ incident: incident.number, kind, error: describeError(error) }, 'due work failed and will be repeated');
    return false;
  }
}
