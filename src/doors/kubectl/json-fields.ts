import type { Json, JsonObject } from '../../kernel/json.ts';

/** What of an API object is read by path. A path that leads nowhere is the zero value of its type, as it is in Go. */
type Source = Json | undefined;

function isObject(value: Source): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path, or undefined. */
export function fieldAt(source: Source, ...path: readonly string[]): Source {
  let value = source;
  for (const key of path) {
    if (!isObject(value)) return undefined;
    value = value[key];
  }
  return value ?? undefined;
}

export function textAt(source: Source, ...path: readonly string[]): string {
  const value = fieldAt(source, ...path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function numberAt(source: Source, ...path: readonly string[]): number {
  const value = fieldAt(source, ...path);
  return typeof value === 'number' ? value : 0;
}

export function flagAt(source: Source, ...path: readonly string[]): boolean {
  return fieldAt(source, ...path) === true;
}

export function listAt(source: Source, ...path: readonly string[]): readonly Json[] {
  const value = fieldAt(source, ...path);
  return Array.isArray(value) ? value : [];
}

/** The objects of a list. */
export function objectsAt(source: Source, ...path: readonly string[]): readonly JsonObject[] {
  return listAt(source, ...path).filter(isObject);
}

export function objectAt(source: Source, ...path: readonly string[]): JsonObject | undefined {
  const value = fieldAt(source, ...path);
  return isObject(value) ? value : undefined;
}

/** A map of texts such as labels, sorted by key in code point order. */
export function textsAt(source: Source, ...path: readonly string[]): readonly (readonly [string, string])[] {
  return Object.entries(objectAt(source, ...path) ?? {})
    .map(([key, value]) => [key, scalarText(value)] as const)
    .sort(([a], [b]) => compareText(a, b));
}

export function stringsAt(source: Source, ...path: readonly string[]): readonly string[] {
  return listAt(source, ...path).map(scalarText);
}

/** A plain value as text; what is none is empty. */
function scalarText(value: Source): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Orders texts by code unit, as Go orders strings (for the characters that names may have). */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The object that controls this one, by its owner references. */
export function controllerOf(object: JsonObject): JsonObject | undefined {
  return objectsAt(object, 'metadata', 'ownerReferences').find((owner) => flagAt(owner, 'controller'));
}
