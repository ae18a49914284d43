import { mergeKeyFor } from '../../doors/kubectl/changes/merge-keys.ts';
import { canonicalJson, type Json, type JsonObject } from '../../kernel/json.ts';

/** One step into an object: a key, an index, or the element of a list whose `key` has the value. */
export type Segment = string | number | { key: string; value: string };

/** The way to some content of an object; an empty path is the whole. */
export type Path = readonly Segment[];

/** Objects whose keys people choose; their entries come and go one by one. */
const freeMaps = new Set([
  'annotations',
  'labels',
  'matchLabels',
  'nodeSelector',
  'data',
  'binaryData',
  'stringData',
  'limits',
  'requests',
]);

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether two contents are the same; absent equals only absent. */
export function sameContent(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}

export function isFreeMap(key: Segment | undefined): boolean {
  return typeof key === 'string' && freeMaps.has(key);
}

/** The field that tells the elements of a list apart, or undefined when the list counts as a whole. */
export function mergeKeyOf(path: Path): string | undefined {
  const name = path.at(-1);
  if (typeof name !== 'string') return undefined;
  return mergeKeyFor(name, typeof path.at(-2) === 'object');
}

/** The text that tells an element apart, when it has the field. */
export function elementKey(element: Json | undefined, key: string): string | undefined {
  const value = isObject(element) ? element[key] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Where in a list a segment points, or -1. */
export function indexIn(list: readonly Json[], segment: Segment): number {
  if (typeof segment === 'object') return list.findIndex((element) => elementKey(element, segment.key) === segment.value);
  const index = Number(segment);
  return Number.isInteger(index) && index >= 0 && index < list.length ? index : -1;
}

/** The content one step further, or undefined when there is none. */
function childOf(value: Json | undefined, segment: Segment): Json | undefined {
  if (isList(value)) return value[indexIn(value, segment)];
  return isObject(value) && typeof segment !== 'object' ? value[String(segment)] : undefined;
}

/** The content at a path, or undefined when there is none. */
export function contentAt(object: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, segment) => childOf(value, segment), object);
}

/** A JSON pointer's path. RFC 6901: "~1" is "/", "~0" is "~". */
export function pathOfPointer(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The JSON pointer of keys and indexes. */
export function pointerOf(parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
