import { listAt, textAt, treesAt } from './tree.ts';
import type { KubeObject, Tree } from './tree.ts';

/** A kind of object: how it is called, where it lives and what it can do. */
export type ResourceKind = {
  group: string;
  version: string;
  kind: string;
  resource: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  namespaced: boolean;
  subresources: readonly ('status' | 'scale' | 'log' | 'exec' | 'eviction')[];
  /** `metadata.generation` counts changes of the specification. */
  generation: boolean;
  /** A custom resource: no strategic merge, printed by the columns of its definition. */
  columns?: readonly Tree[];
  custom: boolean;
};

type Row = readonly [resource: string, kind: string, shortNames: string, traits: string];

/** Traits: n(amespaced), g(eneration), a(ll category), x (category api-extensions), and the subresources by name. */
function kinds(group: string, version: string, rows: readonly Row[]): ResourceKind[] {
  return rows.map(([resource, kind, shortNames, traits]) => {
    const words = traits.split(' ');
    return {
      group,
      version,
      kind,
      resource,
      singular: kind.toLowerCase(),
      shortNames: shortNames === '' ? [] : shortNames.split(' '),
      categories: words.includes('a') ? ['all'] : words.includes('x') ? ['api-extensions'] : [],
      namespaced: words.includes('n'),
      generation: words.includes('g'),
      subresources: (['status', 'scale', 'log', 'exec', 'eviction'] as const).filter((name) => words.includes(name)),
      custom: false,
    };
  });
}

export const builtIn: readonly ResourceKind[] = [
  ...kinds('', 'v1', [
    ['configmaps', 'ConfigMap', 'cm', 'n'],
    ['endpoints', 'Endpoints', 'ep', 'n'],
    ['events', 'Event', 'ev', 'n'],
    ['namespaces', 'Namespace', 'ns', 'status'],
    ['nodes', 'Node', 'no', 'status'],
    ['persistentvolumeclaims', 'PersistentVolumeClaim', 'pvc', 'n status'],
    ['persistentvolumes', 'PersistentVolume', 'pv', 'status'],
    ['pods', 'Pod', 'po', 'n g a status log exec eviction'],
    ['resourcequotas', 'ResourceQuota', 'quota', 'n status'],
    ['limitranges', 'LimitRange', 'limits', 'n'],
    ['secrets', 'Secret', '', 'n'],
    ['serviceaccounts', 'ServiceAccount', 'sa', 'n'],
    ['services', 'Service', 'svc', 'n a status'],
  ]),
  ...kinds('apps', 'v1', [
    ['controllerrevisions', 'ControllerRevision', '', 'n'],
    ['daemonsets', 'DaemonSet', 'ds', 'n g a status'],
    ['deployments', 'Deployment', 'deploy', 'n g a status scale'],
    ['replicasets', 'ReplicaSet', 'rs', 'n g a status scale'],
    ['statefulsets', 'StatefulSet', 'sts', 'n g a status scale'],
  ]),
  ...kinds('batch', 'v1', [
    ['cronjobs', 'CronJob', 'cj', 'n g a status'],
    ['jobs', 'Job', '', 'n g a status'],
  ]),
  ...kinds('autoscaling', 'v2', [['horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'hpa', 'n a status']]),
  ...kinds('policy', 'v1', [['poddisruptionbudgets', 'PodDisruptionBudget', 'pdb', 'n g status']]),
  ...kinds('networking.k8s.io', 'v1', [
    ['ingresses', 'Ingress', 'ing', 'n g status'],
    ['ingressclasses', 'IngressClass', '', 'g'],
    ['networkpolicies', 'NetworkPolicy', 'netpol', 'n g'],
  ]),
  ...kinds('discovery.k8s.io', 'v1', [['endpointslices', 'EndpointSlice', '', 'n g']]),
  ...kinds('storage.k8s.io', 'v1', [['storageclasses', 'StorageClass', 'sc', '']]),
  ...kinds('scheduling.k8s.io', 'v1', [['priorityclasses', 'PriorityClass', 'pc', 'g']]),
  ...kinds('coordination.k8s.io', 'v1', [['leases', 'Lease', '', 'n']]),
  ...kinds('rbac.authorization.k8s.io', 'v1', [
    ['clusterrolebindings', 'ClusterRoleBinding', '', ''],
    ['clusterroles', 'ClusterRole', '', ''],
    ['rolebindings', 'RoleBinding', '', 'n'],
    ['roles', 'Role', '', 'n'],
  ]),
  ...kinds('apiextensions.k8s.io', 'v1', [['customresourcedefinitions', 'CustomResourceDefinition', 'crd crds', 'g x status']]),
];

/** The custom kind that a CustomResourceDefinition declares, in its stored version. */
export function kindOfDefinition(definition: KubeObject): ResourceKind | undefined {
  const version = treesAt(definition, 'spec', 'versions').find((each) => each['storage'] === true);
  if (version === undefined) return undefined;
  const names = (key: string) => textAt(definition, 'spec', 'names', key);
  const texts = (key: string) => listAt(definition, 'spec', 'names', key).filter((name) => typeof name === 'string');
  return {
    group: textAt(definition, 'spec', 'group'),
    version: textAt(version, 'name'),
    kind: names('kind'),
    resource: names('plural'),
    singular: names('singular') === '' ? names('kind').toLowerCase() : names('singular'),
    shortNames: texts('shortNames'),
    categories: texts('categories'),
    namespaced: textAt(definition, 'spec', 'scope') === 'Namespaced',
    generation: true,
    subresources: (['status', 'scale'] as const).filter((name) => Object.hasOwn(treesOf(version), name)),
    columns: treesAt(version, 'additionalPrinterColumns'),
    custom: true,
  };
}

function treesOf(version: Tree): Tree {
  const found = version['subresources'];
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : {};
}

export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return group === '' ? version : `${group}/${version}`;
}

/** A built-in kind by its plural, which is unique among them. */
export function builtInKind(resource: string): ResourceKind {
  const found = builtIn.find((each) => each.resource === resource);
  if (found === undefined) throw new TypeError(`no built-in kind ${resource}`);
  return found;
}
