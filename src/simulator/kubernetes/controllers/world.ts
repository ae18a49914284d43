import type { ResourceKind } from '../resources.ts';
import { builtInKind } from '../resources.ts';
import { ApiError } from '../status.ts';
import type { ObjectStore } from '../store.ts';
import { at, copyOf, nameOf, namespaceOf, put, textAt, timeText, treesAt, uidOf } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';

/** How a container of some image behaves once its pod is on a node. Durations are in ms of the cluster's time. */
export type Behaviour = {
  /** The image cannot be pulled. */
  pullFails?: boolean;
  /** From scheduled to started. */
  startMs: number;
  /** From started to ready; undefined: its readiness probe fails for ever. */
  readyMs?: number;
  /** It ends by itself this long after its start, again and again where the pod restarts it. */
  ends?: { afterMs: number; exitCode: number; reason: 'Error' | 'OOMKilled' | 'Completed' };
};

/** What controllers work with. They look at the objects and bring them one step closer to what is wanted. */
export type World = {
  store: ObjectStore;
  /** The simulated instant that is being worked on. */
  now(): Date;
  /** A duration of real life as long as it takes here. */
  duration(ms: number): number;
  /** Repeatable for a seed; from 0 to below 1. */
  random(): number;
  behaviourOf(container: Tree, pod: KubeObject): Behaviour;
};

/** Works until nothing is left to do at this instant; gives the time (ms) at which it wants to be asked again. */
export type Controller = (world: World) => number | undefined;

export const pods = builtInKind('pods');

/** Stores what `alter` makes of a copy, when that differs. */
export function change(world: World, object: KubeObject, alter: (copy: KubeObject) => void): KubeObject {
  const kind = kindOf(world, object);
  const present = world.store.get(kind, namespaceOf(object), nameOf(object));
  if (present === undefined || uidOf(present) !== uidOf(object)) return object;
  const copy = copyOf(present);
  alter(copy);
  return world.store.replace(kind, copy);
}

function kindOf(world: World, object: KubeObject): ResourceKind {
  const kind = world.store.kindFor(object.apiVersion, object.kind);
  if (kind === undefined) throw new ApiError(404, 'the server could not find the requested resource', { reason: 'NotFound' });
  return kind;
}

export function ownerReference(owner: KubeObject): Tree {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

function controllerOf(object: KubeObject): Tree | undefined {
  return treesAt(object, 'metadata', 'ownerReferences').find((reference) => reference['controller'] === true);
}

export function ownedBy(world: World, owner: KubeObject, resource: string): readonly KubeObject[] {
  const all = world.store.list(builtInKind(resource), namespaceOf(owner));
  return all.filter((object) => textAt(controllerOf(object), 'uid') === uidOf(owner));
}

export const isGoing = (object: KubeObject): boolean => at(object, 'metadata', 'deletionTimestamp') !== undefined;

export function isReady(pod: KubeObject): boolean {
  return treesAt(pod, 'status', 'conditions').some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True');
}

export const isEnded = (pod: KubeObject): boolean => ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'));

/** Kubernetes: letters and digits that form no words, used in made-up names. */
const safe = 'bcdfghjklmnpqrstvwxz2456789';

export function suffix(world: World, length: number): string {
  return Array.from({ length }, () => safe.charAt(Math.floor(world.random() * safe.length))).join('');
}

export function safeEncode(hex: string): string {
  return Array.from(hex, (digit) => safe.charAt(Number.parseInt(digit, 16) % safe.length)).join('');
}

/** Begins a graceful end; the kubelet takes the pod away later. */
export function endPod(world: World, pod: KubeObject, graceS?: number): void {
  if (isGoing(pod) && graceS !== 0) return;
  const ending = ended(world, pod, graceS);
  if (at(ending, 'metadata', 'deletionGracePeriodSeconds') === 0) world.store.remove(pods, pod);
  else change(world, pod, (copy) => Object.assign(copy, { metadata: ending['metadata'] }));
}

/** A pod as it looks when its end has begun. */
export function ended(world: World, pod: KubeObject, graceS?: number): KubeObject {
  const copy = copyOf(pod);
  if (isGoing(pod)) return copy;
  const wanted = at(pod, 'spec', 'terminationGracePeriodSeconds');
  const isWaiting = textAt(pod, 'spec', 'nodeName') === '' || isEnded(pod);
  const grace = isWaiting ? 0 : (graceS ?? (typeof wanted === 'number' ? wanted : 30));
  put(copy, ['metadata', 'deletionTimestamp'], timeText(new Date(world.now().getTime() + grace * 1000)));
  put(copy, ['metadata', 'deletionGracePeriodSeconds'], grace);
  put(copy, ['metadata', 'generation'], Number(at(pod, 'metadata', 'generation') ?? 0) + 1);
  return copy;
}

/** Adds or renews a condition; its transition time moves only with its status. */
export function withCondition(conditions: readonly Tree[], next: Tree, now: Date): Tree[] {
  const before = conditions.find((condition) => condition['type'] === next['type']);
  const since = before?.['status'] === next['status'] ? before?.['lastTransitionTime'] : timeText(now);
  const condition: Tree = { ...next, lastTransitionTime: since ?? timeText(now) };
  if (before === undefined) return [...conditions, condition];
  return conditions.map((each) => (each === before ? condition : each));
}
