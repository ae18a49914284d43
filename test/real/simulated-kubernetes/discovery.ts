import type { Side } from './sides.ts';

type Resource = { name: string; resource: string; subresources?: readonly { subresource: string }[] } & Record<string, unknown>;
type Group = { metadata: { name?: string }; versions: readonly { version: string; resources: readonly Resource[] }[] };

/** What kubectl learns at its start: each group's resources, from both forms of discovery. */
export async function discovered(side: Side): Promise<Readonly<Record<string, unknown>>> {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const found: Record<string, unknown> = {};
  for (const path of ['/api', '/apis']) {
    const { body } = await side.ask({ method: 'GET', path, accept });
    for (const { metadata, versions } of (body as { items: readonly Group[] }).items)
      for (const { version, resources } of versions) {
        const prefix = metadata.name === undefined ? `/api/${version}` : `/apis/${metadata.name}/${version}`;
        for (const { subresources, ...resource } of resources) {
          found[`${prefix} ${resource.resource}`] = resource;
          for (const each of subresources ?? []) found[`${prefix} ${resource.resource}/${each.subresource}`] = each;
        }
        const legacy = (await side.ask({ method: 'GET', path: prefix })).body as { resources: readonly Resource[] };
        for (const { storageVersionHash: _, ...resource } of legacy.resources) found[`${prefix} ${resource.name}, old form`] = resource;
      }
  }
  return found;
}
