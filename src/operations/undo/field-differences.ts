import type { Json } from '../../kernel/json.ts';
import { fieldName, valueWords } from './field-names.ts';
import { isControllersAnnotation } from './inverse.ts';
import { contentAt, elementKey, isList, isObject, mergeKeyOf, sameContent, type Path } from './tree.ts';

/** One field that differs, as people read it. */
export type FieldDifference = { field: string; from: string; to: string };

type Pair = { before: Json | undefined; after: Json | undefined };

const keptByTheCluster = new Set(['status', 'apiVersion', 'kind']);
const keptInMetadata = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);

/**
 * What differs between two states of an object, without what the cluster keeps for itself. An answer that holds no object (a `Status`, or nothing) means
 * that the object goes; a Scale says only something about the replicas. The values of a Secret are never among the words.
 */
export function fieldDifferences(before: Json, after: Json): readonly FieldDifference[] {
  const kind = contentAt(after, ['kind']);
  if (!isObject(after) || kind === 'Status') return [{ field: nameOf(before), from: 'exists', to: 'deleted' }];
  if (kind === 'Scale' && contentAt(before, ['kind']) !== 'Scale') return replicas(before, after);
  const isSecret = contentAt(before, ['kind']) === 'Secret' || kind === 'Secret';
  return leaves({ before, after }, []).map(({ path, pair }) => (isSecret && isSecretData(path) ? hidden(path, pair) : inWords(path, pair)));
}

function nameOf(object: Json): string {
  return `${textAt(object, ['kind']) ?? 'object'} ${textAt(object, ['metadata', 'name']) ?? ''}`.trimEnd();
}

function textAt(object: Json, path: Path): string | undefined {
  const value = contentAt(object, path);
  return typeof value === 'string' ? value : undefined;
}

function replicas(before: Json, after: Json): readonly FieldDifference[] {
  const [from, to] = [contentAt(before, ['spec', 'replicas']), contentAt(after, ['spec', 'replicas'])];
  return sameContent(from, to) ? [] : [inWords(['spec', 'replicas'], { before: from, after: to })];
}

function inWords(path: Path, pair: Pair): FieldDifference {
  return { field: fieldName(path), from: valueWords(shortened(pair.before)), to: valueWords(shortened(pair.after)) };
}

/** An environment variable that only has a value is shown as that value. */
function shortened(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  return keys.length === 2 && typeof value['name'] === 'string' && typeof value['value'] === 'string' ? value['value'] : value;
}

function isSecretData(path: Path): boolean {
  return path[0] === 'data' || path[0] === 'stringData' || path.includes('kubectl.kubernetes.io/last-applied-configuration');
}

function hidden(path: Path, { before, after }: Pair): FieldDifference {
  return {
    field: fieldName(path),
    from: before === undefined ? 'not set' : '(hidden)',
    to: after === undefined ? 'not set' : '(another hidden value)',
  };
}

function leaves(pair: Pair, path: Path): readonly { path: Path; pair: Pair }[] {
  if (sameContent(pair.before, pair.after)) return [];
  if (areMaps(pair, path)) return inMap(pair, path);
  const key = mergeKeyOf(path);
  return key !== undefined && areLists(pair) ? inKeyedList({ pair, path, key }) : [{ path, pair }];
}

function areMaps({ before, after }: Pair, path: Path): boolean {
  if (!isMapLike(before) || !isMapLike(after)) return false;
  return descends(path) || (before !== undefined && after !== undefined);
}

function areLists({ before, after }: Pair): boolean {
  return isList(before ?? []) && isList(after ?? []);
}

/** Whether the entries of something that one side lacks are told one by one, as the annotations are. */
function descends(path: Path): boolean {
  const last = path.at(-1);
  return (
    path.length === 0 ||
    last === 'annotations' ||
    last === 'labels' ||
    last === 'metadata' ||
    last === 'data' ||
    last === 'limits' ||
    last === 'requests'
  );
}

function isMapLike(value: Json | undefined): boolean {
  return value === undefined || isObject(value);
}

function inMap({ before, after }: Pair, path: Path): readonly { path: Path; pair: Pair }[] {
  const [left, right] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((key) => !isNoise(path, key));
  return keys.flatMap((key) => leaves({ before: left[key], after: right[key] }, [...path, key]));
}

function isNoise(path: Path, key: string): boolean {
  if (path.length === 0) return keptByTheCluster.has(key);
  if (path.at(-1) === 'metadata') return keptInMetadata.has(key);
  return path.at(-1) === 'annotations' && isControllersAnnotation(key);
}

function inKeyedList({ pair, path, key }: { pair: Pair; path: Path; key: string }): readonly { path: Path; pair: Pair }[] {
  const [left, right] = [isList(pair.before) ? pair.before : [], isList(pair.after) ? pair.after : []];
  const names = [...new Set([...left, ...right].map((element) => elementKey(element, key)))];
  if (names.includes(undefined) || names.length < Math.max(left.length, right.length)) return [{ path, pair }];
  const changed = names.flatMap((value) => {
    if (value === undefined) return [];
    const find = (list: readonly Json[]) => list.find((element) => elementKey(element, key) === value);
    return leaves({ before: find(left), after: find(right) }, [...path, { key, value }]);
  });
  return changed.length === 0 ? [{ path, pair }] : changed;
}
