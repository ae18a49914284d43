import { copyOf, define, isTree } from '../tree.ts';
import type { Tree, Value } from '../tree.ts';

/** RFC 7386 on a copy: trees are merged, null removes, everything else replaces. */
export function applyMergePatch(target: Value | undefined, patch: Value): Value {
  if (!isTree(patch)) return copyOf(patch);
  const result: Tree = isTree(target) ? copyOf(target) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete result[key];
    else define(result, key, applyMergePatch(Object.hasOwn(result, key) ? result[key] : undefined, value));
  }
  return result;
}
