import { selectorText } from '../selectors.ts';
import { at, labelsOf, listAt, numberAt, textAt, treeAt, treesAt } from '../tree.ts';
import type { KubeObject, Tree, Value } from '../tree.ts';
import { ageOf } from './ages.ts';
import { ageColumn, integer, nameColumn, orNone, text, wide } from './column.ts';
import type { Column } from './column.ts';

const sizeOf = (object: KubeObject, ...keys: readonly string[]): number =>
  keys.reduce((sum, key) => sum + Object.keys(treeAt(object, key)).length, 0);
const written = (value: Value | undefined, none: string): string =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : none;

function nodeStatus(node: KubeObject): string {
  const ready = treesAt(node, 'status', 'conditions').find((condition) => condition['type'] === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady';
  return at(node, 'spec', 'unschedulable') === true ? `${word},SchedulingDisabled` : word;
}

function roles(node: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const names = Object.keys(labelsOf(node)).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  return orNone(names.toSorted().join(','));
}

const address =
  (type: string) =>
  (node: KubeObject): string =>
    orNone(
      textAt(
        treesAt(node, 'status', 'addresses').find((each) => each['type'] === type),
        'address',
      ),
    );
const nodeInfo =
  (key: string) =>
  (node: KubeObject): string =>
    textAt(node, 'status', 'nodeInfo', key) || '<unknown>';

function kernel(node: KubeObject): string {
  const architecture = textAt(node, 'status', 'nodeInfo', 'architecture');
  return `${nodeInfo('kernelVersion')(node)}${architecture === '' ? '' : ` (${architecture})`}`;
}

function externalAddress(service: KubeObject): string {
  const addresses = treesAt(service, 'status', 'loadBalancer', 'ingress').map((each) => textAt(each, 'ip') || textAt(each, 'hostname'));
  const all = [...addresses, ...listAt(service, 'spec', 'externalIPs').filter((each) => typeof each === 'string')];
  if (textAt(service, 'spec', 'type') === 'ExternalName') return textAt(service, 'spec', 'externalName');
  return all.length > 0 ? all.join(',') : textAt(service, 'spec', 'type') === 'LoadBalancer' ? '<pending>' : '<none>';
}

function servicePorts(service: KubeObject): string {
  const ports = treesAt(service, 'spec', 'ports').map((port) => {
    const node = numberAt(port, 'nodePort');
    return `${numberAt(port, 'port')}${node === 0 ? '' : `:${node}`}/${textAt(port, 'protocol') || 'TCP'}`;
  });
  return orNone(ports.join(','));
}

function involved(event: KubeObject): string {
  return `${textAt(event, 'involvedObject', 'kind').toLowerCase()}/${textAt(event, 'involvedObject', 'name')}`;
}

function source(event: KubeObject): string {
  const [component, host] = [textAt(event, 'source', 'component'), textAt(event, 'source', 'host')];
  return host === '' ? component : `${component}, ${host}`;
}

function targets(scaler: KubeObject): string {
  const metrics = treesAt(scaler, 'spec', 'metrics').map((metric, index) => {
    const current = treesAt(scaler, 'status', 'currentMetrics')[index];
    const target = numberAt(metric, 'resource', 'target', 'averageUtilization');
    const value = at(current, 'resource', 'current', 'averageUtilization');
    return `${textAt(metric, 'resource', 'name')}: ${typeof value === 'number' ? `${value}%` : '<unknown>'}/${target}%`;
  });
  return orNone(metrics.join(', '));
}

const accessModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function hosts(ingress: KubeObject): string {
  const named = treesAt(ingress, 'spec', 'rules')
    .map((rule) => textAt(rule, 'host'))
    .filter((host) => host !== '');
  return named.length === 0 ? '*' : named.length > 3 ? `${named.slice(0, 3).join(',')} + ${named.length - 3} more...` : named.join(',');
}

export const otherColumns: Readonly<Record<string, readonly Column[]>> = {
  services: [
    nameColumn,
    text('Type', (service) => textAt(service, 'spec', 'type')),
    text('Cluster-IP', (service) => orNone(textAt(service, 'spec', 'clusterIP'))),
    text('External-IP', externalAddress),
    text('Port(s)', servicePorts),
    ageColumn,
    wide(text('Selector', (service) => orNone(selectorText({ matchLabels: treeAt(service, 'spec', 'selector') })))),
  ],
  nodes: [
    nameColumn,
    text('Status', nodeStatus),
    text('Roles', roles),
    ageColumn,
    text('Version', (node) => textAt(node, 'status', 'nodeInfo', 'kubeletVersion')),
    wide(text('Internal-IP', address('InternalIP'))),
    wide(text('External-IP', address('ExternalIP'))),
    wide(text('OS-Image', nodeInfo('osImage'))),
    wide(text('Kernel-Version', kernel)),
    wide(text('Container-Runtime', nodeInfo('containerRuntimeVersion'))),
  ],
  events: [
    text('Last Seen', (event, now) => ageOf(textAt(event, 'lastTimestamp') || textAt(event, 'firstTimestamp'), now)),
    text('Type', (event) => textAt(event, 'type')),
    text('Reason', (event) => textAt(event, 'reason')),
    text('Object', involved),
    wide(text('Subobject', (event) => textAt(event, 'involvedObject', 'fieldPath'))),
    wide(text('Source', source)),
    text('Message', (event) => textAt(event, 'message').trim()),
    wide(text('First Seen', (event, now) => ageOf(textAt(event, 'firstTimestamp'), now))),
    wide(text('Count', (event) => numberAt(event, 'count'))),
    wide({ ...nameColumn }),
  ],
  configmaps: [nameColumn, text('Data', (map) => sizeOf(map, 'data', 'binaryData')), ageColumn],
  secrets: [nameColumn, text('Type', (secret) => textAt(secret, 'type')), text('Data', (secret) => sizeOf(secret, 'data')), ageColumn],
  namespaces: [nameColumn, text('Status', (namespace) => textAt(namespace, 'status', 'phase')), ageColumn],
  horizontalpodautoscalers: [
    nameColumn,
    text(
      'Reference',
      (scaler) => `${textAt(scaler, 'spec', 'scaleTargetRef', 'kind')}/${textAt(scaler, 'spec', 'scaleTargetRef', 'name')}`,
    ),
    text('Targets', targets),
    text('MinPods', (scaler) => written(at(scaler, 'spec', 'minReplicas'), '<unset>')),
    text('MaxPods', (scaler) => numberAt(scaler, 'spec', 'maxReplicas')),
    text('Replicas', (scaler) => numberAt(scaler, 'status', 'currentReplicas')),
    ageColumn,
  ],
  poddisruptionbudgets: [
    nameColumn,
    text('Min Available', (budget) => written(at(budget, 'spec', 'minAvailable'), 'N/A')),
    text('Max Unavailable', (budget) => written(at(budget, 'spec', 'maxUnavailable'), 'N/A')),
    integer('Allowed Disruptions', (budget) => numberAt(budget, 'status', 'disruptionsAllowed')),
    ageColumn,
  ],
  persistentvolumeclaims: [
    nameColumn,
    text('Status', (claim) => textAt(claim, 'status', 'phase')),
    text('Volume', (claim) => textAt(claim, 'spec', 'volumeName')),
    text('Capacity', (claim) => textAt(claim, 'status', 'capacity', 'storage')),
    text('Access Modes', (claim) =>
      listAt(claim, 'status', 'accessModes')
        .map((mode) => (typeof mode === 'string' ? accessModes[mode] : undefined) ?? '')
        .join(','),
    ),
    text('StorageClass', (claim) => textAt(claim, 'spec', 'storageClassName')),
    text('VolumeAttributesClass', (claim) => textAt(claim, 'spec', 'volumeAttributesClassName') || '<unset>'),
    ageColumn,
    wide(text('VolumeMode', (claim) => textAt(claim, 'spec', 'volumeMode'))),
  ],
  ingresses: [
    nameColumn,
    text('Class', (ingress) => orNone(textAt(ingress, 'spec', 'ingressClassName'))),
    text('Hosts', hosts),
    text('Address', (ingress) =>
      treesAt(ingress, 'status', 'loadBalancer', 'ingress')
        .map((each) => textAt(each, 'ip') || textAt(each, 'hostname'))
        .join(','),
    ),
    text('Ports', (ingress) => (treesAt(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
    ageColumn,
  ],
  networkpolicies: [nameColumn, text('Pod-Selector', (policy) => orNone(selectorText(at(policy, 'spec', 'podSelector')))), ageColumn],
  roles: [nameColumn, createdAt()],
  clusterroles: [nameColumn, createdAt()],
  rolebindings: [nameColumn, text('Role', roleText), ageColumn, ...subjectColumns()],
  clusterrolebindings: [nameColumn, text('Role', roleText), ageColumn, ...subjectColumns()],
};

function createdAt(): Column {
  return { ...text('Created At', (role) => textAt(role, 'metadata', 'creationTimestamp')), type: 'date' };
}

function subjectColumns(): readonly Column[] {
  const named = (kind: string) => (binding: Tree) =>
    treesAt(binding, 'subjects')
      .filter((subject) => subject['kind'] === kind)
      .map((subject) => [textAt(subject, 'namespace'), textAt(subject, 'name')].filter((part) => part !== '').join('/'))
      .join(', ');
  return [wide(text('Users', named('User'))), wide(text('Groups', named('Group'))), wide(text('ServiceAccounts', named('ServiceAccount')))];
}

function roleText(binding: Tree): string {
  return `${textAt(binding, 'roleRef', 'kind')}/${textAt(binding, 'roleRef', 'name')}`;
}
