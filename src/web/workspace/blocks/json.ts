/** An object of which nothing is known but that it is one. */
export type Fields = Readonly<Record<string, unknown>>;

// Blocks arrive as the bot wrote them: every part is read through these, so that a wrong shape draws as empty and never throws.

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object, or an empty one. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The text, or an empty one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list. */
export function objectsOf(value: unknown): readonly Fields[] {
  return listOf(value).filter(isFields);
}

/** The words of a text object, whichever its type. */
export function wordsOf(value: unknown): string {
  return textOf(fieldsOf(value)['text']);
}

/** The number, or the fallback. */
export function numberOf(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}
