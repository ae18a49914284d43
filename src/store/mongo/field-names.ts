/**
 * MongoDB reads `a.b` and `$a` as paths and operators, and some servers refuse them as names. Labels are called like that
 * (`app.kubernetes.io/name`), so names are percent-escaped where needed. Every name has exactly one escaped form.
 */
export function escapeNames(value: unknown): unknown {
  return renamed(value, escapeName);
}

export function restoreNames(value: unknown): unknown {
  return renamed(value, restoreName);
}

const hostile = /[.$%\0]/g;
const emptyName = '%';

function escapeName(name: string): string {
  if (name === '') return emptyName;
  return name.replace(hostile, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function restoreName(name: string): string {
  if (name === emptyName) return '';
  return name.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [rename(name), renamed(item, rename)]));
}
