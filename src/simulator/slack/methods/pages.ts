import { ApiError } from '../api-error.ts';

const prefix = 'next:';

/** An opaque cursor around the position where the next page begins. */
export function cursorAt(position: string): string {
  return Buffer.from(`${prefix}${position}`).toString('base64');
}

/** The position of a cursor; throws `invalid_cursor` for anything this workspace did not make. */
export function positionOf(cursor: string | undefined): string | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  const text = Buffer.from(cursor, 'base64').toString('utf8');
  if (!text.startsWith(prefix)) throw new ApiError('invalid_cursor');
  return text.slice(prefix.length);
}

/** One page of a list that is short enough to be held whole. */
export function pageOf<Item>(all: readonly Item[], args: { cursor?: string | undefined; limit?: number | undefined }, most: number) {
  const limit = args.limit === undefined || args.limit === 0 ? Math.min(100, most) : args.limit;
  if (limit < 0) throw new ApiError('invalid_arguments', ['must not be negative [json-pointer:/limit]']);
  const position = positionOf(args.cursor);
  const from = position === undefined ? 0 : Number(position);
  if (!Number.isInteger(from) || from < 0) throw new ApiError('invalid_cursor');
  const to = from + Math.min(limit, most);
  return { items: all.slice(from, to), next: { next_cursor: to < all.length ? cursorAt(String(to)) : '' } };
}
