import { budgetsOf } from '../controllers/disruption.ts';
import { endPod, isReady } from '../controllers/world.ts';
import type { World } from '../controllers/world.ts';
import { ApiError } from '../status.ts';
import { nameOf, numberAt, treeAt } from '../tree.ts';
import type { ApiReply, Call, Target } from './call.ts';
import { isDryRun, readJson } from './call.ts';
import { requireObject } from './read.ts';

/** Evicts a pod, unless a budget forbids it: then 429, and the caller tries again later. */
export function evict(world: World, call: Call, target: Target): ApiReply {
  const pod = requireObject(world, target);
  const options = treeAt(readJson(call), 'deleteOptions');
  const budget = isReady(pod) ? budgetsOf(world, pod).find((each) => numberAt(each, 'status', 'disruptionsAllowed') < 1) : undefined;
  if (budget !== undefined) {
    const needs = `The disruption budget ${nameOf(budget)} needs ${numberAt(budget, 'status', 'desiredHealthy')} healthy pods and has ${numberAt(budget, 'status', 'currentHealthy')} currently`;
    throw new ApiError(429, "Cannot evict pod as it would violate the pod's disruption budget.", {
      reason: 'TooManyRequests',
      details: { causes: [{ reason: 'DisruptionBudget', message: needs }] },
    });
  }
  const grace = options['gracePeriodSeconds'];
  if (!isDryRun(call, options)) endPod(world, pod, typeof grace === 'number' ? grace : undefined);
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
}
