import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { acceptBlocks, decoded } from '../blocks/accept.ts';
import type { Block } from '../blocks/block.ts';
import { characters } from '../blocks/text.ts';
import type { StoredMessage } from '../state/model.ts';
import { messageLimits } from '../tables/block-limits.ts';

/** The arguments that say what a message holds. */
export type ContentArgs = {
  text?: string | undefined;
  blocks?: unknown;
  attachments?: unknown;
  markdown_text?: string | undefined;
  metadata?: unknown;
};

export type Content = { text: string; blocks: Block[]; attachments: unknown[] };
export type Metadata = NonNullable<StoredMessage['metadata']>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const metadata = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.union([scalar, z.record(z.string(), scalar), z.array(scalar)])),
});

/** Message metadata; an empty object stands for none, as chat.update understands it. */
export function readMetadata(given: unknown): Metadata | 'none' | undefined {
  const input = decoded(given, 'invalid_metadata_format');
  if (input === undefined || input === null) return undefined;
  if (typeof input !== 'object') throw new ApiError('invalid_metadata_format');
  if (Object.keys(input).length === 0) return 'none';
  if (Buffer.byteLength(JSON.stringify(input)) > messageLimits.metadataBytes) throw new ApiError('metadata_too_large');
  const parsed = metadata.safeParse(input);
  if (!parsed.success) throw new ApiError('invalid_metadata_schema');
  return parsed.data;
}

function readAttachments(given: unknown): unknown[] {
  const input = decoded(given, 'invalid_attachments');
  if (input === undefined || input === null) return [];
  if (!Array.isArray(input)) throw new ApiError('invalid_attachments');
  if (input.length > messageLimits.attachments) throw new ApiError('too_many_attachments');
  return input;
}

/** What a message will hold, accepted or refused as Slack would; `cap` bounds the text of all blocks together. */
export function readContent(args: ContentArgs, cap: number | undefined): Content {
  const { text = '', markdown_text: markdown } = args;
  if (markdown !== undefined && (args.text !== undefined || args.blocks !== undefined)) throw new ApiError('markdown_text_conflict');
  if (markdown !== undefined && characters(markdown) > messageLimits.markdown) throw new ApiError('msg_too_long');
  const blocks = acceptBlocks(markdown === undefined ? args.blocks : [{ type: 'markdown', text: markdown }], cap);
  const attachments = readAttachments(args.attachments);
  if (text === '' && blocks.length === 0 && attachments.length === 0) throw new ApiError('no_text');
  return { text, blocks, attachments };
}

/** The first `limit` characters, as Slack cuts a post that is too long. */
export function cut(text: string, limit: number): string {
  return text.length > limit ? Array.from(text).slice(0, limit).join('') : text;
}
