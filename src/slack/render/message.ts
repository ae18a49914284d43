import type { ActionsBlock, KnownBlock } from '@slack/types';
import type { Block, Inline, Message } from '../../chat/message.ts';
import { createActionIds, drawActions } from './actions.ts';
import { drawContent } from './blocks.ts';
import type { ContentBlock } from './blocks.ts';
import { fencedText, lengthOf } from './escape.ts';
import { drawInlines } from './inline.ts';
import { createPen } from './pen.ts';
import type { Pen } from './pen.ts';

/** What Slack's message methods take. `text` is what notifications and screen readers use. */
export type DrawnMessage = { text: string; blocks: readonly KnownBlock[] };

/** Slack splits or refuses long texts from about 4,000 characters on. */
const maxText = 3000;
/** Slack refuses a message whose blocks hold more than some 12,000 characters together; the number is not documented. */
const maxBlockText = 8000;
/** With less than this nothing would be left of a block but its ellipsis. */
const leastRoom = 24;
const maxBlocks = 50;
const maxActionText = 3000;
const maxActionBlocks = 10;
const shortenedNote = 'Shortened to fit. ';

/** Draws a message. Never more than Slack takes: content gives way from its end, buttons stay. */
export function drawMessage(message: Message): DrawnMessage {
  return { text: drawSummary(message), blocks: drawBlocks(message.blocks, maxBlocks) };
}

/** The message without blocks, for when Slack refused them. */
export function drawPlain(message: Message): DrawnMessage {
  const pen = createPen(maxText);
  pen.write(message.summary);
  for (const block of message.blocks) drawPlainBlock(pen, block);
  return { text: orDash(pen.drawn()), blocks: [] };
}

/** At most `limit` Slack blocks for a message or a form. */
export function drawBlocks(blocks: readonly Block[], limit: number): readonly KnownBlock[] {
  const actions = drawAllActions(blocks);
  let textLeft = maxBlockText - textLength([...actions.values()]) - shortenedNote.length;
  let blocksLeft = limit - actions.size - 1;
  let isShortened = false;
  const content = (block: ContentBlock): readonly KnownBlock[] => {
    const isOver = textLeft < leastRoom || blocksLeft < 1;
    isShortened ||= isOver;
    if (isOver) return [];
    const whole = drawContent(block, 2 * maxBlockText);
    const fitting = drawWithin(block, textLeft).slice(0, blocksLeft);
    isShortened ||= textLength(whole) !== textLength(fitting) || whole.length !== fitting.length;
    textLeft -= textLength(fitting);
    blocksLeft -= fitting.length;
    return fitting;
  };
  const drawn = blocks.flatMap((block, index) => {
    if (block.type !== 'actions') return content(block);
    const found = actions.get(index);
    return found === undefined ? [] : [found];
  });
  return isShortened ? [...drawn, { type: 'context', elements: [{ type: 'mrkdwn', text: shortenedNote.trim(), verbatim: true }] }] : drawn;
}

/** A block within `room` characters; what its marks and fences need beyond that is taken from its text. */
function drawWithin(block: ContentBlock, room: number): readonly KnownBlock[] {
  const drawn = drawContent(block, room);
  const over = textLength(drawn) - room;
  if (over <= 0) return drawn;
  const tighter = drawContent(block, room - over);
  return textLength(tighter) > room ? [] : tighter;
}

/** The buttons first: they stay, whatever else has to give way. By the index of their block. */
function drawAllActions(blocks: readonly Block[]): ReadonlyMap<number, ActionsBlock> {
  const ids = createActionIds();
  const actions = new Map<number, ActionsBlock>();
  let left = maxActionText;
  blocks.forEach((block, index) => {
    const drawn = block.type === 'actions' ? drawActions(block, ids) : undefined;
    if (drawn === undefined || textLength(drawn) > left || actions.size === maxActionBlocks) return;
    left -= textLength(drawn);
    actions.set(index, drawn);
  });
  return actions;
}

/** The characters of all texts inside blocks, as Slack adds them up. */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + textLength(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (key === 'text' && typeof inner === 'string' ? lengthOf(inner) : textLength(inner)),
    0,
  );
}

function drawSummary(message: Message): string {
  const pen = createPen(maxText);
  pen.write(message.summary);
  return orDash(pen.drawn());
}

function drawPlainBlock(pen: Pen, block: Block): void {
  const line = (prefix: string, content: readonly Inline[]) => {
    pen.token(`\n${prefix}`);
    drawInlines(pen, content);
  };
  switch (block.type) {
    case 'heading':
      return line('', [{ type: 'bold', text: block.text }]);
    case 'text':
    case 'context':
      return line('', block.content);
    case 'fields':
      return block.fields.forEach((field) => line('', [`${field.label}: `, ...field.content]));
    case 'list':
      return block.items.forEach((item) => line('• ', item));
    case 'quote':
      return block.lines.forEach((quoted) => line('> ', quoted));
    case 'code':
      return line('', [fencedText(block.text)]);
    case 'divider':
    case 'actions':
      return undefined;
  }
}

/** Slack refuses a message without text. */
function orDash(text: string): string {
  return text.trim() === '' ? '-' : text;
}
