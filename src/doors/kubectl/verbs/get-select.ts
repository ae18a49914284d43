import type { Named } from '../api.ts';
import { allArgs, flagOf } from '../call.ts';
import type { WideApi } from '../create-api.ts';
import { KubectlError } from '../kubectl-error.ts';
import { readResourceArgs, resolveArgs, type ResourceArgs } from '../resource-args.ts';
import type { KubectlCall } from '../verb.ts';

/** What a `get` is about: objects by name, or collections with their selectors. `isSingle`: exactly one object was named. */
export type Selection = { named: readonly Named[]; isSingle: boolean; labelSelector?: string; fieldSelector?: string };

/** Looks up what the words mean, with kubectl's errors in kubectl's order. */
export async function selectObjects(call: KubectlCall, api: WideApi): Promise<Selection> {
  const parsed = readResourceArgs(allArgs(call), call.program);
  const labelSelector = flagOf(call, 'selector')?.trim() ?? '';
  const fieldSelector = flagOf(call, 'field-selector')?.trim() ?? '';
  if (labelSelector !== '' || fieldSelector !== '') checkSelectable(parsed);
  const isCollection = parsed.type === 'types' && parsed.names.length === 0;
  if (isCollection) refuseSubresource(call);
  const named = await resolveArgs(parsed, { one: (word) => api.typeOf(word), all: (words) => api.typesOf(words) });
  if (!isCollection) refuseAllNamespaces(call, named);
  return { named, isSingle: !isCollection && named.length === 1, ...selectorsGiven(labelSelector, fieldSelector) };
}

function selectorsGiven(labelSelector: string, fieldSelector: string): { labelSelector?: string; fieldSelector?: string } {
  return { ...(labelSelector === '' ? {} : { labelSelector }), ...(fieldSelector === '' ? {} : { fieldSelector }) };
}

function refuseAllNamespaces(call: KubectlCall, named: readonly Named[]): void {
  if (call.allNamespaces && named.some(({ type }) => type.namespaced)) {
    throw new KubectlError('a resource cannot be retrieved by name across all namespaces');
  }
}

function refuseSubresource(call: KubectlCall): void {
  if (flagOf(call, 'subresource') !== undefined) throw new KubectlError('subresource cannot be used when bulk resources are specified');
}

/** A selector chooses from a collection, so nothing may be named. */
function checkSelectable(parsed: ResourceArgs): void {
  if (parsed.type === 'pairs') throw new KubectlError('selectors and the all flag cannot be used when passing resource/name arguments');
  if (parsed.names.length > 0) throw new KubectlError('name cannot be provided when a selector is specified');
  if (parsed.types.length === 0) throw new KubectlError('at least one resource must be specified to use a selector');
}
