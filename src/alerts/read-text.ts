/** An object with named values; null and lists are not. */
export function isTextMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Any JSON value as text, empty for none. Half of a surrogate pair becomes the replacement character, because the timeline's canonical
 * JSON has no form for it.
 */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined || value === null) return '';
  try {
    return JSON.stringify(value).toWellFormed();
  } catch {
    return '(nested too deeply to show)';
  }
}

/** Names with text values. Numbers and booleans are written out; what has no short text form is left out and named in `dropped`. */
export function readTexts(value: Readonly<Record<string, unknown>>): {
  texts: Readonly<Record<string, string>>;
  dropped: readonly string[];
} {
  const texts: [string, string][] = [];
  const dropped: string[] = [];
  for (const [name, item] of Object.entries(value)) {
    if (isShort(item)) texts.push([name.toWellFormed(), asText(item)]);
    else if (item !== undefined) dropped.push(name.toWellFormed());
  }
  // Not by assignment: `__proto__` is a name like any other.
  return { texts: Object.fromEntries(texts), dropped };
}

/** Whether `readTexts` will find any. */
export function hasTexts(value: Readonly<Record<string, unknown>>): boolean {
  return Object.values(value).some(isShort);
}

function isShort(value: unknown): boolean {
  return value !== undefined && typeof value !== 'object';
}
