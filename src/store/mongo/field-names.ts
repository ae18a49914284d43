/**
 * MongoDB reads `a.b` and `$a` as paths and operators, and some servers refuse them as names. Labels are called like that
 * (`app.kubernetes.io/name`), so names are percent-escaped where needed. Every name has exactly one escaped form. Some servers refuse an array
 * that stands directly in an array too (the points of a query's answer): it is stored as a document with one name that no escaped name equals.
 */
export function escapeNames(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((item: unknown) => (Array.isArray(item) ? { [listName]: escapeNames(item) } : escapeNames(item)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [escapeName(name), escapeNames(item)]));
}

/** What `escapeNames` was given. */
export function restoreNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(restoreNames);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (first?.[0] === listName) return restoreNames(first[1]);
  return Object.fromEntries(entries.map(([name, item]) => [restoreName(name), restoreNames(item)]));
}

const hostile = /[.$%\0]/g;
const emptyName = '%';
const listName = '%list';

function escapeName(name: string): string {
  if (name === '') return emptyName;
  return name.replace(hostile, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function restoreName(name: string): string {
  if (name === emptyName) return '';
  return name.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
