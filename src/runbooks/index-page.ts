import { lineOf, readMarkdown, shownText, walk } from './markdown.ts';

/** A link of a runbook folder's README: "Queue Overflow" to "./queue-overflow.md" under the heading "Performance Issues". */
export type IndexEntry = { title: string; target: string; group: string | undefined; line: number };

/** The links of an index page to Markdown files beside it, in order, with the heading they stand under. */
export function readIndexPage(text: string): IndexEntry[] {
  const entries: IndexEntry[] = [];
  let group: string | undefined;
  for (const node of walk(readMarkdown(text).root)) {
    if (node.type === 'heading') group = shownText(node);
    if (node.type !== 'link' || !/^(?![a-z][a-z\d+.-]*:|\/|#)[^?#]+\.(md|markdown)([?#].*)?$/i.test(node.url)) continue;
    entries.push({ title: shownText(node), target: node.url, group, line: lineOf(node) });
  }
  return entries;
}
