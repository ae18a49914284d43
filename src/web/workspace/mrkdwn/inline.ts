import { emojiGlyph } from './emoji.ts';
import { decodeEntities, safeUrl } from './entities.ts';
import type { Inline } from './nodes.ts';
import { parseToken, tokenText } from './tokens.ts';

/** `autolink`: whether a bare https address becomes a link, as in Slack unless a text is marked `verbatim`. */
export type InlineOptions = { autolink: boolean };

type Found = { node: Inline; end: number };
type Mark = '*' | '_' | '~';
type Scan = { text: string; options: InlineOptions; allowed: readonly Mark[]; hopeless: Map<Mark, number> };

const markKinds = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
const wordCharacter = /[\p{L}\p{N}]/u;

/** Parses one piece of mrkdwn without line structure. Linear in the length of the text, whatever is in it. */
export function parseInline(text: string, options: InlineOptions): readonly Inline[] {
  return scan({ text, options, allowed: ['*', '_', '~'], hopeless: new Map() });
}

function scan(state: Scan): readonly Inline[] {
  const nodes: Inline[] = [];
  let plainFrom = 0;
  let at = 0;
  const flush = (to: number) => {
    if (to > plainFrom) nodes.push({ kind: 'text', text: decodeEntities(state.text.slice(plainFrom, to)) });
  };
  while (at < state.text.length) {
    const found = find(state, at);
    if (found === undefined) {
      at += 1;
      continue;
    }
    flush(at);
    nodes.push(found.node);
    at = found.end;
    plainFrom = at;
  }
  flush(at);
  return nodes;
}

function find(state: Scan, at: number): Found | undefined {
  switch (state.text[at]) {
    case '<':
      return findToken(state.text, at);
    case '`':
      return findCode(state.text, at);
    case ':':
      return findEmoji(state.text, at);
    case '*':
      return findMarked(state, at, '*');
    case '_':
      return findMarked(state, at, '_');
    case '~':
      return findMarked(state, at, '~');
    case 'h':
      return state.options.autolink ? findAddress(state.text, at) : undefined;
    default:
      return undefined;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function findToken(text: string, at: number): Found | undefined {
  const match = matchAt(/<([^<>\n]+)>/y, text, at);
  const node = match?.[1] === undefined ? undefined : parseToken(match[1]);
  return match === undefined || node === undefined ? undefined : { node, end: at + match[0].length };
}

function findCode(text: string, at: number): Found | undefined {
  const match = matchAt(/`([^`\n]+)`/y, text, at);
  if (match?.[1] === undefined) return undefined;
  return { node: { kind: 'code', text: codeText(match[1]) }, end: at + match[0].length };
}

/** The characters of code as a person should read them. */
export function codeText(code: string): string {
  return code
    .split(/(<[^<>\n]+>)/)
    .map((part, index) => (index % 2 === 1 ? tokenText(part.slice(1, -1)) : decodeEntities(part)))
    .join('');
}

function findEmoji(text: string, at: number): Found | undefined {
  const match = matchAt(/:([a-z0-9_+-]{1,64}):(?::skin-tone-[2-6]:)?/y, text, at);
  const name = match?.[1];
  const glyph = name === undefined ? undefined : emojiGlyph(name);
  if (match === undefined || name === undefined || glyph === undefined) return undefined;
  return { node: { kind: 'emoji', name, glyph }, end: at + match[0].length };
}

function findAddress(text: string, at: number): Found | undefined {
  if (at > 0 && wordCharacter.test(text[at - 1] ?? '')) return undefined;
  const match = matchAt(/https?:\/\/[^\s<>|"`]+/y, text, at);
  if (match === undefined) return undefined;
  const written = match[0].replace(/(?:[.,;:!?)'*_~]|&[gl]t;?)+$/, '');
  const url = safeUrl(decodeEntities(written));
  return url === undefined ? undefined : { node: { kind: 'link', url, label: decodeEntities(written) }, end: at + written.length };
}

function findMarked(state: Scan, at: number, mark: Mark): Found | undefined {
  const { text } = state;
  const before = text[at - 1] ?? ' ';
  const next = text[at + 1] ?? ' ';
  if (!state.allowed.includes(mark) || before === mark || wordCharacter.test(before)) return undefined;
  if (next === mark || /\s/.test(next)) return undefined;
  const end = closing(state, at, mark);
  if (end === undefined) return undefined;
  const inner = { ...state, text: text.slice(at + 1, end), allowed: state.allowed.filter((other) => other !== mark), hopeless: new Map() };
  return { node: { kind: markKinds[mark], children: scan(inner) }, end: end + 1 };
}

/** Where a mark opened at `at` closes on the same line. A line without an end for a mark is remembered, which keeps this linear. */
function closing(state: Scan, at: number, mark: Mark): number | undefined {
  const { text, hopeless } = state;
  if (at < (hopeless.get(mark) ?? 0)) return undefined;
  let index = at + 1;
  while (index < text.length && text[index] !== '\n') {
    const opaque = matchAt(/<[^<>\n]+>|`[^`\n]+`/y, text, index);
    if (opaque !== undefined) {
      index += opaque[0].length;
      continue;
    }
    if (text[index] === mark && closesAt(text, index, mark)) return index;
    index += 1;
  }
  hopeless.set(mark, index);
  return undefined;
}

function closesAt(text: string, index: number, mark: Mark): boolean {
  const before = text[index - 1] ?? ' ';
  const after = text[index + 1] ?? ' ';
  return !/\s/.test(before) && after !== mark && before !== mark && !wordCharacter.test(after);
}
