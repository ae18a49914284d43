import type { ResourceType } from '../api.ts';
import { flagOf } from '../call.ts';
import { findKnownTypes } from '../known-types.ts';
import type { KubectlCall, Need } from '../verb.ts';

/** Which rights a change of an object of a type takes: the verb, and the subresource when it goes to one. */
export type ChangeRight = { verb: string; subresource?: string };

/** The rights for reading the objects that the words name and changing them. A list of rights stands for requests of several kinds. */
export function needsOf(call: KubectlCall, words: readonly string[], rights: readonly ChangeRight[]): readonly Need[] {
  return objectsOf(words).flatMap(({ types, name }) =>
    types.flatMap((type) => needsOfObject(call, { type, name: isBySelector(call) ? undefined : name }, rights)),
  );
}

function isBySelector(call: KubectlCall): boolean {
  return flagOf(call, 'selector') !== undefined || flagOf(call, 'field-selector') !== undefined || flagOf(call, 'all') === 'true';
}

function objectsOf(words: readonly string[]): readonly { types: readonly ResourceType[]; name: string | undefined }[] {
  const [first, ...names] = words;
  if (first === undefined) return [];
  if (!words.some((word) => word.includes('/'))) {
    const types = findKnownTypes(first) ?? [];
    return names.length === 0 ? [{ types, name: undefined }] : names.map((name) => ({ types, name }));
  }
  return words.map((word) => {
    const [type = '', name] = word.split('/');
    return { types: findKnownTypes(type) ?? [], name };
  });
}

function needsOfObject(
  call: KubectlCall,
  { type, name }: { type: ResourceType; name: string | undefined },
  rights: readonly ChangeRight[],
): readonly Need[] {
  const namespace = !type.namespaced || call.allNamespaces ? null : call.namespace;
  const named = name === undefined ? {} : { name };
  const read: Need = {
    apiGroup: type.group,
    resource: type.resource,
    verb: name === undefined ? 'list' : 'get',
    ...named,
    namespace,
    for: 'read',
  };
  return [
    read,
    ...rights.map((right): Need => ({
      apiGroup: type.group,
      resource: right.subresource === undefined ? type.resource : `${type.resource}/${right.subresource}`,
      verb: right.verb,
      ...named,
      namespace,
      for: 'change',
    })),
  ];
}
