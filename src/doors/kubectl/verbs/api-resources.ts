import { z } from 'zod';
import { allArgs, flagOf, isOn, listOf } from '../call.ts';
import type { DiscoveredType } from '../discovery.ts';
import { compareText } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import { goText } from '../output/go-json.ts';
import { alignTabs, tableStyle } from '../tab-writer.ts';
import type { KubectlCall, Verb } from '../verb.ts';
import { usageError } from './log-options.ts';

const groupsSchema = z.object({
  groups: z
    .array(
      z.object({
        name: z.string(),
        versions: z.array(z.object({ groupVersion: z.string() })),
      }),
    )
    .default([]),
});
const coreSchema = z.object({ versions: z.array(z.string()) });

export const apiResources: Verb = {
  name: 'api-resources',
  flags: [
    { name: 'api-group', value: 'text' },
    { name: 'namespaced', value: 'none' },
    { name: 'verbs', value: 'list' },
    { name: 'sort-by', value: 'text' },
    { name: 'cached', value: 'none' },
    { name: 'categories', value: 'list' },
    { name: 'output', short: 'o', value: 'text' },
    { name: 'no-headers', value: 'none' },
  ],
  effect: (call) =>
    ['', 'wide', 'name'].includes(flagOf(call, 'output') ?? '')
      ? { type: 'read' }
      : { type: 'manual', reason: 'resources are shown as a table or by name only', fix: 'Use -o wide or -o name.' },
  needs: () => [],
  async run(call, context) {
    const args = allArgs(call);
    const sort = flagOf(call, 'sort-by') ?? '';
    if (args.length > 0) throw usageError(call, `unexpected arguments: ${goText(args)}`);
    if (!['', 'name', 'kind'].includes(sort)) throw new KubectlError('--sort-by accepts only name or kind');
    const found = preferred(await context.api.currentTypes()).filter((resource) => isWanted(resource, call));
    const key = (resource: DiscoveredType) => (sort === 'name' ? resource.resource : sort === 'kind' ? resource.kind : resource.group);
    const sorted = found.toSorted((a, b) => compareText(key(a), key(b)) || compareText(a.resource, b.resource));
    context.out(resourceTable(sorted, call));
    return 0;
  },
};

function isWanted(resource: DiscoveredType, call: KubectlCall): boolean {
  if (resource.verbs.length === 0) return false;
  const group = flagOf(call, 'api-group');
  if (group !== undefined && group !== resource.group) return false;
  if (call.flags.has('namespaced') && isOn(call, 'namespaced') !== resource.namespaced) return false;
  return (
    listOf(call, 'verbs').every((verb) => resource.verbs.includes(verb)) &&
    listOf(call, 'categories').every((name) => resource.categories.includes(name))
  );
}

function resourceTable(resources: readonly DiscoveredType[], call: KubectlCall): string {
  const form = flagOf(call, 'output') ?? '';
  if (form === 'name')
    return resources.map((resource) => `${resource.resource}${resource.group === '' ? '' : `.${resource.group}`}\n`).join('');
  const wide = (cells: readonly string[]) => (form === 'wide' ? cells : []);
  const head = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...wide(['VERBS', 'CATEGORIES'])];
  const rows = resources.map((resource) => [
    resource.resource,
    resource.shortNames.join(','),
    resource.group === '' ? resource.version : `${resource.group}/${resource.version}`,
    String(resource.namespaced),
    resource.kind,
    ...wide([resource.verbs.join(','), resource.categories.join(',')]),
  ]);
  const lines = [...(isOn(call, 'no-headers') ? [] : [head]), ...rows].map((cells) => `${cells.join('\t')}\n`);
  return alignTabs(lines.join(''), tableStyle);
}

/** Each resource in its group's preferred version, or in the first other version that has it. */
function preferred(types: readonly DiscoveredType[]): readonly DiscoveredType[] {
  const byName = new Map<string, DiscoveredType>();
  for (const type of types) {
    const name = `${type.group}/${type.resource}`;
    if (!byName.has(name)) byName.set(name, type);
  }
  return [...byName.values()];
}

export const apiVersions: Verb = {
  name: 'api-versions',
  flags: [],
  effect: () => ({ type: 'read' }),
  needs: () => [],
  async run(call, { api, out }) {
    const args = allArgs(call);
    if (args.length > 0) throw usageError(call, `unexpected arguments: ${goText(args)}`);
    const core = coreSchema.parse(JSON.parse((await api.read('/api')).body)).versions;
    const groups = groupsSchema.parse(JSON.parse((await api.read('/apis')).body)).groups;
    const all = [...core, ...groups.flatMap((group) => group.versions.map((version) => version.groupVersion))];
    out(
      all
        .sort(compareText)
        .map((version) => `${version}\n`)
        .join(''),
    );
    return 0;
  },
};
