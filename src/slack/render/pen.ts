import { escapeCharacter, fencedText, lengthOf } from './escape.ts';

/**
 * Writes one text object of limited length. What does not fit is left out and shown as an ellipsis; a cut never falls inside an entity
 * or a `<...>` token.
 */
export type Pen = {
  /** Outside text: escaped, cut where the space ends. */
  write(text: string): void;
  /** Our own markup or a finished token, whole or not at all. False when there was no room. */
  token(markup: string): boolean;
  /** Outside text between marks, such as `*...*`; nothing when the text is empty. */
  wrap(mark: string, text: string): void;
  drawn(): string;
};

/** `joinLines` turns line breaks in outside text into spaces, for places where a line is one thing. */
export function createPen(limit: number, options: { joinLines?: boolean } = {}): Pen {
  // One character is kept for the ellipsis.
  const room = limit - 1;
  const parts: string[] = [];
  let used = 0;
  let isFull = limit < 1;

  function put(piece: string, length = lengthOf(piece)): boolean {
    if (isFull || used + length > room) {
      isFull = true;
      return false;
    }
    parts.push(piece);
    used += length;
    return true;
  }
  function write(text: string, keptBack = 0): void {
    used += keptBack;
    // A fence in running text would open a code block around what follows it.
    const clean = options.joinLines === true ? fencedText(text).replaceAll('\n', ' ') : fencedText(text);
    for (const character of clean) {
      const escaped = escapeCharacter(character);
      if (!put(escaped, escaped === character ? 1 : escaped.length)) break;
    }
    used -= keptBack;
  }
  return {
    write: (text) => write(text),
    token: (markup) => put(markup),
    wrap(mark, text) {
      const inner = text.trim();
      const at = text.indexOf(inner);
      // Marks count as marks only where they touch the words: spaces at the edges stand outside.
      if (inner !== '') write(text.slice(0, at));
      if (inner === '' || used + 2 * mark.length >= room || !put(mark)) {
        isFull ||= inner !== '';
        return;
      }
      write(inner, mark.length);
      parts.push(mark);
      used += mark.length;
      write(text.slice(at + inner.length));
    },
    drawn: () => (isFull && limit >= 1 ? `${parts.join('')}…` : parts.join('')),
  };
}
