import type { ResourceKind } from '../resources.ts';
import { matches } from '../selectors.ts';
import { invalid } from '../status.ts';
import type { Fault } from '../status.ts';
import { at, isTree, labelsOf, nameOf, same, textAt, treeAt, treesAt } from '../tree.ts';
import type { KubeObject, Value } from '../tree.ts';

const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const isSubdomain = (name: string): boolean =>
  name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);

const goText = (value: Value | undefined): string => JSON.stringify(value ?? null);
const bad = (field: string, value: Value | undefined, why: string): Fault => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${goText(value)}: ${why}`,
});
const missing = (field: string, why = ''): Fault => ({
  field,
  reason: 'FieldValueRequired',
  message: `Required value${why === '' ? '' : `: ${why}`}`,
});

const notNegative = (object: KubeObject, path: readonly string[]): readonly Fault[] => {
  const value = at(object, ...path);
  return typeof value === 'number' && value < 0 ? [bad(path.join('.'), value, 'must be greater than or equal to 0')] : [];
};

function checkName(object: KubeObject, kind: ResourceKind): readonly Fault[] {
  const name = nameOf(object);
  if (name === '') return [missing('metadata.name', 'name or generateName is required')];
  const free = kind.group === 'rbac.authorization.k8s.io' || kind.resource === 'events';
  return free || isSubdomain(name) ? [] : [bad('metadata.name', name, subdomain)];
}

function checkPodSpec(object: KubeObject, path: readonly string[]): readonly Fault[] {
  const containers = treesAt(object, ...path, 'containers');
  if (containers.length === 0) return [missing([...path, 'containers'].join('.'))];
  return containers.flatMap((container, index) => {
    const where = `${[...path, 'containers'].join('.')}[${index}]`;
    const name = textAt(container, 'name');
    const twice = containers.findIndex((each) => each['name'] === name) < index;
    return [
      ...(name === '' ? [missing(`${where}.name`)] : []),
      ...(twice ? [{ field: `${where}.name`, reason: 'FieldValueInvalid' as const, message: `Duplicate value: ${goText(name)}` }] : []),
      ...(textAt(container, 'image') === '' ? [missing(`${where}.image`)] : []),
    ];
  });
}

function checkWorkload(object: KubeObject): readonly Fault[] {
  const selector = at(object, 'spec', 'selector');
  const labels = labelsOf(treeAt(object, 'spec', 'template'));
  const selected = isTree(selector) && Object.keys(selector).length > 0;
  return [
    ...notNegative(object, ['spec', 'replicas']),
    ...(selected ? [] : [missing('spec.selector')]),
    ...(selected && !matches(selector, labels)
      ? [bad('spec.template.metadata.labels', { ...labels }, '`selector` does not match template `labels`')]
      : []),
    ...checkPodSpec(object, ['spec', 'template', 'spec']),
  ];
}

const ofKind: Readonly<Record<string, (object: KubeObject) => readonly Fault[]>> = {
  Deployment: checkWorkload,
  ReplicaSet: checkWorkload,
  StatefulSet: checkWorkload,
  DaemonSet: checkWorkload,
  Pod: (pod) => checkPodSpec(pod, ['spec']),
  Job: (job) => {
    const policy = textAt(job, 'spec', 'template', 'spec', 'restartPolicy');
    const faults = checkPodSpec(job, ['spec', 'template', 'spec']);
    const field = 'spec.template.spec.restartPolicy';
    if (policy !== 'Always' && policy !== '') return faults;
    return [...faults, { field, reason: 'FieldValueNotSupported', message: 'Required value: valid values: "OnFailure", "Never"' }];
  },
  HorizontalPodAutoscaler: (scaler) => {
    const [low, high] = [at(scaler, 'spec', 'minReplicas'), at(scaler, 'spec', 'maxReplicas')];
    if (typeof high !== 'number' || high < 1) return [bad('spec.maxReplicas', high, 'must be greater than 0')];
    return typeof low === 'number' && low > high ? [bad('spec.maxReplicas', high, 'must be greater than or equal to `minReplicas`')] : [];
  },
  ConfigMap: (map) =>
    Object.keys(treeAt(map, 'data')).flatMap((key) =>
      /^[-._a-zA-Z0-9]+$/.test(key)
        ? []
        : [
            bad(
              `data[${key}]`,
              key,
              "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
            ),
          ],
    ),
};

const immutable: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Deployment: [['spec', 'selector']],
  ReplicaSet: [['spec', 'selector']],
  DaemonSet: [['spec', 'selector']],
  Job: [
    ['spec', 'selector'],
    ['spec', 'template'],
  ],
  Secret: [['type']],
  RoleBinding: [['roleRef']],
  ClusterRoleBinding: [['roleRef']],
};

/** Throws the 422 of an object that the server would not store; `before` is there when it replaces one. */
export function validate(object: KubeObject, kind: ResourceKind, before?: KubeObject): void {
  const faults = [
    ...checkName(object, kind),
    ...(Object.hasOwn(ofKind, object.kind) && !kind.custom ? (ofKind[object.kind]?.(object) ?? []) : []),
  ];
  if (before !== undefined) faults.push(...changedFaults(object, before));
  if (faults.length > 0) throw invalid(kind, nameOf(object), faults);
}

function changedFaults(object: KubeObject, before: KubeObject): readonly Fault[] {
  const fields = Object.hasOwn(immutable, object.kind) ? (immutable[object.kind] ?? []) : [];
  const changed = fields.filter((path) => !same(at(object, ...path), at(before, ...path)));
  const faults = changed.map((path) => bad(path.join('.'), at(object, ...path), 'field is immutable'));
  const fixed = before['immutable'] === true && !same(at(object, 'data'), at(before, 'data'));
  return [
    ...faults,
    ...(fixed
      ? [{ field: 'data', reason: 'FieldValueForbidden' as const, message: 'Forbidden: field is immutable when `immutable` is set' }]
      : []),
    ...podFaults(object, before),
  ];
}

/** Of a pod's specification little may change once it exists. */
function podFaults(object: KubeObject, before: KubeObject): readonly Fault[] {
  if (object.kind !== 'Pod' || same(fixedPart(object), fixedPart(before))) return [];
  const message =
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [{ field: 'spec', reason: 'FieldValueForbidden', message }];
}

function fixedPart(pod: KubeObject): Value {
  const withoutImages = (key: string): Value => treesAt(pod, 'spec', key).map((container) => ({ ...container, image: '' }));
  const { tolerations: _, activeDeadlineSeconds: __, ...rest } = treeAt(pod, 'spec');
  return { ...rest, containers: withoutImages('containers'), initContainers: withoutImages('initContainers') };
}
