import type { Json } from '../../../kernel/json.ts';
import { KubectlError } from '../kubectl-error.ts';
import { goText, isList } from './go-json.ts';

type Value = Json | undefined;
type Lazy = () => Value;

/** Go's idea of truth: nothing, zero and what is empty are false. */
export function isTrue(value: Value): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return false;
  if (typeof value !== 'object') return true;
  return isList(value) ? value.length > 0 : Object.keys(value).length > 0;
}

const functions: Readonly<Record<string, (values: readonly Value[]) => Value>> = {
  not: ([value]) => !isTrue(value),
  eq: ([value, ...others]) => others.some((other) => same(value, other)),
  ne: ([a, b]) => !same(a, b),
  lt: ([a, b]) => ordered(a, b) < 0,
  le: ([a, b]) => ordered(a, b) <= 0,
  gt: ([a, b]) => ordered(a, b) > 0,
  ge: ([a, b]) => ordered(a, b) >= 0,
  len: ([value]) => lengthOf(value),
  index: ([value, ...keys]) => keys.reduce(indexOf, value),
  exists: ([value, ...keys]) => keys.reduce(indexOrNothing, value) !== undefined,
  print: (values) => values.map(goText).join(''),
  println: (values) => `${values.map(goText).join(' ')}\n`,
  printf: ([format, ...values]) => goPrintf(goText(format), values),
  base64decode: ([value]) => decode(value),
  html: ([value]) => goText(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
};

/** Calls a function of a template; `and` and `or` look at no more arguments than they need. */
export function callFunction(name: string, args: readonly Lazy[]): Value {
  if (name === 'and' || name === 'or') {
    let value: Value;
    for (const arg of args) {
      value = arg();
      if (isTrue(value) === (name === 'or')) return value;
    }
    return value;
  }
  const run = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (run === undefined) throw new KubectlError(`error parsing template: template: output:1: function ${JSON.stringify(name)} not defined`);
  return run(args.map((arg) => arg()));
}

function same(a: Value, b: Value): boolean {
  return (a ?? null) === (b ?? null);
}

function ordered(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== 'string' || typeof b !== 'string') throw new KubectlError('incompatible types for comparison');
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) throw new KubectlError('error calling len: len of nil pointer');
  return isList(value) ? value.length : Object.keys(value).length;
}

function indexOf(value: Value, key: Value): Value {
  if (value === undefined || value === null) throw new KubectlError('error calling index: index of untyped nil');
  if (isList(value)) {
    const item = typeof key === 'number' ? value[key] : undefined;
    if (item === undefined) throw new KubectlError(`error calling index: index out of range: ${goText(key)}`);
    return item;
  }
  return indexOrNothing(value, key);
}

function indexOrNothing(value: Value, key: Value): Value {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isList(value)) return typeof key === 'number' ? value[key] : undefined;
  return typeof key === 'string' && Object.hasOwn(value, key) ? value[key] : undefined;
}

function decode(value: Value): string {
  if (value === undefined || value === null)
    throw new KubectlError('error calling base64decode: wrong type for value; expected string; got interface {}');
  const text = goText(value);
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return '<masked>';
  return Buffer.from(text, 'base64').toString('utf8');
}

/** Go takes no larger width or precision. */
const maxWidth = 1_000_000;
const verbForm = /%([-+0 ]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g;

/** Go's format verbs that templates use, with width and precision. */
function goPrintf(format: string, values: readonly Value[]): string {
  const queue = [...values];
  return format.replaceAll(verbForm, (...[, flags = '', width = '', precision, verb = '']: (string | undefined)[]) => {
    if (verb === '%') return '%';
    if (Math.max(Number(width), Number(precision ?? '0')) > maxWidth) return '%!(NOVERB)';
    if (queue.length === 0) return `%!${verb}(MISSING)`;
    const value = queue.shift();
    const text = formatOne(verb, value, precision);
    if (flags.includes('-')) return text.padEnd(Number(width));
    return text.padStart(Number(width), flags.includes('0') && typeof value === 'number' ? '0' : ' ');
  });
}

function formatOne(verb: string, value: Value, precision: string | undefined): string {
  if (verb === 'q') return JSON.stringify(goText(value));
  if (verb === 's' && value === undefined) return '%!s(<nil>)';
  if (verb === 'f' && typeof value === 'number') return value.toFixed(Math.min(Number(precision ?? '6'), 100));
  if (verb === 'd' && typeof value !== 'number') return `%!d(${typeof value === 'string' ? 'string=' : ''}${goText(value)})`;
  return precision === undefined ? goText(value) : Array.from(goText(value)).slice(0, Number(precision)).join('');
}
