import type { ResourceKind } from '../resources.ts';
import { matches } from '../selectors.ts';
import { invalid } from '../status.ts';
import type { Fault } from '../status.ts';
import { at, isTree, labelsOf, nameOf, same, textAt, treeAt, treesAt } from '../tree.ts';
import type { KubeObject, Value } from '../tree.ts';
import { checkMarks, isSubdomain, subdomain } from './validate-metadata.ts';

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
      ...(twice ? [{ field: `${where}.name`, reason: 'FieldValueDuplicate' as const, message: `Duplicate value: ${goText(name)}` }] : []),
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
    ...(!selected || !matches(selector, labels)
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
    return [...faults, { field, reason: 'FieldValueRequired', message: 'Required value: valid values: "OnFailure", "Never"' }];
  },
  HorizontalPodAutoscaler: (scaler) => {
    const [low, high] = [at(scaler, 'spec', 'minReplicas'), at(scaler, 'spec', 'maxReplicas')];
    const most = typeof high === 'number' ? high : 0;
    return [
      ...(most < 1 ? [missing('spec.maxReplicas', 'must be set and greater than 0')] : []),
      ...(typeof low === 'number' && low > most ? [bad('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`')] : []),
    ];
  },
  Secret: (secret) =>
    textAt(secret, 'type') !== 'kubernetes.io/tls'
      ? []
      : ['tls.crt', 'tls.key'].filter((key) => at(secret, 'data', key) === undefined).map((key) => missing(`data[${key}]`)),
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
  const own = Object.hasOwn(ofKind, object.kind) && !kind.custom ? (ofKind[object.kind]?.(object) ?? []) : [];
  const changed = before === undefined ? [] : changedFaults(object, before);
  // Kubernetes: labels and annotations of an update are looked at four times, and a secret's own rules come last.
  const marks = Array.from({ length: before === undefined ? 1 : 4 }, () => checkMarks(object)).flat();
  const faults = [...checkName(object, kind), ...marks, ...(object.kind === 'Secret' ? [...changed, ...own] : [...own, ...changed])];
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
