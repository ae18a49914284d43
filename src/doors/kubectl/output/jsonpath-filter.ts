import type { Json } from '../../../kernel/json.ts';
import { KubectlError } from '../kubectl-error.ts';
import { goText, isList } from './go-json.ts';
import type { PathNode } from './jsonpath-parser.ts';

type Filter = Extract<PathNode, { type: 'filter' }>;
type Walk = (value: Json, node: PathNode) => readonly Json[];

/** The items of lists for which `[?(left operator right)]` holds. */
export function filterList(input: readonly Json[], filter: Filter, walk: Walk): readonly Json[] {
  return input.flatMap((value) => {
    if (!isList(value)) throw new KubectlError(`${goText(value)} is not array or slice and cannot be filtered`);
    return value.filter((item) => passes(item, filter, walk));
  });
}

function passes(item: Json, { left, operator, right }: Filter, walk: Walk): boolean {
  const lefts = walk(item, left);
  if (operator === 'exists') return lefts.length > 0;
  if (lefts.length === 0) return false;
  const rights = lefts.length > 1 ? [] : walk(item, right);
  if (lefts.length > 1 || rights.length > 1) throw new KubectlError('can only compare one element at a time');
  const [one = null, other = null] = [lefts[0], rights[0]];
  return rights.length > 0 && compare(one, operator, other);
}

type Scalar = string | number | boolean;

const operators: Readonly<Record<string, (a: Scalar, b: Scalar) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function compare(left: Json, operator: string, right: Json): boolean {
  const holds = operators[operator];
  if (holds === undefined) throw new KubectlError(`unrecognized filter operator ${operator}`);
  if (!isScalar(left) || !isScalar(right)) throw new KubectlError('invalid type for comparison');
  if (typeof left !== typeof right) throw new KubectlError('incompatible types for comparison');
  if (typeof left === 'boolean' && operator !== '==' && operator !== '!=') throw new KubectlError('invalid type for comparison');
  return holds(left, right);
}

function isScalar(value: Json): value is Scalar {
  return value !== null && typeof value !== 'object';
}
