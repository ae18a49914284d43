import { builtInKind } from '../resources.ts';
import type { ResourceKind } from '../resources.ts';
import { copyOf, listAt, nameOf, namespaceOf, put, textAt, treesAt, uidOf } from '../tree.ts';
import type { KubeObject } from '../tree.ts';
import { change, endPod, isGoing } from './world.ts';
import type { World } from './world.ts';

const namespaces = builtInKind('namespaces');
export const foreground = 'foregroundDeletion';
/** Waits until what belongs to an object is left without an owner. */
export const orphaning = 'orphan';
/** Keeps a claim as long as a pod uses it. */
export const claimProtection = 'kubernetes.io/pvc-protection';

/** Takes away what belongs to nothing any more, and finishes objects and namespaces that wait for their contents. */
export function collectGarbage(world: World): undefined {
  const all = world.store.kinds().flatMap((kind) => world.store.list(kind).map((object) => ({ kind, object })));
  const owners = new Map(all.map(({ object }) => [uidOf(object), object]));
  for (const { object } of all) if (isOrphaned(object, owners) && !isGoing(object)) end(world, object);
  for (const each of all) if (isGoing(each.object) && !['pods', 'namespaces'].includes(each.kind.resource)) finish(world, each, all);
  for (const namespace of world.store.list(namespaces).filter(isGoing)) clear(world, namespace, all);
  return undefined;
}

type Found = { kind: ResourceKind; object: KubeObject };

function isOrphaned(object: KubeObject, owners: ReadonlyMap<string, KubeObject>): boolean {
  const references = treesAt(object, 'metadata', 'ownerReferences');
  const present = references.map((reference) => owners.get(textAt(reference, 'uid')));
  return references.length > 0 && present.every((owner) => owner === undefined || waitsForDependents(owner));
}

function finish(world: World, { kind, object }: Found, all: readonly Found[]): void {
  const waiting = all.some((each) =>
    treesAt(each.object, 'metadata', 'ownerReferences').some((reference) => reference['uid'] === uidOf(object)),
  );
  const orphans = listAt(object, 'metadata', 'finalizers').includes(orphaning);
  if (orphans) for (const { kind: owned, object: left } of all) disown(world, { kind: owned, object: left }, object);
  const used = kind.resource === 'persistentvolumeclaims' && all.some((each) => usesClaim(each.object, object));
  const finalizers = listAt(object, 'metadata', 'finalizers').filter(
    (finalizer) => finalizer !== orphaning && (finalizer !== foreground || waiting) && (finalizer !== claimProtection || used),
  );
  if (finalizers.length === 0) world.store.remove(kind, object);
  else change(world, object, (copy) => put(copy, ['metadata', 'finalizers'], finalizers));
}

function disown(world: World, { kind, object }: Found, owner: KubeObject): void {
  const references = treesAt(object, 'metadata', 'ownerReferences');
  const left = references.filter((reference) => reference['uid'] !== uidOf(owner));
  if (left.length === references.length) return;
  const copy = copyOf(object);
  put(copy, ['metadata', 'ownerReferences'], left.length === 0 ? undefined : left);
  world.store.replace(kind, copy);
}

function usesClaim(pod: KubeObject, claim: KubeObject): boolean {
  if (pod.kind !== 'Pod' || namespaceOf(pod) !== namespaceOf(claim)) return false;
  return treesAt(pod, 'spec', 'volumes').some((volume) => textAt(volume, 'persistentVolumeClaim', 'claimName') === nameOf(claim));
}

function clear(world: World, namespace: KubeObject, all: readonly Found[]): void {
  const contents = all.filter(({ kind, object }) => kind.namespaced && textAt(object, 'metadata', 'namespace') === nameOf(namespace));
  for (const { object } of contents) if (!isGoing(object)) end(world, object);
  if (contents.length === 0) world.store.remove(namespaces, namespace);
}

const waitsForDependents = (owner: KubeObject): boolean => isGoing(owner) && listAt(owner, 'metadata', 'finalizers').includes(foreground);

function end(world: World, object: KubeObject): void {
  const kind = world.store.kindFor(object.apiVersion, object.kind);
  if (kind === undefined) return;
  if (kind.resource === 'pods') endPod(world, object);
  else world.store.remove(kind, object);
}
