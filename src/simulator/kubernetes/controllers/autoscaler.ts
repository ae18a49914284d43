import { builtInKind } from '../resources.ts';
import { at, namespaceOf, numberAt, put, textAt, timeText, treeAt, treesAt, uidOf } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { tell } from './events.ts';
import { wantedReplicas } from './replica-set.ts';
import { change, isGoing, withCondition } from './world.ts';
import type { Controller, World } from './world.ts';

const autoscalers = builtInKind('horizontalpodautoscalers');
const periodMs = 15_000;

/** Looks at each autoscaler's target every 15 s and puts its replicas back within the bounds. Load itself never moves them. */
export function createAutoscaler(): Controller {
  const nextLook = new Map<string, number>();
  return (world) => {
    const now = world.now().getTime();
    const dues = world.store.list(autoscalers).map((scaler) => {
      const due = nextLook.get(uidOf(scaler)) ?? now;
      if (due > now) return due;
      nextLook.set(uidOf(scaler), now + world.duration(periodMs));
      if (!isGoing(scaler)) look(world, scaler);
      return now + world.duration(periodMs);
    });
    return dues.length === 0 ? undefined : Math.min(...dues);
  };
}

function look(world: World, scaler: KubeObject): void {
  const reference = treeAt(scaler, 'spec', 'scaleTargetRef');
  const kind = world.store.kindFor(textAt(reference, 'apiVersion'), textAt(reference, 'kind'));
  const target = kind === undefined ? undefined : world.store.get(kind, namespaceOf(scaler), textAt(reference, 'name'));
  if (target === undefined) return;
  const before = wantedReplicas(target);
  const minimum = at(scaler, 'spec', 'minReplicas');
  const [low, high] = [typeof minimum === 'number' ? minimum : 1, numberAt(scaler, 'spec', 'maxReplicas')];
  const wanted = before === 0 ? 0 : Math.min(high, Math.max(low, before));
  if (wanted !== before) {
    change(world, target, (copy) => put(copy, ['spec', 'replicas'], wanted));
    const reason =
      before > high ? 'Current number of replicas above Spec.MaxReplicas' : 'Current number of replicas below Spec.MinReplicas';
    tell(world, scaler, {
      type: 'Normal',
      reason: 'SuccessfulRescale',
      message: `New size: ${wanted}; reason: ${reason}`,
      component: 'horizontal-pod-autoscaler',
    });
  }
  change(world, scaler, (copy) =>
    put(copy, ['status'], statusFor(copy, { target, wanted, rescaled: wanted !== before, now: world.now() })),
  );
}

function statusFor(scaler: KubeObject, seen: { target: KubeObject; wanted: number; rescaled: boolean; now: Date }): Tree {
  const conditions = [
    { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale', message: 'recommended size matches current size' },
    {
      type: 'ScalingActive',
      status: 'True',
      reason: 'ValidMetricFound',
      message: 'the HPA was able to successfully calculate a replica count',
    },
  ].reduce<Tree[]>((list, next) => withCondition(list, next, seen.now), [...treesAt(scaler, 'status', 'conditions')]);
  const last = at(scaler, 'status', 'lastScaleTime');
  return {
    currentReplicas: numberAt(seen.target, 'status', 'replicas'),
    desiredReplicas: seen.wanted,
    ...(seen.rescaled ? { lastScaleTime: timeText(seen.now) } : last === undefined ? {} : { lastScaleTime: last }),
    currentMetrics: currentMetrics(scaler),
    conditions,
  };
}

/** Utilisation stays a little under the target, so that nothing asks for more. */
function currentMetrics(scaler: KubeObject): Tree[] {
  return treesAt(scaler, 'spec', 'metrics').flatMap((metric) => {
    const target = numberAt(metric, 'resource', 'target', 'averageUtilization');
    if (target === 0) return [];
    const name = textAt(metric, 'resource', 'name');
    return [{ type: 'Resource', resource: { name, current: { averageUtilization: Math.round(target * 0.9), averageValue: '450m' } } }];
  });
}
