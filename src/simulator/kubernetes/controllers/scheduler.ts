import { builtInKind } from '../resources.ts';
import { at, labelsOf, nameOf, namespaceOf, put, textAt, textsOf, treeAt, treesAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { amountOf } from './amounts.ts';
import { tell } from './events.ts';
import { change, isEnded, isGoing, pods, withCondition } from './world.ts';
import type { World } from './world.ts';

const nodes = builtInKind('nodes');

/** Gives each waiting pod the fitting node with the fewest pods, or says why none fits. */
export function schedule(world: World): undefined {
  for (const pod of world.store.list(pods)) {
    if (textAt(pod, 'spec', 'nodeName') === '' && !isGoing(pod)) place(world, pod);
    else if (textAt(pod, 'spec', 'nodeName') === '' && isGoing(pod)) world.store.remove(pods, pod);
  }
  return undefined;
}

function place(world: World, pod: KubeObject): void {
  const all = world.store.list(nodes);
  const placed = world.store.list(pods).filter((each) => !isEnded(each));
  const onNode = (node: KubeObject): readonly KubeObject[] => placed.filter((each) => textAt(each, 'spec', 'nodeName') === nameOf(node));
  const verdicts = all.map((node) => ({ node, load: onNode(node), reason: refusal(pod, node, onNode(node)) }));
  const fitting = verdicts.filter(({ reason }) => reason === undefined).toSorted((a, b) => a.load.length - b.load.length)[0];
  if (fitting === undefined) return refuse(world, pod, { total: all.length, reasons: verdicts.flatMap(({ reason }) => reason ?? []) });
  const bound = change(world, pod, (copy) => {
    put(copy, ['spec', 'nodeName'], nameOf(fitting.node));
    const conditions = treesAt(copy, 'status', 'conditions');
    put(
      copy,
      ['status', 'conditions'],
      withCondition(conditions, { type: 'PodScheduled', status: 'True', lastProbeTime: null }, world.now()),
    );
  });
  const message = `Successfully assigned ${namespaceOf(pod)}/${nameOf(pod)} to ${nameOf(fitting.node)}`;
  tell(world, bound, { type: 'Normal', reason: 'Scheduled', message, component: 'default-scheduler' });
}

function refuse(world: World, pod: KubeObject, why: { total: number; reasons: readonly string[] }): void {
  const counted = [...new Set(why.reasons)].toSorted().map((reason) => `${why.reasons.filter((each) => each === reason).length} ${reason}`);
  const message = `0/${why.total} nodes are available: ${counted.join(', ')}.`;
  const known = treesAt(pod, 'status', 'conditions').some((condition) => condition['message'] === message);
  if (known) return;
  const waiting = change(world, pod, (copy) => {
    const condition: Tree = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastProbeTime: null };
    put(copy, ['status', 'conditions'], withCondition(treesAt(copy, 'status', 'conditions'), condition, world.now()));
    put(copy, ['status', 'phase'], 'Pending');
  });
  tell(world, waiting, { type: 'Warning', reason: 'FailedScheduling', message, component: 'default-scheduler' });
}

/** Why a pod cannot go to a node, in the scheduler's words. */
function refusal(pod: KubeObject, node: KubeObject, load: readonly KubeObject[]): string | undefined {
  if (at(node, 'spec', 'unschedulable') === true && !toleratesCordon(pod)) return 'node(s) were unschedulable';
  const labels = labelsOf(node);
  const wanted = Object.entries(textsOf(treeAt(pod, 'spec', 'nodeSelector')));
  if (wanted.some(([name, value]) => labels[name] !== value)) return "node(s) didn't match Pod's node affinity/selector";
  const taint = treesAt(node, 'spec', 'taints').find((each) => each['effect'] !== 'PreferNoSchedule' && !toleratesTaint(pod, each));
  if (taint !== undefined && taint['key'] !== 'node.kubernetes.io/unschedulable')
    return `node(s) had untolerated taint {${textAt(taint, 'key')}: ${textAt(taint, 'value')}}`;
  const short = Object.keys(treeAt(node, 'status', 'allocatable')).find((name) => {
    const used = name === 'pods' ? load.length + 1 : [...load, pod].reduce((sum, each) => sum + requested(each, name), 0);
    const wants = name === 'pods' || requested(pod, name) > 0;
    return wants && used > amountOf(at(node, 'status', 'allocatable', name));
  });
  return short === undefined ? undefined : short === 'pods' ? 'Too many pods' : `Insufficient ${short}`;
}

/** What all containers of a pod ask for of one resource. */
function requested(pod: KubeObject, resource: string): number {
  return treesAt(pod, 'spec', 'containers').reduce((sum, container) => {
    const request = at(container, 'resources', 'requests', resource) ?? at(container, 'resources', 'limits', resource);
    return sum + amountOf(request);
  }, 0);
}

function toleratesCordon(pod: KubeObject): boolean {
  return toleratesTaint(pod, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' });
}

function toleratesTaint(pod: KubeObject, taint: Tree): boolean {
  return treesAt(pod, 'spec', 'tolerations').some((toleration) => {
    const key = textAt(toleration, 'key');
    if (key !== '' && key !== textAt(taint, 'key')) return false;
    if (textAt(toleration, 'effect') !== '' && toleration['effect'] !== taint['effect']) return false;
    return toleration['operator'] === 'Exists' || textAt(toleration, 'value') === textAt(taint, 'value');
  });
}
