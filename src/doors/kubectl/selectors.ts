import type { Json, JsonObject } from '../../kernel/json.ts';
import { compareText, objectsAt, stringsAt, textAt, textsAt } from './json-fields.ts';

/** A LabelSelector as the API takes it in a query: "app=web,tier in (a,b)". Undefined when it selects nothing. */
export function selectorQuery(selector: JsonObject | undefined): string | undefined {
  if (selector === undefined) return undefined;
  const equal = textsAt(selector, 'matchLabels').map(([key, value]) => ({ key, text: `${key}=${value}` }));
  const expressions = objectsAt(selector, 'matchExpressions').map((expression) => ({
    key: textAt(expression, 'key'),
    text: expressionText(expression),
  }));
  return [...equal, ...expressions]
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ text }) => text)
    .join(',');
}

function expressionText(expression: JsonObject): string {
  const key = textAt(expression, 'key');
  const values = [...stringsAt(expression, 'values')].sort(compareText).join(',');
  switch (textAt(expression, 'operator')) {
    case 'In':
      return `${key} in (${values})`;
    case 'NotIn':
      return `${key} notin (${values})`;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return key;
  }
}

/** A LabelSelector for people; "<none>" when it is empty. */
export function selectorText(selector: JsonObject | undefined): string {
  const text = selectorQuery(selector) ?? '';
  return text === '' ? '<none>' : text;
}

/** A map of labels on one line, sorted; "<none>" when it is empty. */
export function labelsText(source: Json | undefined, ...path: readonly string[]): string {
  const labels = textsAt(source, ...path).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0 ? '<none>' : labels.join(',');
}
