import type { World } from '../controllers/world.ts';
import type { ResourceKind } from '../resources.ts';
import { noSuchPath, noSuchResource } from '../status.ts';
import type { Tree } from '../tree.ts';
import type { ApiReply, Call } from './call.ts';

type Entry = {
  name: string;
  kind: ResourceKind;
  verbs: readonly string[];
  responseKind?: { group: string; version: string; kind: string };
};

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
/** Namespaces go one by one. */
const verbsOf = ({ resource }: ResourceKind): readonly string[] =>
  resource === 'namespaces' ? allVerbs.filter((verb) => verb !== 'deletecollection') : allVerbs;
const virtual = (kind: Pick<ResourceKind, 'group' | 'version' | 'kind' | 'resource' | 'singular' | 'namespaced'>): ResourceKind => ({
  ...kind,
  shortNames: [],
  categories: [],
  subresources: [],
  generation: false,
  custom: false,
});

const reviews: readonly ResourceKind[] = [
  virtual({
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectAccessReview',
    resource: 'selfsubjectaccessreviews',
    singular: 'selfsubjectaccessreview',
    namespaced: false,
  }),
  virtual({
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectRulesReview',
    resource: 'selfsubjectrulesreviews',
    singular: 'selfsubjectrulesreview',
    namespaced: false,
  }),
  virtual({
    group: 'authentication.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectReview',
    resource: 'selfsubjectreviews',
    singular: 'selfsubjectreview',
    namespaced: false,
  }),
];
const views: readonly ResourceKind[] = [
  {
    ...virtual({ group: 'events.k8s.io', version: 'v1', kind: 'Event', resource: 'events', singular: 'event', namespaced: true }),
    shortNames: ['ev'],
  },
  virtual({ group: 'metrics.k8s.io', version: 'v1beta1', kind: 'NodeMetrics', resource: 'nodes', singular: '', namespaced: false }),
  virtual({ group: 'metrics.k8s.io', version: 'v1beta1', kind: 'PodMetrics', resource: 'pods', singular: '', namespaced: true }),
];

/** Everything that is served, in the order of groups that the real server prefers. */
function entries(world: World): readonly Entry[] {
  const stored = world.store
    .kinds()
    .flatMap((kind): Entry[] => [
      { name: kind.resource, kind, verbs: verbsOf(kind) },
      ...kind.subresources.map((name) => below(kind, name)),
    ]);
  return [
    ...stored,
    ...reviews.map((kind): Entry => ({ name: kind.resource, kind, verbs: ['create'] })),
    ...views.map((kind): Entry => ({
      name: kind.resource,
      kind,
      verbs: ['get', 'list', ...(kind.group === 'events.k8s.io' ? ['watch'] : [])],
    })),
  ];
}

