import { canonicalJson, type Json, type JsonObject } from '../../../kernel/json.ts';
import { mergeKeyFor } from './merge-keys.ts';

type Place = { name: string; isInElement: boolean };

/** The strategic merge patch that leads from one state of an object to another, in the form that kubectl computes; an empty object when they are the same. */
export function strategicDiff(before: JsonObject, after: JsonObject): JsonObject {
  return diffMaps(before, after, false);
}

function diffMaps(before: JsonObject, after: JsonObject, isInElement: boolean): JsonObject {
  const patch: Record<string, Json> = {};
  const orders: Record<string, Json> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [left, right] = [before[key], after[key]];
    if (same(left, right)) continue;
    const name = mergeKeyFor(key, isInElement);
    if (right === undefined) patch[key] = null;
    else if (isMap(left) && isMap(right)) patch[key] = diffMaps(left, right, false);
    else if (name !== undefined && isList(right) && (left === undefined || isList(left))) {
      const list = diffLists(left ?? [], right, { name, isInElement: true });
      if (list.length > 0) patch[key] = list;
      orders[`$setElementOrder/${key}`] = right.filter(isMap).map((element) => ({ [name]: element[name] ?? null }));
    } else patch[key] = right;
  }
  return { ...orders, ...patch };
}

function diffLists(before: readonly Json[], after: readonly Json[], { name }: Place): readonly Json[] {
  const find = (list: readonly Json[], value: Json | undefined): JsonObject | undefined =>
    list.filter(isMap).find((element) => same(element[name], value));
  const changed = after.filter(isMap).flatMap((element): Json[] => {
    const old = find(before, element[name]);
    if (old === undefined) return [element];
    const patch = diffMaps(old, element, true);
    return Object.keys(patch).length === 0 ? [] : [{ ...patch, [name]: element[name] }];
  });
  const gone = before.filter(isMap).filter((element) => find(after, element[name]) === undefined);
  return [...changed, ...gone.map((element) => ({ $patch: 'delete', [name]: element[name] ?? null }))];
}

function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function same(left: Json | undefined, right: Json | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return canonicalJson(left) === canonicalJson(right);
}
