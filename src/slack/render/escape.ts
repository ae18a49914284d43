/**
 * The one place where outside text becomes Slack text. Slack asks for exactly three characters to be escaped; without a raw `<` no
 * mention, channel call or link can form. What would hide or reorder text is removed.
 */
export function escapeText(text: string): string {
  return cleanText(text).replaceAll(/[&<>]/g, escapeCharacter);
}

/** One character of cleaned text. */
export function escapeCharacter(character: string): string {
  return entities[character] ?? character;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Controls but tab and line feed, soft hyphens, zero-width and bidirectional marks, tag characters, byte order marks. */
const invisible = /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text for places that Slack shows literally (plain_text objects): the same removals, no entities. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?|\u2028|\u2029/g, '\n')
    .replaceAll(invisible, (character) => (character === '\n' ? '\n' : character === '\t' ? ' ' : ''));
}

/** Text for inside a code span, where a back-tick would end it. */
export function codeText(text: string): string {
  return cleanText(text).replaceAll('`', 'ˋ').replaceAll('\n', ' ');
}

/** Text in which no fence begins or ends: single back-ticks are harmless, and shells need them. */
export function fencedText(text: string): string {
  return cleanText(text).replaceAll('```', 'ˋˋˋ');
}

/** Slack counts characters, not UTF-16 units. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** The first `limit` characters, with an ellipsis for what is missing. Only for text without entities and tokens. */
export function cutPlain(text: string, limit: number): string {
  const characters = Array.from(cleanText(text));
  return characters.length <= limit ? characters.join('') : `${characters.slice(0, limit - 1).join('')}…`;
}
