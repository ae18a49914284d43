import type { Heading, RootContent } from 'mdast';
import { lineOf, type MarkdownFile, shownText } from './markdown.ts';

/** A heading with what stands below it up to the next heading, and the deeper headings below that. */
export type Section = { heading: string; depth: number; line: number; content: RootContent[]; children: Section[] };

export type Outline = { title: string | undefined; titleLine: number; preamble: RootContent[]; sections: Section[] };

/**
 * Splits a file by its headings. Its title is the first H1, except that generators put a banner H1 above it: of several H1 in a row, with
 * nothing between, the last is the title if it is the one that holds the deeper headings.
 */
export function readOutline(file: MarkdownFile): Outline {
  const nodes = file.root.children.filter((node) => node.type !== 'yaml');
  const run = titleRun(nodes);
  const title = run.at(-1);
  const text = title === undefined ? '' : shownText(title);
  const split = splitByHeadings(nodes.filter((node) => !run.includes(node)));
  return { title: text === '' ? undefined : text, titleLine: title === undefined ? 1 : lineOf(title), ...split };
}

function splitByHeadings(nodes: readonly RootContent[]): Pick<Outline, 'preamble' | 'sections'> {
  const preamble: RootContent[] = [];
  const sections: Section[] = [];
  const open: Section[] = [];
  for (const node of nodes) {
    if (node.type !== 'heading') {
      (open.at(-1)?.content ?? preamble).push(node);
      continue;
    }
    const section: Section = { heading: shownText(node), depth: node.depth, line: lineOf(node), content: [], children: [] };
    while ((open.at(-1)?.depth ?? 0) >= node.depth) open.pop();
    (open.at(-1)?.children ?? sections).push(section);
    open.push(section);
  }
  return { preamble, sections };
}

/** The H1 that is the title, with the banners above it. */
function titleRun(nodes: readonly RootContent[]): RootContent[] {
  const first = nodes.findIndex(isTitleHeading);
  if (first < 0) return [];
  let last = first;
  while (isTitleHeading(nodes[last + 1])) last += 1;
  const below = nodes.slice(last + 1).find((node): node is Heading => node.type === 'heading');
  return below !== undefined && below.depth > 1 ? nodes.slice(first, last + 1) : nodes.slice(first, first + 1);
}

function isTitleHeading(node: RootContent | undefined): boolean {
  return node?.type === 'heading' && node.depth === 1;
}
