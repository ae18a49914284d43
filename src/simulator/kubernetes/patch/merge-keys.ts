/** By which field the members of a list are the same one; 'values' for lists of plain values that are merged. */
export type ListMerge = string;

const podLists: Readonly<Record<string, ListMerge>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  env: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  resourceClaims: 'name',
  schedulingGates: 'name',
};
const everywhere: Readonly<Record<string, ListMerge>> = { finalizers: 'values', ownerReferences: 'uid', conditions: 'type' };
const byKind: Readonly<Record<string, Readonly<Record<string, ListMerge>>>> = {
  Service: { ports: 'port' },
  ServiceAccount: { secrets: 'name', imagePullSecrets: 'name' },
  Node: { addresses: 'type', podCIDRs: 'values' },
};

/** Kubernetes: `patchStrategy` and `patchMergeKey` of the API types; undefined means that a patch replaces the list. */
export function listMergeOf(kind: string, path: readonly string[]): ListMerge | undefined {
  const field = path.at(-1) ?? '';
  if (Object.hasOwn(everywhere, field)) return everywhere[field];
  const own = byKind[kind];
  if (own !== undefined && Object.hasOwn(own, field)) return own[field];
  const inContainer = (path.at(-2) ?? '').endsWith('ontainers');
  if (field === 'ports') return inContainer ? 'containerPort' : undefined;
  return Object.hasOwn(podLists, field) ? podLists[field] : undefined;
}
