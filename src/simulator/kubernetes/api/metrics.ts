import { sha256 } from '../../../kernel/hash.ts';
import { amountOf } from '../controllers/amounts.ts';
import type { World } from '../controllers/world.ts';
import { builtInKind } from '../resources.ts';
import type { ResourceKind } from '../resources.ts';
import { readLabelSelector } from '../selectors.ts';
import { noSuchResource, notFound } from '../status.ts';
import { at, labelsOf, nameOf, namespaceOf, textAt, timeText, treesAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { authorize } from './authorize.ts';
import type { ApiReply, Call } from './call.ts';

/** What a container uses at a moment: cores and bytes. Undefined: the simulator makes something up from what it asks for. */
export type Usage = { cpu: number; memory: number };
export type UsageOf = (container: Tree, pod: KubeObject) => Usage | undefined;

const prefix = '/apis/metrics.k8s.io/v1beta1';
const [pods, nodes] = [builtInKind('pods'), builtInKind('nodes')];

/** metrics.k8s.io: `top pods` and `top nodes`; undefined for other paths. */
export function metrics(world: World, call: Call, usageOf: UsageOf): ApiReply | undefined {
  if (!call.path.startsWith(`${prefix}/`)) return undefined;
  const match = /^\/(?:namespaces\/([^/]+)\/)?(pods|nodes)(?:\/([^/]+))?$/.exec(call.path.slice(prefix.length));
  if (match === null || call.method !== 'GET') throw noSuchResource();
  return answer(world, { call, usageOf }, match);
}

function answer(world: World, { call, usageOf }: { call: Call; usageOf: UsageOf }, match: RegExpExecArray): ApiReply {
  const [, namespace = '', resource = '', name = ''] = match;
  authorize(world, call.user, { verb: name === '' ? 'list' : 'get', group: 'metrics.k8s.io', resource, namespace, name });
  const running = measurable(world, {
    kind: resource === 'pods' ? pods : nodes,
    namespace,
    selector: call.query.get('labelSelector') ?? '',
  });
  const measure = (object: KubeObject): Tree =>
    resource === 'pods' ? podMetrics(world, object, usageOf) : nodeMetrics(world, object, usageOf);
  const found = name === '' ? running : running.filter((object) => nameOf(object) === name);
  if (name === '') return { status: 200, body: listed(resource, found.map(measure)) };
  if (found[0] === undefined) throw notFound({ group: 'metrics.k8s.io', resource }, name);
  return { status: 200, body: measure(found[0]) };
}

function listed(resource: string, items: Tree[]): Tree {
  return { kind: resource === 'pods' ? 'PodMetricsList' : 'NodeMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items };
}

function measurable(world: World, wanted: { kind: ResourceKind; namespace: string; selector: string }): readonly KubeObject[] {
  const selected = readLabelSelector(wanted.selector);
  const isHere = (object: KubeObject): boolean => wanted.namespace === '' || namespaceOf(object) === wanted.namespace;
  return world.store.list(wanted.kind).filter((object) => isHere(object) && selected(labelsOf(object)) && measured(object));
}

const measured = (object: KubeObject): boolean => object.kind === 'Node' || textAt(object, 'status', 'phase') === 'Running';

function head(world: World, object: KubeObject, kind: string): Tree {
  return {
    kind,
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: {
      name: nameOf(object),
      ...(namespaceOf(object) === '' ? {} : { namespace: namespaceOf(object) }),
      creationTimestamp: timeText(world.now()),
      labels: { ...labelsOf(object) },
    },
    timestamp: timeText(world.now()),
    window: '15s',
  };
}

const written = ({ cpu, memory }: Usage): Tree => ({ cpu: `${Math.round(cpu * 1e9)}n`, memory: `${Math.round(memory / 1024)}Ki` });

function podMetrics(world: World, pod: KubeObject, usageOf: UsageOf): Tree {
  const containers = treesAt(pod, 'spec', 'containers').map((container) => ({
    name: textAt(container, 'name'),
    usage: written(usage(container, pod, usageOf)),
  }));
  return { ...head(world, pod, 'PodMetrics'), containers };
}

function nodeMetrics(world: World, node: KubeObject, usageOf: UsageOf): Tree {
  const here = world.store.list(pods).filter((pod) => textAt(pod, 'spec', 'nodeName') === nameOf(node) && measured(pod));
  const all = here.flatMap((pod) => treesAt(pod, 'spec', 'containers').map((container) => usage(container, pod, usageOf)));
  const sum = all.reduce<Usage>((total, each) => ({ cpu: total.cpu + each.cpu, memory: total.memory + each.memory }), {
    cpu: 0.2,
    memory: 900 * 2 ** 20,
  });
  return { ...head(world, node, 'NodeMetrics'), usage: written(sum) };
}

function usage(container: Tree, pod: KubeObject, usageOf: UsageOf): Usage {
  const told = usageOf(container, pod);
  if (told !== undefined) return told;
  const share = 0.4 + Number.parseInt(sha256(nameOf(pod)).slice(0, 2), 16) / 640;
  const request = (name: string, otherwise: number): number => amountOf(at(container, 'resources', 'requests', name)) || otherwise;
  return { cpu: request('cpu', 0.1) * share, memory: request('memory', 128 * 2 ** 20) * share };
}
