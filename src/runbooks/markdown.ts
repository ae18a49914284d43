import type { Code, Link, LinkReference, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString } from 'mdast-util-to-string';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfm } from 'micromark-extension-gfm';
import { repairText } from './encoding.ts';
import type { RunbookLink } from './runbook.ts';

/** The syntax tree of a file and its lines. Line n of the file is `lines[n - 1]`. */
export type MarkdownFile = { root: Root; lines: readonly string[] };

/** Without the second look for links in finished text, a tenth of the time of reading: the tokenizer has found the addresses that people write. */
const gfmTree = gfmFromMarkdown().map((extension) => ({ ...extension, transforms: [] }));

/** Reads GitHub-flavoured Markdown with optional YAML front matter. A byte order mark and CR line ends change nothing. */
export function readMarkdown(text: string): MarkdownFile {
  const plain = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const root = fromMarkdown(plain, {
    extensions: [gfm(), frontmatter(['yaml'])],
    mdastExtensions: [gfmTree, frontmatterFromMarkdown(['yaml'])],
  });
  return { root, lines: plain.split('\n') };
}

/** Hugo's page references are not Markdown links, because of the spaces in them. */
const HUGO_REFERENCE = /\[([^\]\n]*)\]\(\{\{<\s*(?:rel)?ref\s+"([^"\n]*)"\s*>\}\}\)/g;

/** The text of a node as people read it: no markup, no HTML, mis-encoded characters repaired. */
export function shownText(node: unknown): string {
  const text = toString(node, { includeHtml: false }).replace(HUGO_REFERENCE, '$1');
  return repairText(text).trim();
}

export function lineOf(node: RootContent | Root): number {
  return node.position?.start.line ?? 1;
}

/** Every node of a tree in the order of the file. */
export function* walk(node: RootContent | Root): Generator<RootContent> {
  if (node.type !== 'root') yield node;
  if ('children' in node) for (const child of node.children) yield* walk(child);
}

/** Where a block's fence and text stand, and whether its fence was closed. */
export type CodePlace = { fenced: boolean; closed: boolean; textLine: number };

export function codePlace(code: Code, lines: readonly string[]): CodePlace {
  const { start, end } = code.position ?? { start: { line: 1, column: 1 }, end: { line: 1 } };
  // An indented block begins with its indentation, a fenced one with its fence, whatever stands on the lines below.
  const fence = /^(?:`{3,}|~{3,})/.exec(lineAt(lines, start.line).slice(start.column - 1))?.[0];
  if (fence === undefined) return { fenced: false, closed: true, textLine: start.line };
  const last = lineAt(lines, end.line)
    .replace(/^[\s>]+/, '')
    .trimEnd();
  const closes = last.startsWith(fence) && last === fence.charAt(0).repeat(last.length);
  return { fenced: true, closed: end.line > start.line && closes, textLine: start.line + 1 };
}

function lineAt(lines: readonly string[], line: number): string {
  return lines[line - 1] ?? '';
}

/** All links of a file, reference-style and Hugo ones too, with the line they stand on. */
export function readLinks(file: MarkdownFile): RunbookLink[] {
  const targets = new Map<string, string>();
  for (const node of walk(file.root)) if (node.type === 'definition') targets.set(node.identifier, node.url);
  const links: RunbookLink[] = [];
  for (const node of walk(file.root)) {
    const url = linkTarget(node, targets);
    if (url !== undefined) links.push({ text: shownText(node), url, line: lineOf(node) });
    if (node.type === 'paragraph') links.push(...hugoLinks(toString(node), lineOf(node)));
  }
  return links;
}

function linkTarget(node: RootContent | Link | LinkReference, targets: ReadonlyMap<string, string>): string | undefined {
  if (node.type === 'link') return node.url;
  return node.type === 'linkReference' ? targets.get(node.identifier) : undefined;
}

function hugoLinks(text: string, firstLine: number): RunbookLink[] {
  return Array.from(text.matchAll(HUGO_REFERENCE), (match) => ({
    text: repairText(match[1] ?? ''),
    url: match[2] ?? '',
    line: firstLine + text.slice(0, match.index).split('\n').length - 1,
  }));
}
