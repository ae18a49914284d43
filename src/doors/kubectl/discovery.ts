import { z } from 'zod';
import type { Cluster, ClusterAnswer } from '../cluster.ts';
import type { ResourceType } from './api.ts';
import { refusalError } from './kubectl-error.ts';

/** A type as discovery lists it: in the order of groups and versions that the server prefers. */
export type DiscoveredType = ResourceType & { categories: readonly string[]; isPreferred: boolean };

const verbList = z.array(z.string()).default([]);
const aggregatedSchema = z.object({
  kind: z.literal('APIGroupDiscoveryList'),
  items: z
    .array(
      z.object({
        metadata: z.object({ name: z.string().default('') }).default({ name: '' }),
        versions: z.array(
          z.object({
            version: z.string(),
            resources: z
              .array(
                z.object({
                  resource: z.string(),
                  responseKind: z.object({ kind: z.string() }).nullish(),
                  scope: z.string().default('Namespaced'),
                  singularResource: z.string().default(''),
                  verbs: verbList,
                  shortNames: verbList,
                  categories: verbList,
                }),
              )
              .default([]),
          }),
        ),
      }),
    )
    .default([]),
});
const groupListSchema = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      versions: z.array(z.object({ version: z.string() })),
      preferredVersion: z.object({ version: z.string() }).optional(),
    }),
  ),
});
const resourceListSchema = z.object({
  resources: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      namespaced: z.boolean(),
      singularName: z.string().default(''),
      verbs: verbList,
      shortNames: verbList,
      categories: verbList,
    }),
  ),
});

const aggregatedAccept = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(',');

/** Everything that the server serves, in its order. Two requests of a server that aggregates its discovery, one per group version of an older one. */
export async function discover(cluster: Cluster, signal: AbortSignal): Promise<readonly DiscoveredType[]> {
  const [core, groups] = await Promise.all([read(cluster, '/api', signal), read(cluster, '/apis', signal)]);
  const types = [core, groups].map((answer) => aggregatedTypes(answer));
  const [coreTypes, groupTypes] = await Promise.all([
    types[0] ?? legacyGroup(cluster, { path: '/api/v1', group: '', version: 'v1', isPreferred: true, signal }),
    types[1] ?? legacyGroups(cluster, groups, signal),
  ]);
  return [...coreTypes, ...groupTypes];
}

async function read(cluster: Cluster, path: string, signal: AbortSignal): Promise<ClusterAnswer> {
  const answer = await cluster.request({ method: 'GET', path, accept: `${aggregatedAccept},application/json`, signal });
  if (answer.status >= 400) throw refusalError(answer, { method: 'GET' });
  return answer;
}

function aggregatedTypes(answer: ClusterAnswer): readonly DiscoveredType[] | undefined {
  const parsed = aggregatedSchema.safeParse(JSON.parse(answer.body));
  if (!parsed.success) return undefined;
  return parsed.data.items.flatMap((group) =>
    group.versions.flatMap(({ version, resources }, place) =>
      resources
        .filter(({ responseKind }) => responseKind?.kind !== undefined && responseKind.kind !== '')
        .map((entry) => ({
          group: group.metadata.name,
          version,
          kind: entry.responseKind?.kind ?? '',
          resource: entry.resource,
          singular: entry.singularResource,
          shortNames: entry.shortNames,
          namespaced: entry.scope === 'Namespaced',
          verbs: entry.verbs,
          categories: entry.categories,
          isPreferred: place === 0,
        })),
    ),
  );
}

type GroupVersion = { path: string; group: string; version: string; isPreferred: boolean; signal: AbortSignal };

async function legacyGroups(cluster: Cluster, answer: ClusterAnswer, signal: AbortSignal): Promise<readonly DiscoveredType[]> {
  const { groups } = groupListSchema.parse(JSON.parse(answer.body));
  const versions = groups.flatMap(({ name, versions: served, preferredVersion }) =>
    served
      .map(({ version }) => ({
        path: `/apis/${name}/${version}`,
        group: name,
        version,
        isPreferred: version === preferredVersion?.version,
        signal,
      }))
      .sort((a, b) => Number(b.isPreferred) - Number(a.isPreferred)),
  );
  return (await Promise.all(versions.map((version) => legacyGroup(cluster, version)))).flat();
}

/** One group version; one that fails (an aggregated API whose server is away) has no types, as with kubectl. */
async function legacyGroup(cluster: Cluster, at: GroupVersion): Promise<readonly DiscoveredType[]> {
  const answer = await cluster.request({ method: 'GET', path: at.path, signal: at.signal });
  if (answer.status >= 400) return [];
  const { resources } = resourceListSchema.parse(JSON.parse(answer.body));
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map((entry) => ({
      group: at.group,
      version: at.version,
      kind: entry.kind,
      resource: entry.name,
      singular: entry.singularName === '' ? entry.kind.toLowerCase() : entry.singularName,
      shortNames: entry.shortNames,
      namespaced: entry.namespaced,
      verbs: entry.verbs,
      categories: entry.categories,
      isPreferred: at.isPreferred,
    }));
}
