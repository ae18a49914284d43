import { builtInKind } from '../resources.ts';
import { annotationsOf, at, labelsOf, nameOf, numberAt, put, scaled, textAt, textsOf, treeAt, treesAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { tell } from './events.ts';
import { podFrom, some } from './replica-set.ts';
import { revisionLabel, templateRevision } from './stateful-set.ts';
import { change, endPod, isEnded, isGoing, isReady, ownedBy, pods, suffix, withCondition } from './world.ts';
import type { World } from './world.ts';

const daemonSets = builtInKind('daemonsets');
const nodes = builtInKind('nodes');

/** Kubernetes: how often the template of a DaemonSet changed, plus one. */
export const generationKey = 'deprecated.daemonset.template.generation';
/** Kubernetes: a daemon's pods stay on nodes that others leave. */
const steadfast: readonly Tree[] = (
  [
    ['not-ready', 'NoExecute'],
    ['unreachable', 'NoExecute'],
    ['disk-pressure', 'NoSchedule'],
    ['memory-pressure', 'NoSchedule'],
    ['pid-pressure', 'NoSchedule'],
    ['unschedulable', 'NoSchedule'],
  ] as const
).map(([what, effect]) => ({ key: `node.kubernetes.io/${what}`, operator: 'Exists', effect }));

/** Keeps one pod of each DaemonSet on each node that it selects. */
export function keepOnNodes(world: World): undefined {
  for (const set of world.store.list(daemonSets)) if (!isGoing(set)) keep(world, set);
  return undefined;
}

function keep(world: World, set: KubeObject): void {
  const revision = templateRevision(world, set);
  const wanted = Object.entries(textsOf(treeAt(set, 'spec', 'template', 'spec', 'nodeSelector')));
  const chosen = world.store.list(nodes).filter((node) => wanted.every(([key, value]) => labelsOf(node)[key] === value));
  const present = ownedBy(world, set, 'pods');
  for (const pod of present) {
    const misplaced = !chosen.some((node) => nameOf(node) === textAt(pod, 'spec', 'nodeName'));
    if ((misplaced || isEnded(pod)) && !isGoing(pod)) endPod(world, pod);
  }
  for (const node of chosen) {
    if (!present.some((pod) => textAt(pod, 'spec', 'nodeName') === nameOf(node))) create(world, set, { node: nameOf(node), revision });
  }
  if (textAt(set, 'spec', 'updateStrategy', 'type') !== 'OnDelete') renew(world, set, { revision, nodes: chosen.length });
  report(world, set, { revision, wanted: chosen.length });
}

function create(world: World, set: KubeObject, { node, revision }: { node: string; revision: string }): void {
  const pod = podFrom(set, `${nameOf(set)}-${suffix(world, 5)}`);
  put(pod, ['metadata', 'labels', revisionLabel], revision);
  put(pod, ['metadata', 'labels', 'pod-template-generation'], annotationsOf(set)[generationKey] ?? '1');
  put(pod, ['spec', 'nodeName'], node);
  put(pod, ['spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'], {
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
  });
  put(
    pod,
    ['spec', 'tolerations'],
    [...treesAt(set, 'spec', 'template', 'spec', 'tolerations'), ...steadfast.map((each) => ({ ...each }))],
  );
  const bound: Tree = { type: 'PodScheduled', status: 'True', lastProbeTime: null };
  put(pod, ['status', 'conditions'], withCondition([], bound, world.now()));
  world.store.insert(pods, pod);
  tell(world, set, {
    type: 'Normal',
    reason: 'SuccessfulCreate',
    message: `Created pod: ${nameOf(pod)}`,
    component: 'daemonset-controller',
  });
}

function renew(world: World, set: KubeObject, plan: { revision: string; nodes: number }): void {
  const present = ownedBy(world, set, 'pods').filter((pod) => !isGoing(pod));
  const allowed = Math.max(1, scaled(at(set, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable') ?? 1, plan.nodes, 'up'));
  const missing = plan.nodes - present.filter(isReady).length;
  const old = present.filter((pod) => labelsOf(pod)[revisionLabel] !== plan.revision);
  const idle = old.filter((pod) => !isReady(pod));
  const serving = old.filter(isReady).slice(0, Math.max(0, allowed - missing));
  for (const pod of [...idle, ...serving]) {
    tell(world, set, {
      type: 'Normal',
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${nameOf(pod)}`,
      component: 'daemonset-controller',
    });
    endPod(world, pod);
  }
}

function report(world: World, set: KubeObject, plan: { revision: string; wanted: number }): void {
  const present = ownedBy(world, set, 'pods').filter((pod) => !isGoing(pod));
  const ready = present.filter(isReady).length;
  const updated = present.filter((pod) => labelsOf(pod)[revisionLabel] === plan.revision).length;
  change(world, set, (copy) =>
    put(copy, ['status'], {
      currentNumberScheduled: present.length,
      numberMisscheduled: 0,
      desiredNumberScheduled: plan.wanted,
      numberReady: ready,
      observedGeneration: numberAt(copy, 'metadata', 'generation'),
      ...some({ updatedNumberScheduled: updated, numberAvailable: ready, numberUnavailable: plan.wanted - ready }),
    }),
  );
}
