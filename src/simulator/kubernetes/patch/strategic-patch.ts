import { goText } from '../api/types.ts';
import { patchFailed } from '../status.ts';
import { copyOf, define, isTree, same } from '../tree.ts';
import type { Tree, Value } from '../tree.ts';
import { listMergeOf } from './merge-keys.ts';

type Where = { kind: string; path: readonly string[] };

const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

/** Kubernetes' strategic merge patch on a copy: lists with a merge key are merged member by member; `$patch` and its kin are obeyed. */
export function applyStrategicPatch(object: Tree, patch: Tree, kind: string): Tree {
  return mergeTree(copyOf(object), patch, { kind, path: [] });
}

function mergeTree(target: Tree, patch: Tree, where: Where): Tree {
  if (patch['$patch'] === 'replace') return without(patch);
  if (patch['$patch'] === 'delete') return {};
  if (patch['$patch'] !== undefined && patch['$patch'] !== 'merge')
    throw patchFailed(`unknown patch type: ${goText(patch['$patch'])} in map: ${goText(patch)}`);
  const result = mergeFields(retained(target, patch), patch, where);
  for (const [key, order] of Object.entries(patch))
    if (key.startsWith(orderPrefix)) reorder(result, order, { kind: where.kind, path: [...where.path, key.slice(orderPrefix.length)] });
  return result;
}

function mergeFields(result: Tree, patch: Tree, where: Where): Tree {
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined || key === '$patch' || key === '$retainKeys' || key.startsWith(orderPrefix)) continue;
    if (key.startsWith(deletePrefix)) dropValues(result, key.slice(deletePrefix.length), value);
    else mergeField(result, [key, value], { kind: where.kind, path: [...where.path, key] });
  }
  return result;
}

/** Directives never reach the stored object. */
function without(patch: Tree): Tree {
  return Object.fromEntries(Object.entries(copyOf(patch)).filter(([key]) => !key.startsWith('$')));
}

function retained(target: Tree, patch: Tree): Tree {
  const keep = patch['$retainKeys'];
  if (!Array.isArray(keep)) return target;
  return Object.fromEntries(Object.entries(target).filter(([key]) => keep.includes(key)));
}

function dropValues(result: Tree, key: string, values: Value): void {
  const list = result[key];
  if (!Array.isArray(list) || !Array.isArray(values)) return;
  const left = list.filter((item) => !values.some((value) => same(value, item)));
  if (left.length === 0) delete result[key];
  else result[key] = left;
}

function mergeField(result: Tree, [key, value]: readonly [string, Value], where: Where): void {
  const present = Object.hasOwn(result, key) ? result[key] : undefined;
  if (value === null) delete result[key];
  else if (isTree(value)) {
    if (value['$patch'] === 'delete') delete result[key];
    else define(result, key, mergeTree(isTree(present) ? present : {}, value, where));
  } else if (Array.isArray(value)) define(result, key, mergeList(Array.isArray(present) ? present : [], value, where));
  else define(result, key, value);
}

function mergeList(present: readonly Value[], patch: readonly Value[], where: Where): Value[] {
  const merge = listMergeOf(where.kind, where.path);
  const replaces = patch.some((item) => isTree(item) && item['$patch'] === 'replace');
  if (merge === undefined || replaces) return patch.flatMap((item) => (isTree(item) && item['$patch'] === 'replace' ? [] : [copyOf(item)]));
  const merged =
    merge === 'values'
      ? [...present, ...patch.filter((item) => !present.some((each) => same(each, item)))]
      : patch.reduce<Value[]>((list, item) => mergeMember(list, item, { ...where, key: merge }), [...present]);
  return inOrder(merged, { first: patch, before: present, merge });
}

function mergeMember(list: Value[], item: Value, where: Where & { key: string }): Value[] {
  if (!isTree(item)) return list;
  const id = item[where.key];
  if (id === undefined) throw patchFailed(`map: ${goText(item)} does not contain declared merge key: ${where.key}`);
  const isIt = (each: Value): boolean => isTree(each) && same(each[where.key], id);
  if (item['$patch'] === 'delete') return list.filter((each) => !isIt(each));
  const index = list.findIndex(isIt);
  const before = list[index];
  const merged = mergeTree(isTree(before) ? before : {}, item, where);
  return index < 0 ? [...list, merged] : list.with(index, merged);
}

/** Puts a merged list in the order that `$setElementOrder` names. */
function reorder(result: Tree, order: Value | undefined, where: Where): void {
  const field = where.path.at(-1) ?? '';
  const list = result[field];
  const merge = listMergeOf(where.kind, where.path);
  if (Array.isArray(list) && Array.isArray(order) && merge !== undefined)
    result[field] = inOrder(list, { first: order, before: list, merge });
}

type Order = { first: readonly Value[]; before: readonly Value[]; merge: string };

/**
 * Kubernetes: members that the patch names come in its order, the others in theirs; where both stood in the list before, they keep to that,
 * and where not, the patch's come first.
 */
function inOrder(list: readonly Value[], { first, before, merge }: Order): Value[] {
  const idOf = (item: Value): Value | undefined => (merge === 'values' ? item : isTree(item) ? item[merge] : undefined);
  const placeIn = (others: readonly Value[], item: Value): number => others.findIndex((each) => same(idOf(each), idOf(item)));
  const named = list.filter((item) => placeIn(first, item) >= 0).toSorted((a, b) => placeIn(first, a) - placeIn(first, b));
  const rest = list.filter((item) => placeIn(first, item) < 0);
  const ordered: Value[] = [];
  for (const other of rest) {
    while (named[0] !== undefined && !(placeIn(before, named[0]) > placeIn(before, other))) ordered.push(...named.splice(0, 1));
    ordered.push(other);
  }
  return [...ordered, ...named];
}