function below(kind: ResourceKind, subresource: string): Entry {
  const name = `${kind.resource}/${subresource}`;
  if (subresource === 'scale')
    return { name, kind, verbs: ['get', 'patch', 'update'], responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' } };
  if (subresource === 'exec')
    return { name, kind, verbs: ['create', 'get'], responseKind: { group: '', version: '', kind: 'PodExecOptions' } };
  if (subresource === 'eviction')
    return { name, kind, verbs: ['create'], responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' } };
  return { name, kind, verbs: subresource === 'log' ? ['get'] : ['get', 'patch', 'update'] };
}

/** Answers /api, /apis, /api/v1, /apis/GROUP, /apis/GROUP/VERSION, or gives undefined for other paths. */
export function discover(world: World, call: Call): ApiReply | undefined {
  const segments = call.path.split('/').filter((segment) => segment !== '');
  const [top, group, version, ...rest] = segments;
  if (rest.length > 0 || (top !== 'api' && top !== 'apis')) return undefined;
  return top === 'api' ? discoverCore(world, call, { group, version }) : discoverGroups(world, call, { group, version });
}

type Named = { group: string | undefined; version: string | undefined };

function discoverCore(world: World, call: Call, { group, version }: Named): ApiReply | undefined {
  if (group === undefined) return aggregated(call) ? aggregate(world, (name) => name === '') : { status: 200, body: legacy };
  if (group !== 'v1') throw noSuchResource();
  return version === undefined ? { status: 200, body: resourceList(world, '', 'v1') } : undefined;
}

function discoverGroups(world: World, call: Call, { group, version }: Named): ApiReply {
  if (group === undefined) return aggregated(call) ? aggregate(world, (name) => name !== '') : { status: 200, body: groupList(world) };
  const found = groups(world).find((each) => each['name'] === group);
  if (found === undefined) throw noSuchPath();
  if (version === undefined) return { status: 200, body: { kind: 'APIGroup', apiVersion: 'v1', ...found } };
  const list = resourceList(world, group, version);
  if (Array.isArray(list['resources']) && list['resources'].length === 0) throw noSuchResource();
  return { status: 200, body: list };
}

const legacy: Tree = {
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
};
const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const aggregated = (call: Call): boolean => /as=APIGroupDiscoveryList/.test(call.accept) && /v=v2(;|,|$)/.test(call.accept);

function groups(world: World): readonly Tree[] {
  const names = [...new Map(entries(world).map(({ kind }) => [kind.group, kind])).values()].filter(({ group }) => group !== '');
  return names.map(({ group, version }) => {
    const one = { groupVersion: `${group}/${version}`, version };
    return { name: group, versions: [one], preferredVersion: one };
  });
}

function groupList(world: World): Tree {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: [...groups(world)] };
}

function resourceList(world: World, group: string, version: string): Tree {
  const found = entries(world).filter(({ kind }) => kind.group === group && kind.version === version);
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: found.map(({ name, kind, verbs, responseKind }) => ({
      name,
      singularName: name.includes('/') ? '' : kind.singular,
      namespaced: kind.namespaced,
      ...(responseKind === undefined || responseKind.version === '' ? {} : { group: responseKind.group, version: responseKind.version }),
      kind: responseKind?.kind ?? kind.kind,
      verbs: [...verbs],
      ...(name.includes('/') || kind.shortNames.length === 0 ? {} : { shortNames: [...kind.shortNames] }),
      ...(name.includes('/') || kind.categories.length === 0 ? {} : { categories: [...kind.categories] }),
    })),
  };
}

function aggregate(world: World, wanted: (group: string) => boolean): ApiReply {
  const all = entries(world);
  const names = [...new Set(all.map(({ kind }) => kind.group))].filter(wanted);
  const items = names.map((group): Tree => {
    const own = all.filter(({ kind }) => kind.group === group);
    const version = own[0]?.kind.version ?? 'v1';
    const resources = own.filter(({ name }) => !name.includes('/')).map((entry) => aggregatedResource(entry, own));
    return {
      metadata: group === '' ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
      versions: [{ version, resources, freshness: 'Current' }],
    };
  });
  return {
    status: 200,
    body: { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items },
    contentType: aggregatedType,
  };
}

function aggregatedResource({ kind, verbs }: Entry, own: readonly Entry[]): Tree {
  const subresources = own.filter(({ name }) => name.startsWith(`${kind.resource}/`));
  return {
    resource: kind.resource,
    // The group and version of the list are not repeated.
    responseKind: { group: '', version: '', kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: [...verbs],
    ...(kind.shortNames.length === 0 ? {} : { shortNames: [...kind.shortNames] }),
    ...(kind.categories.length === 0 ? {} : { categories: [...kind.categories] }),
    ...(subresources.length === 0
      ? {}
      : {
          subresources: subresources.map((each) => ({
            subresource: each.name.slice(kind.resource.length + 1),
            responseKind: each.responseKind ?? { group: '', version: '', kind: kind.kind },
            verbs: [...each.verbs],
          })),
        }),
  };
}
