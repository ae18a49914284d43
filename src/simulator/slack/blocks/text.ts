import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { blockLimits } from '../tables/block-limits.ts';

export type LengthLimit = { readonly min_length?: number; readonly max_length?: number };
export type ItemLimit = { readonly min_items?: number; readonly max_items?: number };

/** Characters as Slack counts them: code points, not UTF-16 units. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** A string within the limit, with the messages that Slack uses. */
export function limitedText(limit: LengthLimit) {
  const { min_length: min = 0, max_length: max = Number.POSITIVE_INFINITY } = limit;
  return z.string().superRefine((value, context) => {
    if (value.length > max && characters(value) > max)
      context.addIssue({ code: 'custom', message: `must be less than ${max + 1} characters` });
    if (value.length < min) context.addIssue({ code: 'custom', message: `must be more than ${min - 1} characters` });
  });
}

/** A list within the limit. */
export function limitedList<Item extends z.ZodType>(item: Item, limit: ItemLimit) {
  const { min_items: min = 0, max_items: max = Number.POSITIVE_INFINITY } = limit;
  return z.array(item).superRefine((value, context) => {
    if (value.length > max) context.addIssue({ code: 'custom', message: `no more than ${max} items allowed` });
    if (value.length < min) context.addIssue({ code: 'custom', message: `no fewer than ${min} items allowed` });
  });
}

/** Every text object holds 1 to 3,000 characters, and less where its place says so. */
const within = (limit: LengthLimit): LengthLimit => ({ ...blockLimits.text, ...limit });

export function plainText(limit: LengthLimit = {}) {
  return z.strictObject({ type: z.literal('plain_text'), text: limitedText(within(limit)), emoji: z.boolean().default(true) });
}

export function markdownText(limit: LengthLimit = {}) {
  return z.strictObject({ type: z.literal('mrkdwn'), text: limitedText(within(limit)), verbatim: z.boolean().default(false) });
}

export function anyText(limit: LengthLimit = {}) {
  return z.discriminatedUnion('type', [plainText(limit), markdownText(limit)]);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A short id such as Slack gives to blocks and elements that came without one. */
export function inventId(): string {
  return Array.from({ length: 5 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

export const blockId = limitedText(blockLimits.block_id).default(inventId);
export const actionId = limitedText({ min_length: 1, ...blockLimits.action_id }).default(inventId);
