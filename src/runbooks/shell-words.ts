/** One word of a command line. `literal` is false when bash would expand or glob something in it before the program sees it. */
export type ShellWord = { value: string; literal: boolean };

/**
 * The words of the first simple command of a line, quotes removed, up to a pipe, redirection or `;`. Undefined when a quote stays open or the line
 * holds a parenthesis outside quotes, which bash refuses.
 */
export function firstCommandWords(text: string): ShellWord[] | undefined {
  const words: ShellWord[] = [];
  let current: ShellWord | undefined;
  for (let index = 0; index < text.length;) {
    const piece = readPiece(text, index);
    if (piece?.kind === 'end' && isDescriptor(current, text.charAt(index))) current = undefined;
    if (piece === undefined) return undefined;
    if (piece.kind === 'end') break;
    if (piece.kind === 'space' && current !== undefined) words.push(current);
    current = piece.kind === 'space' ? undefined : joinPiece(current, piece);
    index += piece.length;
  }
  return current === undefined ? words : [...words, current];
}

function joinPiece(word: ShellWord | undefined, piece: ShellWord): ShellWord {
  return word === undefined
    ? { value: piece.value, literal: piece.literal }
    : { value: word.value + piece.value, literal: word.literal && piece.literal };
}

/** The 2 of `2>/dev/null` is no word. */
function isDescriptor(word: ShellWord | undefined, next: string): boolean {
  return word !== undefined && /^\d+$/.test(word.value) && /[<>]/.test(next);
}

type Piece = { kind: 'text'; value: string; literal: boolean; length: number } | { kind: 'space'; length: number } | { kind: 'end' };

const EXPANSION = /\$[A-Za-z_{(0-9@*#?!$]|`/;

function readPiece(text: string, index: number): Piece | undefined {
  const character = text.charAt(index);
  if (character === "'") return readSingle(text, index);
  if (character === '"') return readDouble(text, index);
  if (character === '\\') return readEscape(text.slice(index, index + 2));
  if (character === ' ' || character === '\t' || character === '\n') return { kind: 'space', length: 1 };
  if (/[|;&<>]/.test(character)) return { kind: 'end' };
  if (/[()]/.test(character)) return undefined;
  const value = /^[^\s'"\\|;&<>()]+/.exec(text.slice(index))?.[0] ?? character;
  return { kind: 'text', value, literal: !EXPANSION.test(value) && !/[{}[\]*]/.test(value), length: value.length };
}

function readEscape(pair: string): Piece {
  if (pair === '\\\n') return { kind: 'text', value: '', literal: true, length: 2 };
  return { kind: 'text', value: pair.slice(1), literal: true, length: pair.length };
}

function readSingle(text: string, index: number): Piece | undefined {
  const end = text.indexOf("'", index + 1);
  return end < 0 ? undefined : { kind: 'text', value: text.slice(index + 1, end), literal: true, length: end + 1 - index };
}

function readDouble(text: string, index: number): Piece | undefined {
  const inner = /^"((?:[^"\\]|\\[\s\S])*)"/.exec(text.slice(index))?.[1];
  if (inner === undefined) return undefined;
  const literal = !EXPANSION.test(inner.replace(/\\[\s\S]/g, ''));
  const value = inner.replace(/\\([$`"\\\n])/g, (_, escaped: string) => (escaped === '\n' ? '' : escaped));
  return { kind: 'text', value, literal, length: inner.length + 2 };
}
