import { ApiError, refuse } from '../api-error.ts';
import { messageLimits } from '../tables/block-limits.ts';
import { messageBlocks, type Block } from './block.ts';
import { problemsOf } from './problems.ts';
import { characters } from './text.ts';
import { duplicateIds } from './unique.ts';
import { textsOf } from './visible.ts';

/** A JSON value from an argument that may come as JSON text, as form bodies carry it. */
export function decoded(value: unknown, error: string): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new ApiError(error);
  }
}

function refuseTables(blocks: readonly Block[]): void {
  const second = blocks.flatMap((block, index) => (block.type === 'table' ? [index] : []))[messageLimits.tables];
  if (second !== undefined) refuse('invalid_attachments', [{ message: 'only_one_table_allowed', pointer: `/blocks/${second}` }]);
}

function refuseLongText(blocks: readonly Block[], cap: number | undefined): void {
  const markdown = blocks.reduce((sum, block) => sum + (block.type === 'markdown' ? characters(block.text) : 0), 0);
  if (markdown > messageLimits.markdown) throw new ApiError('msg_blocks_too_long');
  if (cap === undefined) return;
  const total = textsOf(blocks.filter((block) => block.type !== 'markdown')).reduce((sum, text) => sum + characters(text), 0);
  if (total > cap) throw new ApiError('msg_blocks_too_long');
}

/** The blocks of a message as Slack would keep them; throws ApiError otherwise. `cap` bounds all their text together. */
export function acceptBlocks(given: unknown, cap: number | undefined): Block[] {
  const input = decoded(given, 'invalid_blocks_format');
  if (input === undefined || input === null) return [];
  if (!Array.isArray(input)) throw new ApiError('invalid_blocks_format');
  const parsed = messageBlocks.safeParse(input);
  if (!parsed.success) throw refusal(parsed.error, input);
  refuse('invalid_blocks', duplicateIds(parsed.data, '/blocks'));
  refuseTables(parsed.data);
  refuseLongText(parsed.data, cap);
  return parsed.data;
}

function refusal(error: Parameters<typeof problemsOf>[0], input: unknown): ApiError {
  return new ApiError(
    'invalid_blocks',
    problemsOf(error, input, '/blocks').map((problem) => `${problem.message} [json-pointer:${problem.pointer}]`),
  );
}
