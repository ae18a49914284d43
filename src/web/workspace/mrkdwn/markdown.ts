import { emojiGlyph } from './emoji.ts';
import { safeUrl } from './entities.ts';
import type { Block, Inline } from './nodes.ts';

/** Parses the common part of standard Markdown that a `markdown` block may carry. HTML in it stays text. */
export function parseMarkdown(text: string): readonly Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const step = fenceAt(lines, at) ?? quoteAt(lines, at) ?? listAt(lines, at) ?? lineAt(lines, at);
    if (step.block !== undefined) blocks.push(step.block);
    at = step.next;
  }
  return blocks;
}

type Step = { block: Block | undefined; next: number };

function fenceAt(lines: readonly string[], at: number): Step | undefined {
  if (!/^\s{0,3}```/.test(lines[at] ?? '')) return undefined;
  const end = lines.findIndex((line, index) => index > at && /^\s{0,3}```\s*$/.test(line));
  const last = end < 0 ? lines.length : end;
  return { block: { kind: 'pre', text: lines.slice(at + 1, last).join('\n') }, next: last + 1 };
}

function runWhile(lines: readonly string[], at: number, pattern: RegExp): number {
  let end = at;
  while (end < lines.length && pattern.test(lines[end] ?? '')) end += 1;
  return end;
}

function quoteAt(lines: readonly string[], at: number): Step | undefined {
  const end = runWhile(lines, at, /^\s{0,3}>/);
  if (end === at) return undefined;
  const inner = lines.slice(at, end).map((line) => line.replace(/^\s{0,3}(?:> ?)+/, ''));
  return { block: { kind: 'quote', blocks: parseMarkdown(inner.join('\n')) }, next: end };
}

const listItem = /^\s*(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;

function listAt(lines: readonly string[], at: number): Step | undefined {
  const first = listItem.exec(lines[at] ?? '');
  if (first === null || isRule(lines[at] ?? '')) return undefined;
  const ordered = first[1] !== undefined;
  let end = at;
  const items: (readonly Inline[])[] = [];
  for (;;) {
    const match = listItem.exec(lines[end] ?? '');
    if (match === null || (match[1] !== undefined) !== ordered) break;
    items.push(parseSpan(match[2] ?? ''));
    end += 1;
  }
  return { block: { kind: 'list', ordered, start: Number(first[1] ?? 1), items }, next: end };
}

function isRule(line: string): boolean {
  return /^\s{0,3}(?:-\s*){3,}$|^\s{0,3}(?:\*\s*){3,}$|^\s{0,3}(?:_\s*){3,}$/.test(line);
}

const blockStart = /^\s{0,3}(?:#{1,6}\s|```|>|[-*+]\s|\d{1,9}[.)]\s)/;

function lineAt(lines: readonly string[], at: number): Step {
  const line = lines[at] ?? '';
  if (line.trim() === '') return { block: undefined, next: at + 1 };
  if (isRule(line)) return { block: { kind: 'rule' }, next: at + 1 };
  const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading?.[1] !== undefined) {
    return { block: { kind: 'heading', level: heading[1].length, children: parseSpan(heading[2] ?? '') }, next: at + 1 };
  }
  let end = at + 1;
  while (end < lines.length && (lines[end] ?? '').trim() !== '' && !blockStart.test(lines[end] ?? '')) end += 1;
  return { block: { kind: 'paragraph', children: parseSpan(lines.slice(at, end).join('\n')) }, next: end };
}

// No alternative can match across a line, so a hostile text costs at most its longest line per character.
const span =
  /\\([\\`*_{}[\]()#+.!~|>-])|(`{1,3})([^`\n]+)\2|\*\*(?=\S)([^\n]{0,2000}?\S)\*\*|~~(?=\S)([^\n~]+)~~|(?<![\p{L}\p{N}])([*_])(?=[^\s*_])([^\n*_]+)\6(?![\p{L}\p{N}])|!?\[([^\]\n]{0,500})\]\(([^\s()<>]{1,2000})\)|:([a-z0-9_+-]{1,64}):/gu;

function parseSpan(text: string): readonly Inline[] {
  const nodes: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(span)) {
    if (match.index > from) nodes.push({ kind: 'text', text: text.slice(from, match.index) });
    nodes.push(spanNode(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push({ kind: 'text', text: text.slice(from) });
  return nodes;
}

function spanNode(match: RegExpExecArray): Inline {
  const [whole, escaped, , code, bold, strike, , italic, label, url, emoji] = match;
  if (escaped !== undefined) return { kind: 'text', text: escaped };
  if (code !== undefined) return { kind: 'code', text: code };
  const styled = styledNode({ bold, strike, italic });
  if (styled !== undefined) return styled;
  const address = url === undefined ? undefined : safeUrl(url);
  if (address !== undefined) return { kind: 'link', url: address, label: label === undefined || label === '' ? address : label };
  const glyph = emoji === undefined ? undefined : emojiGlyph(emoji);
  return emoji !== undefined && glyph !== undefined ? { kind: 'emoji', name: emoji, glyph } : { kind: 'text', text: whole };
}

function styledNode(parts: Record<'bold' | 'strike' | 'italic', string | undefined>): Inline | undefined {
  for (const kind of ['bold', 'strike', 'italic'] as const) {
    const inner = parts[kind];
    if (inner !== undefined) return { kind, children: parseSpan(inner) };
  }
  return undefined;
}
