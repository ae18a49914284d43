import type { KubeObject, Tree } from './tree.ts';

const account = (name: string): string => `system:serviceaccount:tocsin:${name}`;

/** The accounts that a fresh cluster knows, by the name that their token ends in. `masters` may do everything, the others what RBAC gives them. */
export const accounts = {
  admin: { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
  reader: { name: account('reader'), groups: ['system:serviceaccounts', 'system:serviceaccounts:tocsin', 'system:authenticated'] },
  mutator: { name: account('mutator'), groups: ['system:serviceaccounts', 'system:serviceaccounts:tocsin', 'system:authenticated'] },
} as const;

const rule = (apiGroups: readonly string[], resources: readonly string[], verbs: readonly string[]): Tree => ({
  apiGroups: [...apiGroups],
  resources: [...resources],
  verbs: [...verbs],
});

const reading: readonly Tree[] = [
  rule(
    [''],
    [
      'configmaps',
      'endpoints',
      'events',
      'namespaces',
      'nodes',
      'persistentvolumeclaims',
      'persistentvolumes',
      'pods',
      'pods/log',
      'resourcequotas',
      'serviceaccounts',
      'services',
    ],
    ['get', 'list', 'watch'],
  ),
  rule(
    [
      'apps',
      'batch',
      'autoscaling',
      'policy',
      'networking.k8s.io',
      'metrics.k8s.io',
      'events.k8s.io',
      'discovery.k8s.io',
      'argoproj.io',
      'apiextensions.k8s.io',
    ],
    ['*'],
    ['get', 'list', 'watch'],
  ),
];
const executing = rule([''], ['pods/exec'], ['get', 'create']);
const changing: readonly Tree[] = [
  rule([''], ['configmaps'], ['patch', 'update']),
  rule([''], ['nodes'], ['patch']),
  rule([''], ['pods'], ['delete', 'patch']),
  rule([''], ['pods/eviction'], ['create']),
  rule(
    ['apps'],
    ['deployments', 'statefulsets', 'daemonsets', 'deployments/scale', 'statefulsets/scale', 'replicasets/scale'],
    ['patch', 'update'],
  ),
];

/** Roles and bindings of the reader and the mutator as objects, so that tests can change them through the API. Neither reads secrets. */
export function roleObjects(options: { readerExecs: boolean }): readonly KubeObject[] {
  const rules = { reader: options.readerExecs ? [...reading, executing] : reading, mutator: [...reading, executing, ...changing] };
  return Object.entries(rules).flatMap(([name, list]): KubeObject[] => [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'tocsin' } },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: `tocsin-${name}` }, rules: [...list] },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `tocsin-${name}` },
      subjects: [{ kind: 'ServiceAccount', name, namespace: 'tocsin' }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `tocsin-${name}` },
    },
  ]);
}
