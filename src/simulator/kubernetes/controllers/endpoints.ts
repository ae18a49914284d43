import { sha256 } from '../../../kernel/hash.ts';
import { builtInKind } from '../resources.ts';
import { at, labelsOf, nameOf, namespaceOf, put, same, textAt, textsOf, treeAt, treesAt, uidOf } from '../tree.ts';
import type { KubeObject, Tree, Value } from '../tree.ts';
import { change, isEnded, isGoing, isReady, ownedBy, ownerReference, pods, safeEncode } from './world.ts';
import type { World } from './world.ts';

const [services, slices] = [builtInKind('services'), builtInKind('endpointslices')];

/** Keeps one EndpointSlice for each Service with a selector: the addresses of its pods, and which of them serve. */
export function keepEndpoints(world: World): undefined {
  for (const service of world.store.list(services)) if (!isGoing(service)) keep(world, service);
  return undefined;
}

function keep(world: World, service: KubeObject): void {
  const selector = Object.entries(textsOf(treeAt(service, 'spec', 'selector')));
  if (selector.length === 0 || textAt(service, 'spec', 'type') === 'ExternalName') return;
  const chosen = world.store
    .list(pods, namespaceOf(service))
    .filter(
      (pod) => selector.every(([key, value]) => labelsOf(pod)[key] === value) && textAt(pod, 'status', 'podIP') !== '' && !isEnded(pod),
    );
  const content: Tree = { addressType: 'IPv4', endpoints: chosen.map(endpointOf), ports: portsOf(service, chosen[0]) };
  const present = ownedBy(world, service, 'endpointslices')[0];
  if (present !== undefined) {
    change(world, present, (copy) => {
      for (const [key, value] of Object.entries(content)) if (!same(copy[key], value)) copy[key] = value;
    });
    return;
  }
  world.store.insert(slices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${nameOf(service)}-${safeEncode(sha256(uidOf(service)).slice(0, 5))}`,
      generateName: `${nameOf(service)}-`,
      namespace: namespaceOf(service),
      labels: {
        ...labelsOf(service),
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': nameOf(service),
      },
      ownerReferences: [ownerReference(service)],
    },
    ...content,
  });
}

function endpointOf(pod: KubeObject): Tree {
  const serves = isReady(pod);
  const reference: Tree = { kind: 'Pod', namespace: namespaceOf(pod), name: nameOf(pod), uid: uidOf(pod) };
  return {
    addresses: [textAt(pod, 'status', 'podIP')],
    conditions: { ready: serves && !isGoing(pod), serving: serves, terminating: isGoing(pod) },
    nodeName: textAt(pod, 'spec', 'nodeName'),
    targetRef: reference,
  };
}

/** Ports by number; one that the service names is looked up in a pod, and missing there is left out. */
function portsOf(service: KubeObject, pod: KubeObject | undefined): Tree[] {
  return treesAt(service, 'spec', 'ports').flatMap((port) => {
    const target = port['targetPort'] ?? port['port'];
    const number = typeof target === 'number' ? target : namedPort(pod, target);
    if (number === undefined) return [];
    const entry: Tree = { name: textAt(port, 'name'), port: number, protocol: textAt(port, 'protocol') || 'TCP' };
    put(entry, ['appProtocol'], at(port, 'appProtocol'));
    return [entry];
  });
}

function namedPort(pod: KubeObject | undefined, name: Value | undefined): Value | undefined {
  const ports = treesAt(pod, 'spec', 'containers').flatMap((container) => treesAt(container, 'ports'));
  return ports.find((port) => port['name'] === name)?.['containerPort'];
}
