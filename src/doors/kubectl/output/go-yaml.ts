import type { Json, JsonObject } from '../../../kernel/json.ts';
import { isList } from './go-json.ts';
import { yamlScalar } from './yaml-scalar.ts';

/** YAML as kubectl writes it: two spaces, lists at the level of their key, keys in natural order, long lines unbroken. */
export function goYaml(value: Json): string {
  const text = typeof value === 'object' && value !== null ? block(value, 0) : `${yamlScalar(value, { indent: 0, column: 0 })}\n`;
  return text.startsWith('\n') ? text.slice(1) : text.trimStart();
}

/** A value behind a key: on the same line when it is short, else on the lines below. */
function behindKey(value: Json, key: string, indent: number): string {
  if (typeof value !== 'object' || value === null)
    return ` ${yamlScalar(value, { indent: indent + 2, column: indent + key.length + 2 })}\n`;
  if (isEmpty(value)) return block(value, indent);
  return `\n${block(value, isList(value) ? indent : indent + 2)}`;
}

function block(value: readonly Json[] | JsonObject, indent: number): string {
  if (isEmpty(value)) return isList(value) ? ' []\n' : ' {}\n';
  const pad = ' '.repeat(indent);
  if (isList(value)) return value.map((item) => `${pad}-${behindDash(item, indent)}`).join('');
  return sortedEntries(value)
    .map(([name, item]) => {
      const key = yamlScalar(name, 'key');
      return `${pad}${key}:${behindKey(item, key, indent)}`;
    })
    .join('');
}

/** The first line of what follows a dash stands on the dash's line. */
function behindDash(value: Json, indent: number): string {
  if (typeof value !== 'object' || value === null) return ` ${yamlScalar(value, { indent: indent + 2, column: indent + 2 })}\n`;
  if (isEmpty(value)) return block(value, indent);
  return ` ${block(value, indent + 2).slice(indent + 2)}`;
}

function isEmpty(value: readonly Json[] | JsonObject): boolean {
  return isList(value) ? value.length === 0 : sortedEntries(value).length === 0;
}

function sortedEntries(value: JsonObject): [string, Json][] {
  return Object.entries(value)
    .filter((entry): entry is [string, Json] => entry[1] !== undefined)
    .sort(([a], [b]) => naturalOrder(a, b));
}

const isLetter = (character: string): boolean => /\p{L}/u.test(character);

/** go-yaml's order of keys: letters come after everything else, digits count as numbers. */
export function naturalOrder(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const [one = '', other = ''] = [left[index], right[index]];
    if (one === other) continue;
    if (isLetter(one) && isLetter(other)) return codeOrder(one, other);
    if (isLetter(one) || isLetter(other)) return isLetter(one) ? 1 : -1;
    return numberOrder(left.slice(0, index), [left.slice(index).join(''), right.slice(index).join('')]) || codeOrder(one, other);
  }
  return left.length - right.length;
}

function codeOrder(a: string, b: string): number {
  return (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0);
}

function numberOrder(before: readonly string[], [a, b]: readonly [string, string]): number {
  const lastOther = before.findLastIndex((character) => !/\d/.test(character));
  const significant = (a.startsWith('0') || b.startsWith('0')) && before.slice(lastOther + 1).some((character) => character !== '0');
  const [left = '', right = ''] = [a, b].map((text) => /^\d*/.exec(text)?.[0]);
  const prefix = significant ? '1' : '';
  const difference = Number(`${prefix}${left}` || '0') - Number(`${prefix}${right}` || '0');
  return difference === 0 ? left.length - right.length : difference;
}
