import { builtInKind } from '../resources.ts';
import { at, copyOf, labelsOf, nameOf, namespaceOf, numberAt, put, textAt, treeAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { admitPod } from './admit-pod.ts';
import { tell } from './events.ts';
import { change, endPod, isEnded, isGoing, isReady, ownedBy, ownerReference, pods, suffix } from './world.ts';
import type { World } from './world.ts';

const replicaSets = builtInKind('replicasets');

/** Keeps as many pods as each ReplicaSet wants. */
export function keepReplicas(world: World): undefined {
  for (const set of world.store.list(replicaSets)) if (!isGoing(set)) keep(world, set);
  return undefined;
}

function keep(world: World, set: KubeObject): void {
  const active = ownedBy(world, set, 'pods').filter((pod) => !isGoing(pod) && !isEnded(pod));
  const missing = numberAt(set, 'spec', 'replicas') - active.length;
  for (let count = 0; count < missing; count += 1) create(world, set);
  for (const pod of active.toSorted(byValue).slice(0, Math.max(0, -missing))) {
    tell(world, set, {
      type: 'Normal',
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${nameOf(pod)}`,
      component: 'replicaset-controller',
    });
    endPod(world, pod);
  }
  count(world, set);
}

function create(world: World, set: KubeObject): void {
  const pod = world.store.insert(pods, podFrom(set, `${nameOf(set)}-${suffix(world, 5)}`));
  tell(world, set, {
    type: 'Normal',
    reason: 'SuccessfulCreate',
    message: `Created pod: ${nameOf(pod)}`,
    component: 'replicaset-controller',
  });
}

/** A pod as a workload's template describes it. */
export function podFrom(owner: KubeObject, name: string): KubeObject {
  const template = treeAt(owner, 'spec', 'template');
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...copyOf(treeAt(template, 'metadata')),
      name,
      generateName: `${nameOf(owner)}-`,
      namespace: namespaceOf(owner),
      ownerReferences: [ownerReference(owner)],
    },
    spec: copyOf(treeAt(template, 'spec')),
    status: { phase: 'Pending' },
  };
  put(pod, ['metadata', 'creationTimestamp'], undefined);
  admitPod(pod);
  return pod;
}

/** The pods that serve least come first: they are the ones to be given up. */
function byValue(a: KubeObject, b: KubeObject): number {
  const weight = (pod: KubeObject): number =>
    textAt(pod, 'spec', 'nodeName') === '' ? 0 : textAt(pod, 'status', 'phase') !== 'Running' ? 1 : isReady(pod) ? 3 : 2;
  const difference = weight(a) - weight(b);
  return difference === 0
    ? textAt(b, 'metadata', 'creationTimestamp').localeCompare(textAt(a, 'metadata', 'creationTimestamp'))
    : difference;
}

function count(world: World, set: KubeObject): void {
  const present = ownedBy(world, set, 'pods').filter((pod) => !isGoing(pod) && !isEnded(pod));
  const ready = present.filter(isReady).length;
  const wanted = Object.entries(labelsOf(treeAt(set, 'spec', 'template')));
  const labelled = present.filter((pod) => wanted.every(([key, value]) => labelsOf(pod)[key] === value)).length;
  change(world, set, (copy) =>
    put(copy, ['status'], {
      replicas: present.length,
      ...some({ fullyLabeledReplicas: labelled, readyReplicas: ready, availableReplicas: ready }),
      terminatingReplicas: ownedBy(world, set, 'pods').filter(isGoing).length,
      observedGeneration: numberAt(set, 'metadata', 'generation'),
    }),
  );
}

/** The API leaves counts of zero out. */
export function some(counts: Readonly<Record<string, number>>): Tree {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0));
}

export const wantedReplicas = (object: KubeObject): number => {
  const replicas = at(object, 'spec', 'replicas');
  return typeof replicas === 'number' ? replicas : 1;
};
