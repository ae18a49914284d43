import type { Cluster } from '../doors/cluster.ts';
import { describeError } from '../kernel/errors.ts';
import { foundationOf } from './foundation.ts';
import { readLive } from './live.ts';
import type { Plan, PlannedOperation } from './plan.ts';

/**
 * Why a plan no longer holds: objects that are gone, replaced, or changed where it touches them. Empty when all is as it was. Of several operations on one
 * object each was planned on the object as it stood, so each is compared.
 */
export async function findDrift(cluster: Cluster | undefined, plan: Plan, signal: AbortSignal): Promise<readonly string[]> {
  const found = await Promise.all(plan.operations.map((planned) => driftOf(cluster, planned, signal)));
  return [...new Set(found.filter((reason) => reason !== undefined))];
}

async function driftOf(cluster: Cluster | undefined, planned: PlannedOperation, signal: AbortSignal): Promise<string | undefined> {
  const { operation, foundation } = planned;
  if (operation.type !== 'change' || foundation === undefined) return undefined;
  if (cluster === undefined) return 'No Kubernetes cluster is configured any more.';
  const { kind, name } = operation.target;
  try {
    const live = await readLive(cluster, operation, signal);
    if (live === undefined) return `${kind} ${name} is gone.`;
    const now = foundationOf(operation, live);
    if (now.uid !== foundation.uid) return `${kind} ${name} was deleted and made anew.`;
    return now.touched === foundation.touched ? undefined : `${kind} ${name} was changed in what this touches (${planned.words}).`;
  } catch (error) {
    return `${kind} ${name} cannot be looked at: ${describeError(error)}`;
  }
}
