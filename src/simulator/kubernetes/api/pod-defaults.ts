import { at, copyOf, isTree, put, treesAt } from '../tree.ts';
import type { Tree, Value } from '../tree.ts';

/** Sets what nobody has set. */
export function fill(tree: Tree, keys: readonly string[], value: Value): void {
  if (at(tree, ...keys) === undefined) put(tree, keys, copyOf(value));
}

export function fillAll(tree: Tree, keys: readonly string[], values: Readonly<Record<string, Value>>): void {
  for (const [key, value] of Object.entries(values)) fill(tree, [...keys, key], value);
}

const ofPod: Readonly<Record<string, Value>> = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
};
const ofProbe: Readonly<Record<string, Value>> = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
const readableByAll = 0o644;

/** What the API server adds to a pod's specification, and to a template's. */
export function fillPodSpec(spec: Tree): void {
  fillAll(spec, [], ofPod);
  for (const container of [...treesAt(spec, 'containers'), ...treesAt(spec, 'initContainers')]) fillContainer(container);
  for (const volume of treesAt(spec, 'volumes')) {
    for (const kind of ['configMap', 'secret', 'downwardAPI', 'projected'])
      if (isTree(volume[kind])) fill(volume, [kind, 'defaultMode'], readableByAll);
    if (isTree(volume['hostPath'])) fill(volume, ['hostPath', 'type'], '');
  }
}

function fillContainer(container: Tree): void {
  const image = container['image'];
  const isLatest = typeof image === 'string' && /(^[^:]+$|:latest$)/.test(image.split('/').at(-1) ?? '');
  fillAll(container, [], {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: isLatest ? 'Always' : 'IfNotPresent',
  });
  for (const port of treesAt(container, 'ports')) fill(port, ['protocol'], 'TCP');
  for (const variable of treesAt(container, 'env'))
    if (at(variable, 'valueFrom', 'fieldRef') !== undefined) fill(variable, ['valueFrom', 'fieldRef', 'apiVersion'], 'v1');
  for (const name of ['readinessProbe', 'livenessProbe', 'startupProbe']) {
    if (!isTree(container[name])) continue;
    fillAll(container, [name], ofProbe);
    if (at(container, name, 'httpGet') !== undefined) fillAll(container, [name, 'httpGet'], { path: '/', scheme: 'HTTP' });
  }
}

/** In a pod, but not in a template, a limit without a request is the request too. */
export function fillRequests(pod: Tree): void {
  for (const container of [...treesAt(pod, 'spec', 'containers'), ...treesAt(pod, 'spec', 'initContainers')]) {
    const limits = at(container, 'resources', 'limits');
    if (!isTree(limits)) continue;
    for (const [name, value] of Object.entries(limits)) if (value !== undefined) fill(container, ['resources', 'requests', name], value);
  }
}
