/** Keys of Block Kit objects whose strings people read. */
const readable = new Set(['text', 'alt_text']);

/** Every text inside blocks (or a view), in the order a person reads it. Also what counts for the cumulative cap. */
export function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (typeof inner === 'string' ? (readable.has(key) ? [inner] : []) : textsOf(inner)));
}

/** What a person can read of a message: its blocks where it has any, else its text. */
export function visibleText(message: { text: string; blocks: readonly unknown[] }): string {
  return [message.text, ...textsOf(message.blocks)].join('\n');
}
