import type { Code, InlineCode, List, RootContent } from 'mdast';
import { lineOf, shownText, walk } from './markdown.ts';
import type { ProseItem } from './runbook.ts';

/** What stands under one heading, sorted: prose lines, code blocks with the prose above each, and code in backquotes. */
export type Prose = { items: ProseItem[]; code: { node: Code; lead: string | undefined }[]; inline: InlineCode[] };

/** Reads the prose and the code blocks of a section in the order of the file, out of lists and quotes too. */
export function readProse(nodes: readonly RootContent[]): Prose {
  const prose: Prose = { items: [], code: [], inline: [] };
  readNodes(nodes, -1, prose);
  return prose;
}

function readNodes(nodes: readonly RootContent[], depth: number, prose: Prose): void {
  let lead: string | undefined;
  for (const node of nodes) {
    if (node.type === 'code') {
      prose.code.push({ node, lead });
      lead = undefined;
    } else if (node.type === 'list') {
      readList(node, depth + 1, prose);
      lead = undefined;
    } else if (node.type === 'blockquote' || node.type === 'footnoteDefinition') {
      readNodes(node.children, depth, prose);
      lead = undefined;
    } else {
      lead = readText(node, depth, prose) ?? (node.type === 'html' ? lead : undefined);
    }
  }
}

function readList(list: List, depth: number, prose: Prose): void {
  for (const item of list.children) readNodes(item.children, depth, prose);
}

/** Adds a paragraph, a nested heading or the rows of a table; gives the text that a block directly below would have as its lead. */
function readText(node: RootContent, depth: number, prose: Prose): string | undefined {
  for (const inner of walk(node)) if (inner.type === 'inlineCode') prose.inline.push(inner);
  if (node.type === 'table') {
    for (const row of node.children) {
      const text = row.children.map((cell) => shownText(cell)).join(' | ');
      prose.items.push({ kind: 'item', depth: Math.max(depth, 0), text, line: lineOf(row) });
    }
    return undefined;
  }
  if (node.type !== 'paragraph' && node.type !== 'heading') return undefined;
  const text = oneLine(shownText(node));
  if (text === '') return undefined;
  prose.items.push({ kind: depth < 0 ? 'paragraph' : 'item', depth: Math.max(depth, 0), text, line: lineOf(node) });
  return text;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

/** The prose of a section as one text, one line per paragraph or item. */
export function proseText(items: readonly ProseItem[]): string {
  return items.map((item) => item.text).join('\n');
}

/** "User Impact: cannot log in" as its label and its value; undefined for a line without a label. */
export function readLabel(text: string): { label: string; value: string } | undefined {
  const match = /^([^:]{1,60}):\s+(\S[\s\S]*)$/.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { label: match[1].trim(), value: match[2].trim() };
}
