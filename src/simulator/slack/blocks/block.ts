import { z } from 'zod';
import { blockLimits, messageLimits } from '../tables/block-limits.ts';
import { accessoryElement, actionElement, contextImage, imageShape, inputElement } from './elements.ts';
import { anyText, blockId, limitedList, limitedText, markdownText, plainText } from './text.ts';

const header = z.strictObject({ type: z.literal('header'), block_id: blockId, text: plainText(blockLimits.header.text) });

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id: blockId,
    text: anyText(blockLimits.section.text).optional(),
    fields: limitedList(anyText({ max_length: blockLimits.section.fields.item_max_length }), {
      min_items: 1,
      ...blockLimits.section.fields,
    }).optional(),
    accessory: accessoryElement.optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, { message: 'must define either `text` or `fields`' });

const divider = z.strictObject({ type: z.literal('divider'), block_id: blockId });

const context = z.strictObject({
  type: z.literal('context'),
  block_id: blockId,
  elements: limitedList(z.discriminatedUnion('type', [plainText(), markdownText(), contextImage]), {
    min_items: 1,
    ...blockLimits.context.elements,
  }),
});

const actions = z.strictObject({
  type: z.literal('actions'),
  block_id: blockId,
  elements: limitedList(actionElement, { min_items: 1, ...blockLimits.actions.elements }),
});

const input = z.strictObject({
  type: z.literal('input'),
  block_id: blockId,
  label: plainText(blockLimits.input.label),
  element: inputElement,
  hint: plainText(blockLimits.input.hint).optional(),
  optional: z.boolean().default(false),
  dispatch_action: z.boolean().default(false),
});

const image = z
  .strictObject({ ...imageShape, block_id: blockId, title: plainText(blockLimits.image.alt_text).optional() })
  .refine((block) => (block.image_url === undefined) !== (block.slack_file === undefined), {
    message: 'must define either `image_url` or `slack_file`',
  });

/** Rich text is taken as it comes: its elements have a type, and the rest is the client's to draw. */
const richTextElement = z.looseObject({ type: z.string() });
const richText = z.strictObject({ type: z.literal('rich_text'), block_id: blockId, elements: z.array(richTextElement).min(1) });

// Slack does not keep the block_id of a markdown block.
const markdown = z.strictObject({
  type: z.literal('markdown'),
  block_id: limitedText(blockLimits.block_id).optional(),
  text: limitedText(blockLimits.markdown.text),
});

const cell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('raw_text'), text: limitedText({ min_length: 1 }) }),
  z.strictObject({ type: z.literal('rich_text'), elements: z.array(richTextElement).min(1) }),
]);
const table = z.strictObject({
  type: z.literal('table'),
  block_id: blockId,
  rows: limitedList(limitedList(cell, { min_items: 1, max_items: messageLimits.tableCells }), {
    min_items: 1,
    max_items: messageLimits.tableRows,
  }),
  column_settings: limitedList(
    z.union([z.null(), z.strictObject({ align: z.enum(['left', 'center', 'right']).optional(), is_wrapped: z.boolean().optional() })]),
    { max_items: messageLimits.tableCells },
  ).optional(),
});

const everywhere = [header, section, divider, context, actions, input, image, richText] as const;

const messageBlock = z.discriminatedUnion('type', [...everywhere, markdown, table]);
const viewBlock = z.discriminatedUnion('type', everywhere);

/** A block as it was accepted, with the ids that Slack adds where they were missing. */
export type Block = z.infer<typeof messageBlock>;

/** The blocks of a message or a view, by count and by content. */
export const messageBlocks = limitedList(messageBlock, { max_items: messageLimits.blocks });
export const viewBlocks = limitedList(viewBlock, blockLimits.view.blocks);
