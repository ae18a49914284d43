import type { Json } from '../../../kernel/json.ts';
import { KubectlError } from '../kubectl-error.ts';
import { parseQuantity } from '../quantity.ts';
import { relaxedPath } from './custom-columns.ts';
import { createJsonPath } from './jsonpath.ts';

/** `--sort-by`: what has no value at the path comes first; texts that are quantities are compared as such. */
export function sortByPath<T>(items: readonly T[], path: string, dataOf: (item: T) => Json): readonly T[] {
  if (items.length === 0) return items;
  const field = relaxedPath(path);
  const reader = createJsonPath(field);
  const keyed = items.map((item) => ({ item, key: reader.find(dataOf(item))[0]?.[0] }));
  if (keyed.every(({ key }) => key === undefined)) {
    throw new KubectlError(`couldn't find any field with path ${JSON.stringify(field)} in the list of objects`);
  }
  return keyed.sort((a, b) => compareKeys(a.key, b.key)).map(({ item }) => item);
}

function compareKeys(a: Json | undefined, b: Json | undefined): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  if (isLess(a, b)) return -1;
  return isLess(b, a) ? 1 : 0;
}

function isLess(a: Json, b: Json): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  const [left, right] = [quantityOf(a), quantityOf(b)];
  return left === undefined || right === undefined ? a < b : left < right;
}

const quantityForm = /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

/** A Kubernetes quantity ("100m", "1Gi") in billionths. */
function quantityOf(text: string): bigint | undefined {
  return quantityForm.test(text) ? parseQuantity(text).nano : undefined;
}
