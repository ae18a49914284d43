import type { Cluster } from '../../../src/doors/cluster.ts';
import type { Json } from '../../../src/kernel/json.ts';

/** What people wanted of the objects, one line for each field: "Deployment video-processing/nats spec.replicas" and its value. */
export type Snapshot = ReadonlyMap<string, string>;

const watched = [
  ['Deployment', '/apis/apps/v1/deployments'],
  ['ConfigMap', '/api/v1/configmaps'],
  ['Secret', '/api/v1/secrets'],
  ['Service', '/api/v1/services'],
  ['HorizontalPodAutoscaler', '/apis/autoscaling/v2/horizontalpodautoscalers'],
  ['PodDisruptionBudget', '/apis/policy/v1/poddisruptionbudgets'],
] as const;

/** Everything that was asked for in the seed's namespaces, leaving out what the servers write by themselves. */
export async function snapshot(cluster: Cluster, namespaces: readonly string[]): Promise<Snapshot> {
  const found = new Map<string, string>();
  for (const [kind, path] of watched) {
    const answer = await cluster.request({ method: 'GET', path, signal: AbortSignal.timeout(30_000) });
    for (const item of (JSON.parse(answer.body) as { items: readonly KubeItem[] }).items) {
      const { metadata, status: _, ...content } = item;
      if (!namespaces.includes(metadata.namespace)) continue;
      const { 'deployment.kubernetes.io/revision': _revision, ...annotations } = metadata.annotations ?? {};
      const told = { ...content, metadata: { labels: metadata.labels ?? {}, annotations } };
      flatten(`${kind} ${metadata.namespace}/${metadata.name} `, told, found);
    }
  }
  return found;
}

type KubeItem = {
  metadata: { namespace: string; name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  status?: Json;
};

function flatten(path: string, value: unknown, into: Map<string, string>): void {
  if (typeof value !== 'object' || value === null) return void into.set(path, String(value));
  for (const [key, inner] of Object.entries(value)) flatten(path.endsWith(' ') ? path + key : `${path}.${key}`, inner, into);
}

/** What differs, a line each; times are told as TIME. */
export function differences(before: Snapshot, after: Snapshot): readonly string[] {
  const text = (value: string | undefined) => (value ?? 'nothing').replace(/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/, 'TIME');
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => `${path}: ${text(before.get(path))} -> ${text(after.get(path))}`)
    .toSorted();
}
