import { z } from 'zod';
import type { Cluster } from '../doors/cluster.ts';
import type { Offer } from '../reading/offers.ts';
import type { Parameter } from '../reading/parameter.ts';
import { readBody } from './answer.ts';

/** Where the objects of a kind are listed; `isGlobal` ones are in no namespace. */
const places: Readonly<Record<string, { path: string; isGlobal?: true }>> = {
  pod: { path: '/api/v1|pods' },
  service: { path: '/api/v1|services' },
  configmap: { path: '/api/v1|configmaps' },
  'persistent volume claim': { path: '/api/v1|persistentvolumeclaims' },
  deployment: { path: '/apis/apps/v1|deployments' },
  statefulset: { path: '/apis/apps/v1|statefulsets' },
  daemonset: { path: '/apis/apps/v1|daemonsets' },
  job: { path: '/apis/batch/v1|jobs' },
  cronjob: { path: '/apis/batch/v1|cronjobs' },
  node: { path: '/api/v1|nodes', isGlobal: true },
  namespace: { path: '/api/v1|namespaces', isGlobal: true },
};

const listSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string().optional() }) })) });
const maxNames = 80;

/**
 * Names of objects in the cluster that a parameter may mean. It is a convenience for whoever fills a form within seconds: what cannot be listed in that time
 * is not offered.
 */
export async function liveNames(
  cluster: Cluster,
  parameter: Parameter,
  asked: { namespaces: readonly string[]; signal: AbortSignal },
): Promise<readonly Offer[]> {
  const { type } = parameter;
  const place = places[type.type === 'namespace' ? 'namespace' : type.type === 'name' ? (type.kind ?? '') : ''];
  if (place === undefined) return [];
  const [prefix = '', resource = ''] = place.path.split('|');
  const paths =
    place.isGlobal === true
      ? [`${prefix}/${resource}`]
      : asked.namespaces.map((name) => `${prefix}/namespaces/${encodeURIComponent(name)}/${resource}`);
  const found = await Promise.all(paths.map((path) => namesAt(cluster, path, asked.signal)));
  return found.flat().slice(0, maxNames);
}

async function namesAt(cluster: Cluster, path: string, signal: AbortSignal): Promise<readonly Offer[]> {
  try {
    const answer = await cluster.request({ method: 'GET', path, query: { limit: String(maxNames) }, signal });
    const list = listSchema.safeParse(readBody(answer.body));
    if (answer.status !== 200 || !list.success) return [];
    return list.data.items.map(({ metadata: { name, namespace } }) => ({
      value: name,
      origin: namespace === undefined ? 'in the cluster' : `in ${namespace}`,
    }));
  } catch {
    // No list is no error for somebody who can type the name.
    return [];
  }
}
