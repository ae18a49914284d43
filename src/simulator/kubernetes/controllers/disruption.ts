import { builtInKind } from '../resources.ts';
import { matches } from '../selectors.ts';
import { at, labelsOf, namespaceOf, numberAt, put, scaled, treeAt } from '../tree.ts';
import type { KubeObject } from '../tree.ts';
import { change, isEnded, isGoing, isReady, pods } from './world.ts';
import type { World } from './world.ts';

const budgets = builtInKind('poddisruptionbudgets');

/** Keeps count of how many pods each budget can spare. */
export function countDisruptions(world: World): undefined {
  for (const budget of world.store.list(budgets)) count(world, budget);
  return undefined;
}

/** The budgets that hold a pod. */
export function budgetsOf(world: World, pod: KubeObject): readonly KubeObject[] {
  return world.store.list(budgets, namespaceOf(pod)).filter((budget) => matches(at(budget, 'spec', 'selector'), labelsOf(pod)));
}

function count(world: World, budget: KubeObject): void {
  const selected = world.store
    .list(pods, namespaceOf(budget))
    .filter((pod) => matches(at(budget, 'spec', 'selector'), labelsOf(pod)) && !isEnded(pod));
  const healthy = selected.filter((pod) => isReady(pod) && !isGoing(pod)).length;
  const expected = selected.filter((pod) => !isGoing(pod)).length;
  const spec = treeAt(budget, 'spec');
  const desired =
    spec['minAvailable'] === undefined
      ? Math.max(0, expected - scaled(spec['maxUnavailable'], expected, 'up'))
      : scaled(spec['minAvailable'], expected, 'up');
  change(world, budget, (copy) =>
    put(copy, ['status'], {
      currentHealthy: healthy,
      desiredHealthy: desired,
      disruptionsAllowed: expected === 0 ? 0 : Math.max(0, healthy - desired),
      expectedPods: expected,
      observedGeneration: numberAt(copy, 'metadata', 'generation'),
    }),
  );
}
