import { sha256 } from '../../../kernel/hash.ts';
import { builtInKind } from '../resources.ts';
import { annotationsOf, at, copyOf, nameOf, namespaceOf, numberAt, put, same, textAt, treeAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { deploymentStatus } from './deployment-status.ts';
import { tell } from './events.ts';
import { wantedReplicas } from './replica-set.ts';
import { nextSizes, surgeOf } from './rolling.ts';
import { change, isGoing, ownedBy, ownerReference, safeEncode } from './world.ts';
import type { World } from './world.ts';

const deployments = builtInKind('deployments');
const replicaSets = builtInKind('replicasets');

const revisionKey = 'deployment.kubernetes.io/revision';
/** Annotations of a deployment that its ReplicaSets do not inherit. */
const ownAnnotations = [
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionKey,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
];

const revisionOf = (object: KubeObject): number => Number(annotationsOf(object)[revisionKey] ?? 0);

/** Brings each Deployment's ReplicaSets towards its template and size. */
export function rollDeployments(world: World): number | undefined {
  const dues = world.store.list(deployments).flatMap((deployment) => (isGoing(deployment) ? [] : (roll(world, deployment) ?? [])));
  return dues.length === 0 ? undefined : Math.min(...dues);
}

function roll(world: World, given: KubeObject): number | undefined {
  const owned = ownedBy(world, given, 'replicasets').filter((set) => !isGoing(set));
  const paused = at(given, 'spec', 'paused') === true;
  const found = owned.filter((set) => same(templateOf(set), templateOf(given))).toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
  const current = found ?? (paused ? undefined : createSet(world, given, owned));
  const deployment = paused || current === undefined ? given : stampRevision(world, given, { current, owned });
  const sets = ownedBy(world, given, 'replicasets').filter((set) => !isGoing(set));
  if (paused) resizePaused(world, deployment, sets);
  else if (current !== undefined) resize(world, deployment, { current: nameOf(current), sets });
  if (!paused) forgetOld(world, deployment, sets);
  return deploymentStatus(world, deployment, current === undefined ? undefined : nameOf(current));
}

/** The template without the label that the controller itself adds. */
function templateOf(object: KubeObject): Tree {
  const template = copyOf(treeAt(object, 'spec', 'template'));
  put(template, ['metadata', 'labels', 'pod-template-hash'], undefined);
  put(template, ['metadata', 'creationTimestamp'], undefined);
  return template;
}

function inherited(deployment: KubeObject): Tree {
  const all = annotationsOf(deployment);
  return Object.fromEntries(Object.entries(all).filter(([key]) => !ownAnnotations.includes(key)));
}

const newestOf = (sets: readonly KubeObject[]): number => Math.max(0, ...sets.map(revisionOf));

function createSet(world: World, deployment: KubeObject, owned: readonly KubeObject[]): KubeObject {
  const hash = safeEncode(sha256(JSON.stringify(templateOf(deployment))).slice(0, 10));
  const template = copyOf(treeAt(deployment, 'spec', 'template'));
  put(template, ['metadata', 'labels', 'pod-template-hash'], hash);
  const selector = copyOf(treeAt(deployment, 'spec', 'selector'));
  put(selector, ['matchLabels', 'pod-template-hash'], hash);
  const replicas = wantedReplicas(deployment);
  const set: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${nameOf(deployment)}-${hash}`,
      namespace: namespaceOf(deployment),
      labels: copyOf(treeAt(template, 'metadata', 'labels')),
      annotations: { ...inherited(deployment), ...sizeNotes(deployment, replicas), [revisionKey]: String(newestOf(owned) + 1) },
      ownerReferences: [ownerReference(deployment)],
    },
    spec: { replicas: 0, minReadySeconds: at(deployment, 'spec', 'minReadySeconds'), selector, template },
    status: { replicas: 0 },
  };
  const podsLeft = owned.reduce((sum, each) => sum + ownedBy(world, each, 'pods').length, 0);
  const size = nextSizes(deployment, { current: set, old: owned, podsLeft }).find(([each]) => each === set)?.[1] ?? 0;
  put(set, ['spec', 'replicas'], size);
  if (size > 0) tellSize(world, deployment, { set, from: 0, to: size });
  return world.store.insert(replicaSets, set);
}

function sizeNotes(deployment: KubeObject, replicas: number): Tree {
  return {
    'deployment.kubernetes.io/desired-replicas': String(replicas),
    'deployment.kubernetes.io/max-replicas': String(replicas + surgeOf(deployment).surge),
  };
}

/** The present ReplicaSet carries the highest revision, and the deployment shows it. */
function stampRevision(
  world: World,
  deployment: KubeObject,
  { current, owned }: { current: KubeObject; owned: readonly KubeObject[] },
): KubeObject {
  const others = owned.filter((set) => nameOf(set) !== nameOf(current));
  const revision = Math.max(revisionOf(current), newestOf(others) + (newestOf(others) >= revisionOf(current) ? 1 : 0));
  change(world, current, (copy) => {
    const notes = { ...inherited(deployment), ...sizeNotes(deployment, wantedReplicas(deployment)) };
    const history = annotationsOf(copy)['deployment.kubernetes.io/revision-history'];
    const before = revisionOf(copy);
    const past = before === revision ? history : [history, String(before)].filter((text) => text !== undefined).join(',');
    for (const [key, value] of Object.entries({ ...notes, [revisionKey]: String(revision) }))
      put(copy, ['metadata', 'annotations', key], value);
    if (past !== undefined) put(copy, ['metadata', 'annotations', 'deployment.kubernetes.io/revision-history'], past);
  });
  return change(world, deployment, (copy) => put(copy, ['metadata', 'annotations', revisionKey], String(revision)));
}

function resize(world: World, deployment: KubeObject, { current, sets }: { current: string; sets: readonly KubeObject[] }): void {
  const sizes = nextSizes(deployment, {
    current: sets.find((set) => nameOf(set) === current),
    old: sets.filter((set) => nameOf(set) !== current),
    podsLeft: sets.filter((set) => nameOf(set) !== current).reduce((sum, set) => sum + ownedBy(world, set, 'pods').length, 0),
  });
  for (const [set, replicas] of sizes) setSize(world, { deployment, set }, replicas);
}

/** A paused deployment still follows its size: the ReplicaSet that has the pods does. */
function resizePaused(world: World, deployment: KubeObject, sets: readonly KubeObject[]): void {
  const active = sets.filter((set) => numberAt(set, 'spec', 'replicas') > 0);
  const target =
    active.length === 1 ? active[0] : active.length === 0 ? sets.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0] : undefined;
  if (target !== undefined) setSize(world, { deployment, set: target }, wantedReplicas(deployment));
}

function setSize(world: World, { deployment, set }: { deployment: KubeObject; set: KubeObject }, replicas: number): void {
  const before = numberAt(set, 'spec', 'replicas');
  if (before === replicas) return;
  change(world, set, (copy) => put(copy, ['spec', 'replicas'], replicas));
  tellSize(world, deployment, { set, from: before, to: replicas });
}

function tellSize(world: World, deployment: KubeObject, { set, from, to }: { set: KubeObject; from: number; to: number }): void {
  tell(world, deployment, {
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message: `Scaled ${to > from ? 'up' : 'down'} replica set ${nameOf(set)} from ${from} to ${to}`,
    component: 'deployment-controller',
  });
}

function forgetOld(world: World, deployment: KubeObject, sets: readonly KubeObject[]): void {
  const limit = at(deployment, 'spec', 'revisionHistoryLimit');
  const idle = sets.filter(
    (set) => numberAt(set, 'spec', 'replicas') === 0 && numberAt(set, 'status', 'replicas') === 0 && textAt(set, 'metadata', 'name') !== '',
  );
  const old = idle.filter((set) => revisionOf(set) < newestOf(sets)).toSorted((a, b) => revisionOf(a) - revisionOf(b));
  const excess = old.length - (typeof limit === 'number' ? limit : 10);
  for (const set of old.slice(0, Math.max(0, excess))) world.store.remove(replicaSets, set);
}
