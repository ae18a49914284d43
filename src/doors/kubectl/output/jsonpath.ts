import type { Json } from '../../../kernel/json.ts';
import { KubectlError } from '../kubectl-error.ts';
import { goJson, goText, isList } from './go-json.ts';
import { filterList } from './jsonpath-filter.ts';
import { parsePath, type PathNode } from './jsonpath-parser.ts';

type Missing = 'allowed' | 'refused';

/** A template that was read: what it finds in an object, and that as text. */
export type JsonPath = { find(data: Json): readonly (readonly Json[])[]; print(data: Json): string; printJson(data: Json): string };

/** Reads a template; a missing key finds nothing unless `missing` says that it is an error. */
export function createJsonPath(template: string, missing: Missing = 'allowed'): JsonPath {
  const nodes = parsePath(template);
  const find = (data: Json) => findResults({ missing, depth: 0 }, nodes, data).results;
  return {
    find,
    print: (data) =>
      find(data)
        .map((results) => results.map(printable).join(' '))
        .join(''),
    printJson: (data) =>
      find(data)
        .map((results) => `${goJson(results, '    ')}\n`)
        .join(''),
  };
}

function printable(value: Json): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? goJson(value) : goText(value);
}

type Context = { missing: Missing; depth: number };

/** Results of a run of actions up to the end of it or of the loop that it is in; `ended` is how many nodes were read. */
function findResults(context: Context, nodes: readonly PathNode[], data: Json | undefined): { results: Json[][]; ended: number } {
  const results: Json[][] = [];
  for (let index = 0; index < nodes.length; index += 1) {
    const node = nodes[index];
    const word = loopWord(node);
    if (node === undefined) break;
    if (word === 'end' && context.depth === 0) throw new KubectlError('not in range, nothing to end');
    if (word === 'end') return { results, ended: index + 1 };
    if (word === 'range') {
      const loop = runLoop(context, { node, rest: nodes.slice(index + 1) }, data);
      results.push(...loop.results);
      index += loop.ended;
    } else results.push([...walk([data ?? null], node, context)]);
  }
  return { results, ended: nodes.length };
}

/** Runs what stands in a loop for each value that it ranges over; without any it is read only to find its end. */
function runLoop(
  context: Context,
  loop: { node: PathNode; rest: readonly PathNode[] },
  data: Json | undefined,
): { results: Json[][]; ended: number } {
  const values = data === undefined ? [] : walk([data], loop.node, context);
  const inner = { ...context, depth: context.depth + 1 };
  if (values.length === 0) return { results: [], ended: findResults(inner, loop.rest, undefined).ended };
  const runs = values.map((value) => findResults(inner, loop.rest, value));
  return { results: runs.flatMap((run) => run.results), ended: runs.at(-1)?.ended ?? 0 };
}

/** "range" or "end" when an action begins with one. */
function loopWord(node: PathNode | undefined): string | undefined {
  const first = node?.type === 'list' ? node.nodes[0] : undefined;
  return first?.type === 'identifier' ? first.name : undefined;
}

function walk(input: readonly Json[], node: PathNode, context: Context): readonly Json[] {
  switch (node.type) {
    case 'list':
      return node.nodes.reduce<readonly Json[]>((values, inner) => walk(values, inner, context), input);
    case 'text':
      return [node.text];
    case 'value':
      return input.map(() => node.value);
    case 'field':
      return fieldOf(input, node.name, context.missing);
    case 'wildcard':
      return input.flatMap(childrenOf);
    case 'recursive':
      return descend(input);
    case 'union':
      return node.nodes.flatMap((inner) => walk(input, inner, context));
    case 'slice':
      return input.flatMap((value) => sliceOf(value, node.bounds));
    case 'filter':
      return filterList(input, node, (value, inner) => walk([value], inner, context));
    case 'identifier':
      if (node.name === 'range') return input;
      throw new KubectlError(`unrecognized identifier ${node.name}`);
  }
}

function fieldOf(input: readonly Json[], name: string, missing: Missing): readonly Json[] {
  const found = input.flatMap((value) => {
    if (typeof value !== 'object' || value === null || isList(value)) return [];
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    return field === undefined ? [] : [field];
  });
  if (found.length === 0 && input.length > 0 && missing === 'refused') throw new KubectlError(`${name} is not found`);
  return found;
}

function childrenOf(value: Json): readonly Json[] {
  if (typeof value !== 'object' || value === null) return [];
  return isList(value) ? value : Object.values(value).filter((child): child is Json => child !== undefined);
}

function descend(input: readonly Json[]): readonly Json[] {
  return input.flatMap((value) => {
    const children = childrenOf(value);
    return children.length === 0 ? [] : [value, ...descend(children)];
  });
}

type Bounds = Extract<PathNode, { type: 'slice' }>['bounds'];

/** Go types of JSON values, for messages. */
function typeName(value: Json): string {
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return Number.isInteger(value) ? 'int64' : 'float64';
}

function sliceOf(value: Json, [first, last, step]: Bounds): readonly Json[] {
  if (value === null) return [];
  if (!isList(value)) throw new KubectlError(`${typeName(value)} is not array or slice`);
  const { length } = value;
  const start = first.value < 0 ? first.value + length : first.value;
  const end = endOf(last, length);
  if (start === end) return [];
  checkBounds({ start, end, length });
  if (step.known && step.value <= 0) throw new KubectlError('step must be > 0');
  const stride = step.known ? step.value : 1;
  return value.slice(start, end).filter((_, index) => index % stride === 0);
}

function endOf(last: Bounds[1], length: number): number {
  const end = last.known ? last.value : length;
  return end < 0 || (end === 0 && last.derived) ? end + length : end;
}

function checkBounds({ start, end, length }: { start: number; end: number; length: number }): void {
  if (start >= length || start < 0) throw new KubectlError(`array index out of bounds: index ${String(start)}, length ${String(length)}`);
  if (end > length || end < 0) throw new KubectlError(`array index out of bounds: index ${String(end - 1)}, length ${String(length)}`);
  if (start > end) throw new KubectlError(`starting index ${String(start)} is greater than ending index ${String(end)}`);
}
