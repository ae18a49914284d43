import { allArgs, flagOf, isOn } from '../call.ts';
import { findKnownTypes } from '../known-types.ts';
import { KubectlError } from '../kubectl-error.ts';
import { readResourceArgs } from '../resource-args.ts';
import type { KubectlCall, Need } from '../verb.ts';

/** The rights that a `get` needs, from its words alone. A type that is not known stands as it is written, without a group. */
export function getNeeds(call: KubectlCall): readonly Need[] {
  if (flagOf(call, 'raw') !== undefined) return [];
  const named = wordsOf(call);
  const watches = isOn(call, 'watch') || isOn(call, 'watch-only');
  return named.flatMap(({ type, name }) => {
    const types = findKnownTypes(type)?.map(({ group, resource, namespaced }) => ({ group, resource, namespaced })) ?? [unknownType(type)];
    return types.flatMap(({ group, resource, namespaced }) => {
      const verbs = [name === undefined ? 'list' : 'get', ...(watches ? ['watch'] : [])];
      return verbs.map((verb) => ({
        apiGroup: group,
        resource: flagOf(call, 'subresource') === undefined ? resource : `${resource}/${flagOf(call, 'subresource') ?? ''}`,
        verb,
        ...(name === undefined || verb === 'watch' ? {} : { name }),
        namespace: namespaced ? namespaceOf(call) : null,
        for: 'read' as const,
      }));
    });
  });
}

function namespaceOf(call: KubectlCall): string | null | undefined {
  return call.allNamespaces ? null : call.namespace;
}

function unknownType(word: string): { group: string; resource: string; namespaced: boolean } {
  const [resource = '', ...group] = word.split('.');
  return { group: group.join('.'), resource: resource.toLowerCase(), namespaced: true };
}

function wordsOf(call: KubectlCall): readonly { type: string; name?: string }[] {
  try {
    const parsed = readResourceArgs(allArgs(call), call.program);
    if (parsed.type === 'pairs') return parsed.pairs;
    return parsed.types.flatMap((type) => (parsed.names.length === 0 ? [{ type }] : parsed.names.map((name) => ({ type, name }))));
  } catch (error) {
    if (error instanceof KubectlError) return [];
    throw error;
  }
}
