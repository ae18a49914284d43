import type { ChangeDeps } from '../incidents/change.ts';
import { dueKinds } from '../incidents/incident.ts';
import type { DueKind, Incident } from '../incidents/incident.ts';
import { claimDue } from '../incidents/record.ts';
import { describeError } from '../kernel/errors.ts';
import { msBetween, toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';

/**
 * One kind of due work: how long a claim keeps other workers (and the next round) away, and what to do. It waits for nothing but the store;
 * what asks others goes aside (src/schedule/aside.ts), so that a slow answer delays nothing else that is due.
 */
export type DueTask = { nextInMs: number; run: (incident: Incident) => Promise<void> };

export type DueWorkDeps = {
  change: ChangeDeps;
  tasks: Readonly<Record<DueKind, DueTask>>;
  /** Hears of each claim how long after its due time it was made. */
  late?: (kind: DueKind, ms: number) => void;
  log: Log;
};

/** How many incidents one round looks at, and how many of their tasks it works on at once. */
const batch = 100;
const parallel = 16;

type Due = { incident: Incident; kind: DueKind; dueAt: Instant };

/**
 * Does what is due now, what has waited longest first: claims each task by compare-and-set, so that of many processes one does it, and runs
 * it. What was due while nothing ran is found by the same look. Resolves with how many tasks it ran; a round is bounded, so there may be more
 * when that is not 0. A failing task is logged and comes again after its claim.
 */
export async function runDueWork(deps: DueWorkDeps): Promise<number> {
  const now = toInstant(deps.change.clock.now());
  const due = (await deps.change.incidents.listDue(now, batch)).flatMap((incident) => dueIn(incident, now));
  due.sort((a, b) => (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : 0));
  let ran = 0;
  const rest = due.values();
  const worker = async () => {
    for (const each of rest) if (await runTask(deps, each)) ran += 1;
  };
  await Promise.all(Array.from({ length: Math.min(parallel, due.length) }, worker));
  return ran;
}

function dueIn(incident: Incident, now: Instant): readonly Due[] {
  return dueKinds.flatMap((kind) => {
    const dueAt = incident.due[kind];
    return dueAt === undefined || dueAt > now ? [] : [{ incident, kind, dueAt }];
  });
}

async function runTask(deps: DueWorkDeps, { incident, kind, dueAt }: Due): Promise<boolean> {
  const task = deps.tasks[kind];
  try {
    const claim = await claimDue(deps.change, { id: incident.id, kind, nextInMs: task.nextInMs });
    if (claim.outcome === 'unchanged') return false;
    deps.late?.(kind, msBetween(dueAt, toInstant(deps.change.clock.now())));
    await task.run(claim.incident);
    return true;
  } catch (error) {
    deps.log.error({ incident: incident.number, kind, error: describeError(error) }, 'due work failed and will be repeated');
    return false;
  }
}
