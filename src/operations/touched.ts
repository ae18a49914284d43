import type { ChangeOperation, Operation } from '../doors/operation.ts';
import { sha256 } from '../kernel/hash.ts';
import { canonicalJson, type Json, type JsonObject } from '../kernel/json.ts';
import { isControllersAnnotation } from './undo/inverse.ts';
import { touchedPaths } from './undo/touched-paths.ts';
import { contentAt, isObject, pointerOf, type Path } from './undo/tree.ts';

export { fieldDifferences } from './undo/field-differences.ts';
export { operationWords } from './undo/operation-words.ts';

/**
 * A digest of the content that an operation touches, as it is in the object. Status, counters of the cluster and other fields never change it; a
 * change of the touched content by anybody does, and so does another object of the same name.
 */
export function touchedDigest(operation: ChangeOperation, object: Json): string {
  const uid = contentAt(object, ['metadata', 'uid']) ?? null;
  const contents = touchedPaths(operation).map((path) => [pathText(path), touchedContent(object, path)] as const);
  return sha256(canonicalJson({ uid, touched: contents }));
}

/** Whether two operations touch the same content of the same object, or content within it. */
export function touchSame(a: Operation, b: Operation): boolean {
  if (a.type !== 'change' || b.type !== 'change' || a.target.uid !== b.target.uid) return false;
  return touchedPaths(a).some((one) => touchedPaths(b).some((other) => isWithin(one, other) || isWithin(other, one)));
}

/** Whether all that the first operation touches is touched by the others as well. */
export function touchesAllOf(operation: ChangeOperation, others: readonly ChangeOperation[]): boolean {
  const touched = others.flatMap(touchedPaths);
  return touchedPaths(operation).every((path) => touched.some((other) => isWithin(path, other)));
}

function isWithin(inner: Path, outer: Path): boolean {
  return `${pathText(inner)}/`.startsWith(`${pathText(outer)}/`);
}

function pathText(path: Path): string {
  return pointerOf(path.map((segment) => (typeof segment === 'object' ? `${segment.key}=${segment.value}` : segment)));
}

/** Absent content is an empty list, which no content is. */
function touchedContent(object: Json, path: Path): Json {
  const content = path.length === 0 ? decidedByPeople(object) : contentAt(object, path);
  if (content === undefined) return [];
  return [path.at(-1) === 'annotations' && isObject(content) ? withoutControllers(content) : content];
}

/** Of an object that is deleted or replaced: everything but its status and what the cluster keeps in its metadata. */
function decidedByPeople(object: Json): Json {
  if (!isObject(object)) return object;
  const { status: _status, metadata, ...rest } = object;
  return { ...rest, labels: contentAt(metadata, ['labels']), finalizers: contentAt(metadata, ['finalizers']) };
}

function withoutControllers(annotations: JsonObject): Json {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !isControllersAnnotation(key)));
}
