import { table } from '../../../kernel/table.ts';

/** Lists whose elements are told apart by one of their fields, as the Kubernetes API declares them for strategic merge patches. */
const mergeKeys = table<string>({
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  resourceClaims: 'name',
  secrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  conditions: 'type',
  ownerReferences: 'uid',
});

/** The field that tells the elements of a list apart, or undefined when the list counts as a whole. `isInElement`: the list stands in an element of another. */
export function mergeKeyFor(name: string, isInElement: boolean): string | undefined {
  if (name === 'ports') return isInElement ? 'containerPort' : 'port';
  return mergeKeys.get(name);
}
