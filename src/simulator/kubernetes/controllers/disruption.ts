import { builtInKind } from '../resources.ts';
import { matches } from '../selectors.ts';
import { at, labelsOf, namespaceOf, numberAt, put, scaled, textAt, treeAt, treesAt, uidOf } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { wantedReplicas } from './replica-set.ts';
import { change, isEnded, isGoing, isReady, pods, withCondition } from './world.ts';
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

/** Kubernetes: shares and what may be missing are counted from what the pods' controllers want; pods without one count nothing. */
function expectedPods(world: World, selected: readonly KubeObject[]): number {
  const owners = selected.flatMap((pod) => ownerOf(world, pod) ?? []).map((owner) => ownerOf(world, owner) ?? owner);
  const distinct = new Map(owners.map((owner) => [uidOf(owner), owner]));
  return [...distinct.values()].reduce((sum, owner) => sum + wantedReplicas(owner), 0);
}

function ownerOf(world: World, object: KubeObject): KubeObject | undefined {
  const reference = treesAt(object, 'metadata', 'ownerReferences').find((each) => each['controller'] === true);
  const kind = world.store.kindFor(textAt(reference, 'apiVersion'), textAt(reference, 'kind'));
  return kind === undefined ? undefined : world.store.get(kind, namespaceOf(object), textAt(reference, 'name'));
}

function count(world: World, budget: KubeObject): void {
  const selected = world.store
    .list(pods, namespaceOf(budget))
    .filter((pod) => matches(at(budget, 'spec', 'selector'), labelsOf(pod)) && !isEnded(pod));
  const healthy = selected.filter((pod) => isReady(pod) && !isGoing(pod)).length;
  const spec = treeAt(budget, 'spec');
  const expected = typeof spec['minAvailable'] === 'number' ? selected.length : expectedPods(world, selected);
  const desired =
    spec['minAvailable'] === undefined
      ? Math.max(0, expected - scaled(spec['maxUnavailable'], expected, 'up'))
      : scaled(spec['minAvailable'], expected, 'up');
  const allowed = expected === 0 ? 0 : Math.max(0, healthy - desired);
  change(world, budget, (copy) => {
    const observedGeneration = numberAt(copy, 'metadata', 'generation');
    const verdict = allowed > 0 ? { status: 'True', reason: 'SufficientPods' } : { status: 'False', reason: 'InsufficientPods' };
    const condition: Tree = { type: 'DisruptionAllowed', ...verdict, message: '', observedGeneration };
    put(copy, ['status'], {
      currentHealthy: healthy,
      desiredHealthy: desired,
      disruptionsAllowed: allowed,
      expectedPods: expected,
      observedGeneration,
      conditions: withCondition(treesAt(copy, 'status', 'conditions'), condition, world.now()),
    });
  });
}
