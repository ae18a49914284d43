import type { ResourceType } from '../api.ts';
import { findKnownType, findKnownTypes } from '../known-types.ts';
import { KubectlError } from '../kubectl-error.ts';
import { readResourceArgs } from '../resource-args.ts';
import type { KubectlCall, Need } from '../verb.ts';

/** A right to read something in the namespace of the call. */
export function readNeed(call: KubectlCall, need: Pick<Need, 'apiGroup' | 'resource' | 'verb' | 'name'>): Need {
  return { ...need, namespace: call.allNamespaces ? null : call.namespace, for: 'read' };
}

/** What the words of a call name, as far as their types are known without a server. */
export function knownObjects(call: KubectlCall, args: readonly string[]): readonly { type: ResourceType; name?: string }[] {
  try {
    const parsed = readResourceArgs(args, call.program);
    if (parsed.type === 'types') {
      const types = findKnownTypes(parsed.types.join(',')) ?? [];
      return types.flatMap((type) => (parsed.names.length === 0 ? [{ type }] : parsed.names.map((name) => ({ type, name }))));
    }
    return parsed.pairs.flatMap(({ type: word, name }) => {
      const type = findKnownType(word);
      return type === undefined ? [] : [{ type, name }];
    });
  } catch (error) {
    if (error instanceof KubectlError) return [];
    throw error;
  }
}

/** The rights to look at what a call names, however often: one object by its name, or all of a type. */
export function lookNeeds(call: KubectlCall, args: readonly string[]): readonly Need[] {
  return knownObjects(call, args).map(({ type, name }) => {
    const named = name === undefined ? { verb: 'list' } : { verb: 'get', name };
    const need = readNeed(call, { apiGroup: type.group, resource: type.resource, ...named });
    return type.namespaced ? need : { ...need, namespace: null };
  });
}

/** The rights to read an object whose word may be a bare pod name: `logs web-1`, `exec deploy/web`. */
export function podTargetNeeds(call: KubectlCall, target: string): readonly Need[] {
  const [word = '', name = ''] = target.includes('/') ? target.split('/') : ['pods', target];
  const type = findKnownType(word);
  if (type === undefined || name === '') return [];
  if (type.resource === 'pods' && type.group === '') return [readNeed(call, { apiGroup: '', resource: 'pods', verb: 'get', name })];
  return [
    readNeed(call, { apiGroup: type.group, resource: type.resource, verb: 'get', name }),
    readNeed(call, { apiGroup: '', resource: 'pods', verb: 'list' }),
  ];
}
