import type { Json, JsonObject } from '../../kernel/json.ts';
import {
  contentAt,
  elementKey,
  indexIn,
  isFreeMap,
  isList,
  isObject,
  mergeKeyOf,
  pointerOf,
  sameContent,
  type Path,
  type Segment,
} from './tree.ts';

/** A step of a JSON patch that also says what it expects to find. */
export type PatchStep = { op: 'test' | 'replace' | 'add'; path: string; value: Json } | { op: 'remove'; path: string };

type Walk = { before: Json | undefined; after: Json | undefined; pointer: readonly (string | number)[]; path: Path };

/** Annotations that controllers write for themselves: neither ours to restore nor anybody's change. */
export function isControllersAnnotation(key: string): boolean {
  return key.startsWith('deployment.kubernetes.io/');
}

/**
 * The JSON patch that gives the paths of `after` the content that they had in `before`, and nothing else. Each step is preceded by a test, so the
 * server refuses the whole when somebody changed the same content since.
 */
export function inversePatch(before: Json, after: Json, paths: readonly Path[]): readonly PatchStep[] {
  const steps = paths.flatMap((path) => inverseOf({ before, after, pointer: [], path: [] }, path));
  return steps.filter((step, index) => steps.findIndex((other) => JSON.stringify(other) === JSON.stringify(step)) === index);
}

function inverseOf(at: Walk, rest: Path): readonly PatchStep[] {
  if (sameContent(at.before, at.after)) return [];
  if (at.before === undefined || at.after === undefined) return endOf(at, rest);
  const [segment, ...further] = rest;
  if (segment === undefined) return isFreeMap(at.path.at(-1)) ? eachEntry(at) : replaced(at);
  return isList(at.after) ? inList(at, segment, further) : inverseOf(childWalk(at, segment), further);
}

/** Content that only one side has: taken away or put back at the highest place where it is missing, but entry by entry in maps of free keys. */
function endOf(at: Walk, rest: Path): readonly PatchStep[] {
  const path = pointerOf(at.pointer);
  if (at.before !== undefined) return [{ op: 'add', path, value: at.before }];
  if (at.after === undefined) return [];
  const [segment, ...further] = rest;
  if (isFreeMap(at.path.at(-1))) return segment === undefined ? eachEntry(at) : inverseOf(childWalk(at, segment), further);
  if (segment !== undefined && rest.some((part) => isFreeMap(part)) && isObject(at.after))
    return inverseOf(childWalk(at, segment), further);
  return [
    { op: 'test', path, value: at.after },
    { op: 'remove', path },
  ];
}

function childWalk(at: Walk, segment: Segment): Walk {
  const key = typeof segment === 'object' ? segment.value : String(segment);
  return {
    before: isObject(at.before) ? at.before[key] : undefined,
    after: isObject(at.after) ? at.after[key] : undefined,
    pointer: [...at.pointer, key],
    path: [...at.path, segment],
  };
}

/** Into the element of a list, when both lists hold the same elements in the same order; otherwise the list as a whole. */
function inList(at: Walk, segment: Segment, rest: Path): readonly PatchStep[] {
  const { before, after } = at;
  if (!isList(before) || !isList(after) || typeof segment !== 'object' || !sameContent(keysOf(before, at.path), keysOf(after, at.path)))
    return replaced(at);
  const index = indexIn(after, segment);
  if (index < 0) return [];
  const steps = inverseOf(
    { before: before[index], after: after[index], pointer: [...at.pointer, index], path: [...at.path, segment] },
    rest,
  );
  const name = contentAt(after[index], [segment.key]);
  return steps.length === 0 || name === undefined
    ? steps
    : [{ op: 'test', path: pointerOf([...at.pointer, index, segment.key]), value: name }, ...steps];
}

function keysOf(list: readonly Json[], path: Path): readonly Json[] {
  const key = mergeKeyOf(path);
  return key === undefined ? list : list.map((element) => elementKey(element, key) ?? element);
}

function replaced(at: Walk): readonly PatchStep[] {
  const path = pointerOf(at.pointer);
  if (at.before === undefined || at.after === undefined) return [];
  return [
    { op: 'test', path, value: at.after },
    { op: 'replace', path, value: at.before },
  ];
}

function eachEntry(at: Walk): readonly PatchStep[] {
  const keys = new Set([...keysIn(at.before), ...keysIn(at.after)].filter((key) => !isControllersAnnotation(key)));
  return [...keys].flatMap((key) => inverseOf(childWalk(at, key), []));
}

function keysIn(value: Json | undefined): readonly string[] {
  return isObject(value) ? Object.keys(value satisfies JsonObject) : [];
}
