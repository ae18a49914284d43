import type { Json } from '../../../kernel/json.ts';
import { compareText } from '../json-fields.ts';

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON as Go's encoder writes it: keys in order, markup characters escaped; with `indent` each value on a line of its own. */
export function goJson(value: Json | undefined, indent = ''): string {
  return write(value, indent, '\n');
}

function write(value: Json | undefined, indent: string, lineEnd: string): string {
  if (typeof value === 'string') return goString(value);
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : String(value);
  const inner = `${lineEnd}${indent}`;
  const items = isList(value)
    ? value.map((item) => write(item, indent, inner))
    : Object.entries(value)
        .filter((entry) => entry[1] !== undefined)
        .sort(([a], [b]) => compareText(a, b))
        .map(([key, item]) => `${goString(key)}:${indent === '' ? '' : ' '}${write(item, indent, inner)}`);
  const [open, close] = isList(value) ? '[]' : '{}';
  if (items.length === 0) return `${open}${close}`;
  return indent === '' ? `${open}${items.join(',')}${close}` : `${open}${inner}${items.join(`,${inner}`)}${lineEnd}${close}`;
}

function goString(text: string): string {
  return JSON.stringify(text).replaceAll(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** A value as Go's `%v` prints it, for columns and templates: `map[a:1 b:2]`, `[x y]`. */
export function goText(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return goNumber(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(goText).join(' ')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(' ')}]`;
}

/** Go prints small fractions with an exponent of two digits. */
function goNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1e-4) return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
