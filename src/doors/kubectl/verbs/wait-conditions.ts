import type { JsonObject } from '../../../kernel/json.ts';
import { quoted } from '../go-format.ts';
import { fieldAt, objectsAt, textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';

/** What `wait --for` waits for. `holds` throws what cannot be compared. */
export type WaitCondition = { type: 'create' } | { type: 'delete' } | { type: 'state'; holds: (object: JsonObject) => boolean };

/** Finds the values at a JSONPath; given by whoever knows the language. */
export type JsonPathFinder = (expression: string) => (object: JsonObject) => readonly (readonly unknown[])[];

export function waitConditions(texts: readonly string[], find: JsonPathFinder): readonly WaitCondition[] {
  if (texts.length === 0) throw new KubectlError('unrecognized condition: []');
  return texts.map((text) => waitCondition(text, find));
}

function waitCondition(text: string, find: JsonPathFinder): WaitCondition {
  const lower = text.toLowerCase();
  if (lower === 'create' || lower === 'delete') return { type: lower };
  if (text.startsWith('condition=')) return { type: 'state', holds: conditionHolds(text.slice('condition='.length)) };
  if (text.startsWith('jsonpath=')) return { type: 'state', holds: pathHolds(text.slice('jsonpath='.length), find) };
  throw new KubectlError(`unrecognized condition: ${quoted(text)}`);
}

/** "Ready" or "Ready=false"; letters of any size. A condition about an older generation does not count. */
function conditionHolds(text: string): (object: JsonObject) => boolean {
  const equals = text.indexOf('=');
  const [name, wanted] = equals < 0 ? [text, 'true'] : [text.slice(0, equals), text.slice(equals + 1)];
  return (object) => {
    const condition = objectsAt(object, 'status', 'conditions').find((entry) => textAt(entry, 'type').toLowerCase() === name.toLowerCase());
    if (condition === undefined) return false;
    const generation = fieldAt(object, 'metadata', 'generation');
    const observed = fieldAt(condition, 'observedGeneration') ?? fieldAt(object, 'status', 'observedGeneration');
    if (typeof generation === 'number' && typeof observed === 'number' && observed < generation) return false;
    return textAt(condition, 'status').toLowerCase() === wanted.toLowerCase();
  };
}

function pathHolds(text: string, find: JsonPathFinder): (object: JsonObject) => boolean {
  const parts = splitAtEquals(text);
  const [expression = '', value] = parts;
  if (parts.length > 2) {
    throw new KubectlError(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  }
  const wanted = value?.replaceAll(/^['"]+|['"]+$/g, '');
  if (wanted === '') {
    throw new KubectlError("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3");
  }
  if (expression === '') throw new KubectlError('jsonpath expression cannot be empty');
  const values = find(expression);
  return (object) => {
    const [first, ...others] = values(object);
    if (first === undefined || first.length === 0) return false;
    if (others.length > 0) throw new KubectlError('given jsonpath expression matches more than one list');
    if (first.length > 1) throw new KubectlError('given jsonpath expression matches more than one value');
    return wanted === undefined || sameText(first[0], wanted);
  };
}

function sameText(value: unknown, wanted: string): boolean {
  if (typeof value === 'object' && value !== null)
    throw new KubectlError('jsonpath leads to a nested object or list which is not supported');
  const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '<nil>';
  return text.trim() === wanted.trim();
}

/** Splits at single equals signs: "==" belongs to an expression. */
function splitAtEquals(text: string): readonly string[] {
  return text
    .replaceAll('==', '\u0000')
    .split('=')
    .map((part) => part.replaceAll('\u0000', '=='));
}
