import type { HeaderBlock, KnownBlock, MrkdwnElement, SectionBlock } from '@slack/types';
import type { Block, Inline } from '../../chat/message.ts';
import { cutPlain, fencedText, lengthOf } from './escape.ts';
import { drawInlines } from './inline.ts';
import { createPen } from './pen.ts';

/** Slack's limits for what the renderer uses. */
const limits = { section: 3000, field: 2000, fields: 10, header: 150 } as const;
const fence = '```';

export type ContentBlock = Exclude<Block, { type: 'actions' }>;

/** Draws one block within `room` characters, as few Slack blocks as it takes. Nothing for a block without visible text. */
export function drawContent(block: ContentBlock, room: number): readonly KnownBlock[] {
  switch (block.type) {
    case 'heading':
      return drawHeading(block.text, room);
    case 'text':
      return drawLines(linesOf(block.content), { prefix: '', room, joinLines: false });
    case 'context':
      return drawContext(block.content, room);
    case 'fields':
      return drawFields(block.fields, room);
    case 'list':
      return drawLines(block.items, { prefix: '• ', room, joinLines: true });
    case 'quote':
      return drawLines(block.lines, { prefix: '> ', room, joinLines: true });
    case 'code':
      return drawCode(block.text, room);
    case 'divider':
      return [{ type: 'divider' }];
  }
}

function drawHeading(text: string, room: number): readonly KnownBlock[] {
  const cut = cutPlain(text.replaceAll(/\s+/g, ' '), Math.min(limits.header, room));
  const header: HeaderBlock = { type: 'header', text: { type: 'plain_text', text: cut, emoji: true } };
  return cut.trim() === '' ? [] : [header];
}

function drawContext(content: readonly Inline[], room: number): readonly KnownBlock[] {
  const text = drawRun(content, Math.min(limits.section, room));
  return text === '' ? [] : [{ type: 'context', elements: [mrkdwn(text)] }];
}

function drawFields(fields: Extract<Block, { type: 'fields' }>['fields'], room: number): readonly KnownBlock[] {
  let left = room;
  const texts = fields.flatMap((field) => {
    const pen = createPen(Math.min(limits.field, left));
    pen.wrap('*', field.label.replaceAll('*', '∗').replaceAll('\n', ' '));
    pen.token('\n');
    drawInlines(pen, field.content);
    const text = pen.drawn().trim();
    left -= lengthOf(text);
    return text === '' ? [] : [mrkdwn(text)];
  });
  return inGroups(texts, limits.fields).map((group): SectionBlock => ({ type: 'section', fields: [...group] }));
}

/** Running text as the lines that its author made of it, so that a long one is parted between them. */
function linesOf(content: readonly Inline[]): readonly (readonly Inline[])[] {
  const lines: Inline[][] = [[]];
  for (const inline of content) {
    if (inline === '\n') lines.push([]);
    else lines.at(-1)?.push(inline);
  }
  return lines;
}

type Lines = { prefix: string; room: number; joinLines: boolean };

/** Lines in as few texts as it takes: Slack cuts none of them. */
function drawLines(lines: readonly (readonly Inline[])[], how: Lines): readonly KnownBlock[] {
  let left = how.room;
  const texts = lines.flatMap((line) => {
    if (left < 1) return [];
    const pen = createPen(Math.min(limits.section, left), { joinLines: how.joinLines });
    if (!pen.token(how.prefix)) return [];
    drawInlines(pen, line);
    const text = pen.drawn();
    left -= lengthOf(text) + 1;
    return [text];
  });
  return sections(joinedLines(texts, limits.section));
}

function drawCode(text: string, room: number): readonly KnownBlock[] {
  let left = room;
  const perSection = limits.section - 2 * (fence.length + 1);
  const lines = fencedText(text.replace(/\n+$/, ''))
    .split('\n')
    .flatMap((line) => {
      if (left < 2 * (fence.length + 1) + 2) return [];
      const pen = createPen(Math.min(perSection, left - 2 * (fence.length + 1)));
      pen.write(line);
      const drawn = pen.drawn();
      left -= lengthOf(drawn) + 1;
      return [drawn];
    });
  const blocks = joinedLines(lines, perSection).filter((part) => part.trim() !== '');
  return sections(blocks.map((part) => `${fence}\n${part}\n${fence}`));
}

/** Lines put together with line feeds into texts of at most `limit` characters. */
function joinedLines(lines: readonly string[], limit: number): readonly string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(line) <= limit) texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts;
}

function drawRun(content: readonly Inline[], limit: number): string {
  const pen = createPen(limit);
  drawInlines(pen, content);
  const text = pen.drawn();
  return text.trim() === '' ? '' : text;
}

function sections(texts: readonly string[]): readonly KnownBlock[] {
  return texts.filter((text) => text.trim() !== '').map((text): SectionBlock => ({ type: 'section', text: mrkdwn(text) }));
}

/** `verbatim` keeps Slack from making links and mentions out of words that look like some. */
function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

function inGroups<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return items.length === 0 ? [] : [items.slice(0, size), ...inGroups(items.slice(size), size)];
}
