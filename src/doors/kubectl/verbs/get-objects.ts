import type { JsonObject } from '../../../kernel/json.ts';
import { flagOf, isOn } from '../call.ts';
import { readItems } from '../create-api.ts';
import { objectAt, textAt } from '../json-fields.ts';
import { joinErrors, type KubectlError } from '../kubectl-error.ts';
import { createPrinter } from '../output/printer.ts';
import { maskSecrets } from '../output/secrets.ts';
import { sortByPath } from '../output/sort-by.ts';
import type { KubectlCall, VerbContext } from '../verb.ts';
import { parseBody, type FetchResult } from './get-fetch.ts';

/** Prints objects in the form of `-o`: the one that was named by itself, everything else as one `List`. */
export function printObjects(
  { fetched, errors }: FetchResult,
  isSingle: boolean,
  { call, out, err }: { call: KubectlCall } & Pick<VerbContext, 'out' | 'err'>,
): void {
  if (isSingle && errors.length > 0) throw joinErrors(errors);
  const objects = fetched.flatMap(({ body }) => objectsIn(body));
  if (objects.length > 0 || !isOn(call, 'ignore-not-found')) {
    const print = createPrinter(call);
    const [only] = objects;
    const whole = isSingle && only !== undefined ? only : listOf(sorted(objects, flagOf(call, 'sort-by') ?? ''));
    const { object, found } = masked(whole);
    if (found) err(secretsNote);
    out(print(object));
  }
  throwAll(errors);
}

/** Errors that were put off until everything else was printed. */
export function throwAll(errors: readonly KubectlError[]): void {
  if (errors.length > 0) throw joinErrors(errors);
}

export const secretsNote = 'Note: the values of secrets are not shown; they stand as <masked>\n';

export function masked(object: JsonObject): { object: JsonObject; found: boolean } {
  const { value, found } = maskSecrets(object);
  return { object: objectAt({ value }, 'value') ?? {}, found };
}

function objectsIn(body: string): readonly JsonObject[] {
  const object = objectAt({ value: parseBody(body) }, 'value') ?? {};
  return Array.isArray(object['items']) && textAt(object, 'kind').endsWith('List') ? readItems(body) : [object];
}

function sorted(objects: readonly JsonObject[], sortBy: string): readonly JsonObject[] {
  return sortBy === '' ? objects : sortByPath(objects, sortBy, (object) => object);
}

function listOf(items: readonly JsonObject[]): JsonObject {
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
}
