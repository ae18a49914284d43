import { codeText, parseInline, type InlineOptions } from './inline.ts';
import type { Block } from './nodes.ts';

const fence = '```';

/** Parses Slack's mrkdwn into nodes. Never throws; what is not markup stays text. */
export function parseMrkdwn(text: string, options: InlineOptions): readonly Block[] {
  const blocks: Block[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf(fence, at);
    const close = open < 0 ? -1 : text.indexOf(fence, open + fence.length);
    if (close < 0) break;
    blocks.push(...parseLines(text.slice(at, open).replace(/\n$/, ''), options));
    blocks.push({ kind: 'pre', text: codeText(text.slice(open + fence.length, close).replace(/^\n|\n$/g, '')) });
    at = close + fence.length;
    if (text[at] === '\n') at += 1;
  }
  blocks.push(...parseLines(text.slice(at), options));
  return blocks;
}

type Group = { quoted: boolean; lines: string[] };

function parseLines(text: string, options: InlineOptions): Block[] {
  if (text === '') return [];
  return groupLines(text.split('\n')).flatMap((group): Block[] => {
    const body = group.lines.join('\n');
    if (!group.quoted) return body.trim() === '' ? [] : [{ kind: 'paragraph', children: parseInline(body, options) }];
    return [{ kind: 'quote', blocks: [{ kind: 'paragraph', children: parseInline(body, options) }] }];
  });
}

function groupLines(lines: readonly string[]): readonly Group[] {
  const groups: Group[] = [];
  let restQuoted = false;
  for (const line of lines) {
    const rest = /^(?:>>>|&gt;&gt;&gt;) ?/.exec(line);
    const one = /^(?:>|&gt;) ?/.exec(line);
    const mark = restQuoted ? '' : (rest ?? one)?.[0];
    restQuoted ||= rest !== null;
    const quoted = mark !== undefined;
    const content = line.slice(mark?.length ?? 0);
    const last = groups.at(-1);
    if (last?.quoted === quoted) last.lines.push(content);
    else groups.push({ quoted, lines: [content] });
  }
  return groups;
}
