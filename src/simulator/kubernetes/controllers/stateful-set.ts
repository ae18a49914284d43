import { sha256 } from '../../../kernel/hash.ts';
import { builtInKind } from '../resources.ts';
import { annotationsOf, at, copyOf, labelsOf, nameOf, namespaceOf, numberAt, put, textAt, treeAt } from '../tree.ts';
import type { KubeObject } from '../tree.ts';
import { tell } from './events.ts';
import { podFrom, some, wantedReplicas } from './replica-set.ts';
import { change, endPod, isEnded, isGoing, isReady, ownedBy, ownerReference, pods, safeEncode } from './world.ts';
import type { World } from './world.ts';

const statefulSets = builtInKind('statefulsets');
const revisions = builtInKind('controllerrevisions');
export const revisionLabel = 'controller-revision-hash';

/** Keeps the numbered pods of each StatefulSet, one at a time: up from 0, and renewed from the highest number down. */
export function keepOrdered(world: World): undefined {
  for (const set of world.store.list(statefulSets)) if (!isGoing(set)) keep(world, set);
  return undefined;
}

/** The revision of a workload's template, kept as an object for a later undo. */
export function templateRevision(world: World, owner: KubeObject): string {
  const template = copyOf(treeAt(owner, 'spec', 'template'));
  put(template, ['metadata', 'creationTimestamp'], undefined);
  const hash = safeEncode(sha256(JSON.stringify(template)).slice(0, 10));
  const name = `${nameOf(owner)}-${hash}`;
  const known = ownedBy(world, owner, 'controllerrevisions');
  const newest = Math.max(0, ...known.map((each) => numberAt(each, 'revision')));
  const present = known.find((each) => nameOf(each) === name);
  if (present === undefined)
    world.store.insert(revisions, {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name,
        namespace: namespaceOf(owner),
        labels: {
          ...labelsOf(treeAt(owner, 'spec', 'template')),
          [owner.kind === 'StatefulSet' ? 'controller.kubernetes.io/hash' : revisionLabel]: hash,
        },
        ...(Object.keys(annotationsOf(owner)).length === 0 ? {} : { annotations: { ...annotationsOf(owner) } }),
        ownerReferences: [ownerReference(owner)],
      },
      data: { spec: { template: { ...template, $patch: 'replace' } } },
      revision: newest + 1,
    });
  else if (numberAt(present, 'revision') < newest) world.store.replace(revisions, { ...copyOf(present), revision: newest + 1 });
  return owner.kind === 'StatefulSet' ? name : hash;
}

function keep(world: World, set: KubeObject): void {
  const revision = templateRevision(world, set);
  const wanted = wantedReplicas(set);
  const all = ownedBy(world, set, 'pods');
  for (const pod of all.filter((each) => isEnded(each) && !isGoing(each))) endPod(world, pod, 0);
  const numberOf = (pod: KubeObject): number => Number(/-(\d+)$/.exec(nameOf(pod))?.[1] ?? -1);
  const settled = (pod: KubeObject): boolean => isReady(pod) && !isGoing(pod);
  const byNumber = new Map(all.map((pod) => [numberOf(pod), pod]));
  const surplus = all.filter((pod) => numberOf(pod) >= wanted).toSorted((a, b) => numberOf(b) - numberOf(a));
  const first = Array.from({ length: wanted }, (_, index) => index).find((index) => {
    const pod = byNumber.get(index);
    return pod === undefined || !settled(pod);
  });
  if (first !== undefined && byNumber.get(first) === undefined) create(world, set, { number: first, revision });
  else if (surplus[0] !== undefined) endOne(world, set, surplus[0]);
  else renew(world, set, { pods: all.toSorted((a, b) => numberOf(b) - numberOf(a)), revision, numberOf });
  report(world, set, revision);
}

function create(world: World, set: KubeObject, { number, revision }: { number: number; revision: string }): void {
  const pod = podFrom(set, `${nameOf(set)}-${number}`);
  put(pod, ['metadata', 'labels', revisionLabel], revision);
  put(pod, ['metadata', 'labels', 'statefulset.kubernetes.io/pod-name'], nameOf(pod));
  put(pod, ['metadata', 'labels', 'apps.kubernetes.io/pod-index'], String(number));
  put(pod, ['spec', 'hostname'], nameOf(pod));
  put(pod, ['spec', 'subdomain'], textAt(set, 'spec', 'serviceName') || undefined);
  world.store.insert(pods, pod);
  const message = `Create Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)} successful`;
  tell(world, set, { type: 'Normal', reason: 'SuccessfulCreate', message, component: 'statefulset-controller' });
}

function endOne(world: World, set: KubeObject, pod: KubeObject): void {
  if (isGoing(pod)) return;
  const message = `Delete Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)} successful`;
  tell(world, set, { type: 'Normal', reason: 'SuccessfulDelete', message, component: 'statefulset-controller' });
  endPod(world, pod);
}

function renew(
  world: World,
  set: KubeObject,
  plan: { pods: readonly KubeObject[]; revision: string; numberOf: (pod: KubeObject) => number },
): void {
  if (textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return;
  const partition = numberAt(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  for (const pod of plan.pods.filter((each) => plan.numberOf(each) >= partition)) {
    if (isGoing(pod)) return;
    if (labelsOf(pod)[revisionLabel] !== plan.revision) return endOne(world, set, pod);
    if (!isReady(pod)) return;
  }
}

function report(world: World, set: KubeObject, revision: string): void {
  const present = ownedBy(world, set, 'pods').filter((pod) => !isEnded(pod));
  const ready = present.filter((pod) => isReady(pod)).length;
  const updated = present.filter((pod) => labelsOf(pod)[revisionLabel] === revision);
  change(world, set, (copy) => {
    const before = textAt(copy, 'status', 'currentRevision');
    const done = updated.length === wantedReplicas(copy) && updated.every(isReady) && updated.length === present.length;
    const current = before === '' || done ? revision : before;
    put(copy, ['status'], {
      observedGeneration: numberAt(copy, 'metadata', 'generation'),
      replicas: present.length,
      availableReplicas: ready,
      ...some({
        readyReplicas: ready,
        updatedReplicas: updated.length,
        currentReplicas: present.filter((pod) => labelsOf(pod)[revisionLabel] === current).length,
      }),
      currentRevision: current,
      updateRevision: revision,
      collisionCount: at(copy, 'status', 'collisionCount') ?? 0,
    });
  });
}
