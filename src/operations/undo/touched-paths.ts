import type { ChangeOperation } from '../../doors/operation.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { contentAt, elementKey, isList, isObject, mergeKeyOf, pathOfPointer, type Path, type Segment } from './tree.ts';

/** Of an object that goes as a whole: what people decide about, not what the cluster keeps in it. */
const wholePath: Path = [];

/** Which content of the object an operation replaces, adds or takes away. */
export function touchedPaths(operation: ChangeOperation): readonly Path[] {
  const { method, body, contentType } = operation.request;
  if (operation.subresource === 'scale') return [['spec', 'replicas']];
  if (method === 'DELETE' || method === 'POST' || method === 'PUT') return [wholePath];
  if (contentType === 'application/json-patch+json') return jsonPatchPaths(body, operation.before);
  return contentType === 'application/merge-patch+json' ? mergePaths(body, []) : strategicPaths(body, []);
}

/** RFC 7396: objects are merged key by key, everything else replaces what was there. An empty object merges nothing. */
function mergePaths(patch: Json | undefined, path: Path): readonly Path[] {
  return isObject(patch) ? entriesOf(patch).flatMap(([key, value]) => mergePaths(value, [...path, key])) : [path];
}

/** Strategic merge: like a merge patch, but elements of keyed lists are merged one by one, and `$` keys are directives. */
function strategicPaths(patch: Json | undefined, path: Path): readonly Path[] {
  if (isList(patch)) return keyedPaths(patch, path);
  if (!isObject(patch) || patch['$patch'] !== undefined) return [path];
  return entriesOf(patch).flatMap(([key, value]) =>
    key.startsWith('$') ? directivePaths(key, path) : strategicPaths(value, [...path, key]),
  );
}

function directivePaths(key: string, path: Path): readonly Path[] {
  const [directive, list] = key.split('/');
  return directive === '$deleteFromPrimitiveList' && list !== undefined ? [[...path, list]] : [];
}

function keyedPaths(elements: readonly Json[], path: Path): readonly Path[] {
  const key = mergeKeyOf(path);
  if (key === undefined) return [path];
  return elements.flatMap((element) => {
    const value = elementKey(element, key);
    if (value === undefined || !isObject(element)) return [path];
    const { [key]: _name, ...rest } = element;
    return Object.keys(rest).length === 0 ? [[...path, { key, value }]] : strategicPaths(rest, [...path, { key, value }]);
  });
}

function jsonPatchPaths(body: Json | undefined, before: Json): readonly Path[] {
  if (!isList(body)) return [wholePath];
  return body.flatMap((step) => (isObject(step) ? stepPaths(step, before) : []));
}

function stepPaths(step: JsonObject, before: Json): readonly Path[] {
  const paths = [step['path'], step['op'] === 'move' ? step['from'] : undefined].filter((text) => typeof text === 'string');
  return step['op'] === 'test' ? [] : paths.map((text) => ofPointer(pathOfPointer(text), step['op'] === 'replace', before));
}

/** An element added to or taken out of a list moves the others, so the list counts as a whole; indexes become names where the list has names. */
function ofPointer(path: Path, isReplace: boolean, before: Json): Path {
  if (!isReplace && isList(contentAt(before, path.slice(0, -1)))) return named(path.slice(0, -1), before);
  return named(path, before);
}

function named(path: Path, before: Json): Path {
  return path.reduce<readonly Segment[]>((known, segment) => {
    const list = contentAt(before, known);
    const key = mergeKeyOf(known);
    const value = isList(list) && key !== undefined ? elementKey(list[Number(segment)], key) : undefined;
    return [...known, key !== undefined && value !== undefined ? { key, value } : segment];
  }, []);
}

function entriesOf(object: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(object).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
}
