import { budgetsOf } from '../controllers/disruption.ts';
import { endPod, isReady } from '../controllers/world.ts';
import type { World } from '../controllers/world.ts';
import { ApiError, badRequest } from '../status.ts';
import { nameOf, numberAt, treeAt } from '../tree.ts';
import type { ApiReply, Call, Target } from './call.ts';
import { isDryRun, readJson } from './call.ts';
import { requireObject } from './read.ts';

/** Evicts a pod, unless a budget forbids it: then 429, and the caller tries again later. */
export function evict(world: World, call: Call, target: Target): ApiReply {
  const pod = requireObject(world, target);
  const wanted = readJson(call);
  if (![target.name, ''].includes(nameOf(wanted))) throw badRequest('name in URL does not match name in Eviction object');
  const options = treeAt(wanted, 'deleteOptions');
  const budget = isReady(pod) ? budgetsOf(world, pod).find((each) => numberAt(each, 'status', 'disruptionsAllowed') < 1) : undefined;
  if (budget !== undefined) {
    const [healthy, desired] = [numberAt(budget, 'status', 'currentHealthy'), numberAt(budget, 'status', 'desiredHealthy')];
    const why =
      healthy <= desired ? `needs ${desired} healthy pods and has ${healthy} currently` : 'does not allow evicting pods currently';
    throw new ApiError(429, "Cannot evict pod as it would violate the pod's disruption budget.", {
      reason: 'TooManyRequests',
      details: { causes: [{ reason: 'DisruptionBudget', message: `The disruption budget ${nameOf(budget)} ${why}` }] },
    });
  }
  const grace = options['gracePeriodSeconds'];
  if (!isDryRun(call, options)) endPod(world, pod, typeof grace === 'number' ? grace : undefined);
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
}
