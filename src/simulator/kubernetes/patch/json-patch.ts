import { badRequest, unprocessable } from '../status.ts';
import { copyOf, define, isTree, same, textAt } from '../tree.ts';
import type { Tree, Value } from '../tree.ts';

/** RFC 6902 on a copy. A patch that is none is a 400, one that does not fit the object (a failing `test` too) a 422. */
export function applyJsonPatch(object: Value, patch: unknown): Value {
  if (!Array.isArray(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp');
  let result = copyOf(object);
  for (const step of patch) {
    if (!isTree(step)) throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type jsonpatch.Operation');
    result = applyStep(result, step);
  }
  return result;
}

function applyStep(document: Value, step: Tree): Value {
  const path = tokensOf(step, 'path');
  switch (textAt(step, 'op')) {
    case 'add':
      return insert(document, path, given(step));
    case 'remove':
      return take(document, path).rest;
    case 'replace':
      // The server's library puts a member that is missing in a tree.
      return Array.isArray(parentOf(document, path)) || path.length === 0
        ? replaceAt(document, path, given(step))
        : insert(document, path, given(step));
    case 'move': {
      const { taken, rest } = take(document, tokensOf(step, 'from'));
      return insert(rest, path, taken);
    }
    case 'copy':
      return insert(document, path, copyOf(read(document, tokensOf(step, 'from'))));
    case 'test':
      if (!same(readOrNull(document, path), step['value'] ?? null)) throw unprocessable();
      return document;
    default:
      throw unprocessable();
  }
}

function given(step: Tree): Value {
  const value = step['value'];
  if (value === undefined) throw unprocessable();
  return copyOf(value);
}

function tokensOf(step: Tree, key: string): readonly string[] {
  const pointer = step[key];
  if (typeof pointer !== 'string' || (pointer !== '' && !pointer.startsWith('/'))) throw unprocessable();
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: Value, path: readonly string[]): Value {
  let here = document;
  for (const token of path) here = member(here, token);
  return here;
}

/** A missing member of a tree counts as null for `test`, as the server's library has it. */
function readOrNull(document: Value, path: readonly string[]): Value {
  const parent = parentOf(document, path);
  const last = path.at(-1);
  if (isTree(parent) && last !== undefined && !Object.hasOwn(parent, last)) return null;
  return read(document, path);
}

function member(value: Value, token: string): Value {
  const found = Array.isArray(value)
    ? value[indexIn(value, token)]
    : isTree(value) && Object.hasOwn(value, token)
      ? value[token]
      : undefined;
  if (found === undefined) throw unprocessable();
  return found;
}

function parentOf(document: Value, path: readonly string[]): Value {
  return read(document, path.slice(0, -1));
}

function indexIn(list: readonly Value[], token: string): number {
  if (!/^(0|[1-9]\d*)$/.test(token) || Number(token) > list.length) throw unprocessable();
  return Number(token);
}

function replaceAt(document: Value, path: readonly string[], value: Value): Value {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = parentOf(document, path);
  if (!Array.isArray(parent)) throw unprocessable();
  const index = indexIn(parent, last);
  if (index >= parent.length) throw unprocessable();
  parent[index] = value;
  return document;
}

function insert(document: Value, path: readonly string[], value: Value): Value {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = parentOf(document, path);
  if (Array.isArray(parent)) parent.splice(last === '-' ? parent.length : indexIn(parent, last), 0, value);
  else if (isTree(parent)) define(parent, last, value);
  else throw unprocessable();
  return document;
}

function take(document: Value, path: readonly string[]): { taken: Value; rest: Value } {
  const last = path.at(-1);
  if (last === undefined) throw unprocessable();
  const parent = parentOf(document, path);
  const taken = member(parent, last);
  if (Array.isArray(parent)) parent.splice(indexIn(parent, last), 1);
  else if (isTree(parent)) delete parent[last];
  return { taken, rest: document };
}
