import type { Json } from '../../../kernel/json.ts';
import { compareText } from '../json-fields.ts';
import { goText, isList } from './go-json.ts';

/** A value as Go's `%#v` prints it, which kubectl shows when a template fails on an object. */
export function goSyntax(value: Json | undefined): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') return goText(value);
  if (isList(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return `map[string]interface {}{${entries.map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`).join(', ')}}`;
}
