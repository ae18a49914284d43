import type { Json } from '../../../kernel/json.ts';
import type { Named, ResourceType } from '../api.ts';
import { flagOf, isOn, numberOf } from '../call.ts';
import type { WideApi } from '../create-api.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall } from '../verb.ts';
import type { Selection } from './get-select.ts';

/** A request's answer as text, with the type that it is of. */
export type Fetched = { type: ResourceType; body: string };
export type FetchResult = { fetched: readonly Fetched[]; errors: readonly KubectlError[] };

export const tableAccept =
  ['v1', 'v1beta1'].map((version) => `application/json;as=Table;v=${version};g=meta.k8s.io`).join(',') + ',application/json';

/** Where and in which form a `get` asks. */
export type Fetching = { call: KubectlCall; api: WideApi; namespace: string; asTable: boolean };

/** Asks for everything that is named; one refusal does not keep the rest from being asked for. */
export async function fetchAll({ named, ...listing }: Selection, fetching: Fetching): Promise<FetchResult> {
  const fetched: Fetched[] = [];
  const errors: KubectlError[] = [];
  const ignoresMissing = isOn(fetching.call, 'ignore-not-found');
  for (const one of named) {
    try {
      for await (const body of fetchOne(one, listing, fetching)) fetched.push({ type: one.type, body });
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      if (!ignoresMissing || error.status?.reason !== 'NotFound') errors.push(error);
    }
  }
  return { fetched, errors };
}

async function* fetchOne({ type, name }: Named, listing: Omit<Selection, 'named'>, fetching: Fetching): AsyncGenerator<string> {
  const { api, call, namespace, asTable } = fetching;
  const sorts = (flagOf(call, 'sort-by') ?? '') !== '';
  const form = { accept: asTable ? tableAccept : 'application/json', query: asTable && sorts ? { includeObject: 'Object' } : {} };
  if (name !== undefined) {
    const subresource = flagOf(call, 'subresource');
    yield (await api.fetch(type, { namespace, name, ...(subresource === undefined ? {} : { subresource }) }, form)).body;
    return;
  }
  const at = { ...selectorsOf(listing), namespace: call.allNamespaces || !type.namespaced ? undefined : namespace };
  const limit = sorts ? 0 : (numberOf(call, 'chunk-size') ?? 500);
  for await (const answer of api.pages(type, at, { ...form, limit })) yield answer.body;
}

export function selectorsOf({ labelSelector, fieldSelector }: Omit<Selection, 'named'>): {
  labelSelector?: string;
  fieldSelector?: string;
} {
  return { ...(labelSelector === undefined ? {} : { labelSelector }), ...(fieldSelector === undefined ? {} : { fieldSelector }) };
}

/** An answer's text as a value; a server that answers with something else is an error of its own. */
export function parseBody(body: string): Json {
  try {
    // JSON.parse gives exactly the values that Json names.
    return JSON.parse(body) as Json;
  } catch {
    throw new KubectlError('the server answered with something that is no JSON');
  }
}
