/** A JSON value of an object in the cluster. Stored trees are never changed in place: change a `copyOf` and store that. */
export type Value = string | number | boolean | null | Value[] | Tree;
export type Tree = { [key: string]: Value | undefined };
/** An object of the API. Its other fields differ by kind and are read through the functions below. */
export type KubeObject = Tree & { apiVersion: string; kind: string };

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of keys, or undefined where the path ends early. */
export function at(value: Value | undefined, ...keys: readonly string[]): Value | undefined {
  let here: Value | undefined = value;
  for (const key of keys) {
    if (!isTree(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

export function treeAt(value: Value | undefined, ...keys: readonly string[]): Tree {
  const found = at(value, ...keys);
  return isTree(found) ? found : {};
}

export function listAt(value: Value | undefined, ...keys: readonly string[]): readonly Value[] {
  const found = at(value, ...keys);
  return Array.isArray(found) ? found : [];
}

export function treesAt(value: Value | undefined, ...keys: readonly string[]): readonly Tree[] {
  return listAt(value, ...keys).filter(isTree);
}

export function textAt(value: Value | undefined, ...keys: readonly string[]): string {
  const found = at(value, ...keys);
  return typeof found === 'string' ? found : '';
}

export function numberAt(value: Value | undefined, ...keys: readonly string[]): number {
  const found = at(value, ...keys);
  return typeof found === 'number' ? found : 0;
}

/** Sets a value, making the trees on the way to it; undefined removes it. */
export function put(tree: Tree, keys: readonly string[], value: Value | undefined): void {
  const last = keys.at(-1);
  if (last === undefined) return;
  let here = tree;
  for (const key of keys.slice(0, -1)) {
    const next = Object.hasOwn(here, key) ? here[key] : undefined;
    const tree: Tree = isTree(next) ? next : {};
    if (tree !== next) here[key] = tree;
    here = tree;
  }
  if (value === undefined) delete here[last];
  else define(here, last, value);
}

/** Sets one key, also one called `__proto__`, as data. */
export function define(tree: Tree, key: string, value: Value | undefined): void {
  Object.defineProperty(tree, key, { value, writable: true, enumerable: true, configurable: true });
}

export function copyOf<T extends Value | undefined>(value: T): T {
  // A copy of a JSON value has its type.
  return copied(value) as T;
}

/** Several times faster than `structuredClone`, which is most of what a large cluster does. */
function copied(value: Value | undefined): Value | undefined {
  if (Array.isArray(value)) return value.map((item) => copied(item) ?? null);
  if (!isTree(value)) return value;
  const copy: Tree = {};
  for (const key of Object.keys(value)) {
    if (key === '__proto__') define(copy, key, copied(value[key]));
    else copy[key] = copied(value[key]);
  }
  return copy;
}

/** Whether two values are the same JSON, whatever the order of their keys. */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => same(item, b[index]));
  if (!isTree(a) || !isTree(b)) return false;
  return (
    Object.keys(a).every((key) => same(a[key], at(b, key))) && Object.keys(b).every((key) => Object.hasOwn(a, key) || b[key] === undefined)
  );
}

export const nameOf = (object: Value | undefined): string => textAt(object, 'metadata', 'name');
export const namespaceOf = (object: Value | undefined): string => textAt(object, 'metadata', 'namespace');
export const uidOf = (object: Value | undefined): string => textAt(object, 'metadata', 'uid');

export function textsOf(tree: Tree): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])));
}

export const labelsOf = (object: Value | undefined): Readonly<Record<string, string>> => textsOf(treeAt(object, 'metadata', 'labels'));
export const annotationsOf = (object: Value | undefined): Readonly<Record<string, string>> =>
  textsOf(treeAt(object, 'metadata', 'annotations'));

/** A time as the API writes it: RFC 3339 with seconds. */
export function timeText(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** A number of an "int or percent" field. */
export function scaled(value: Value | undefined, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(typeof value === 'string' ? value : '')?.[1];
  if (percent === undefined) return 0;
  const exact = (Number(percent) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
