import { badRequest } from '../status.ts';
import { copyOf, define, isTree, same } from '../tree.ts';
import type { Tree, Value } from '../tree.ts';
import { listMergeOf } from './merge-keys.ts';

type Where = { kind: string; path: readonly string[] };

const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

/** Kubernetes' strategic merge patch on a copy: lists with a merge key are merged member by member; `$patch` and its kin are obeyed. */
export function applyStrategicPatch(object: Tree, patch: Value, kind: string): Tree {
  if (!isTree(patch)) throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
  return mergeTree(copyOf(object), patch, { kind, path: [] });
}

function mergeTree(target: Tree, patch: Tree, where: Where): Tree {
  if (patch['$patch'] === 'replace') return without(patch);
  if (patch['$patch'] === 'delete') return {};
  if (patch['$patch'] !== undefined && patch['$patch'] !== 'merge')
    throw badRequest(`Unknown patch type: ${JSON.stringify(patch['$patch'])}`);
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
  if (Array.isArray(list) && Array.isArray(values)) result[key] = list.filter((item) => !values.some((value) => same(value, item)));
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
  if (merge === 'values') return [...present, ...patch.filter((item) => !present.some((each) => same(each, item)))];
  return patch.reduce<Value[]>((list, item) => mergeMember(list, item, { ...where, key: merge }), [...present]);
}

function mergeMember(list: Value[], item: Value, where: Where & { key: string }): Value[] {
  if (!isTree(item)) return list;
  const id = item[where.key];
  if (id === undefined) throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${where.key}`);
  const isIt = (each: Value): boolean => isTree(each) && same(each[where.key], id);
  if (item['$patch'] === 'delete') return list.filter((each) => !isIt(each));
  const index = list.findIndex(isIt);
  const before = list[index];
  const merged = mergeTree(isTree(before) ? before : {}, item, where);
  return index < 0 ? [...list, merged] : list.with(index, merged);
}

/** Members named in the order come in that order; others keep their place behind the member that they stood behind. */
function reorder(result: Tree, order: Value | undefined, where: Where): void {
  const field = where.path.at(-1) ?? '';
  const list = result[field];
  const merge = listMergeOf(where.kind, where.path);
  if (!Array.isArray(list) || !Array.isArray(order) || merge === undefined) return;
  const idOf = (item: Value): Value | undefined => (merge === 'values' ? item : isTree(item) ? item[merge] : undefined);
  const ids = order.map(idOf);
  const placeOf = (item: Value): number => ids.findIndex((id) => same(id, idOf(item)));
  const named = list.filter((item) => placeOf(item) >= 0).toSorted((a, b) => placeOf(a) - placeOf(b));
  let next = 0;
  result[field] = list.flatMap((item) => {
    if (placeOf(item) < 0) return [item];
    next += 1;
    return named.slice(next - 1, next);
  });
}
