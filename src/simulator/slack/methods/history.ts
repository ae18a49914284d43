import { ApiError } from '../api-error.ts';
import type { Core } from '../core.ts';
import { within } from '../state/message-log.ts';
import type { StoredChannel, StoredMessage } from '../state/model.ts';
import type { conversationsTable } from '../tables/conversations.ts';
import type { Args, Result } from './handler.ts';
import { apiMessage } from './message-shape.ts';
import { cursorAt, positionOf } from './pages.ts';
import { requireChannel, requireKindScope } from './target.ts';

type HistoryArgs = Args<(typeof conversationsTable)['conversations.history']>;
type RepliesArgs = Args<(typeof conversationsTable)['conversations.replies']>;

const instant = /^\d{1,12}(\.\d{1,6})?$/;
const mostMessages = 999;

function readable(core: Core, id: string): StoredChannel {
  const channel = requireChannel(core, id);
  requireKindScope(core, channel.kind, 'history');
  if (!channel.members.includes(core.seed.app.botUserId)) throw new ApiError('not_in_channel');
  return channel;
}

function span(args: HistoryArgs): { oldest?: string; latest?: string; inclusive: boolean } {
  const { oldest = '', latest = '' } = args;
  if (oldest !== '' && !instant.test(oldest)) throw new ApiError('invalid_ts_oldest');
  if (latest !== '' && latest !== 'now' && !instant.test(latest)) throw new ApiError('invalid_ts_latest');
  return {
    ...(oldest === '' || oldest === '0' ? {} : { oldest }),
    ...(latest === '' || latest === 'now' ? {} : { latest }),
    inclusive: args.inclusive === true,
  };
}

/** The fault `historyLag` hides what was stored a moment ago. */
function settled(core: Core, messages: readonly StoredMessage[]): readonly StoredMessage[] {
  const lagMs = core.faults.setting('historyLag')?.ms ?? 0;
  if (lagMs === 0) return messages;
  const newest = core.clock.now().getTime() - lagMs;
  return messages.filter((message) => message.storedAtMs <= newest);
}

function limitOf(args: { limit?: number | undefined }, usual: number): number {
  return Math.min(mostMessages, args.limit === undefined || args.limit <= 0 ? usual : args.limit);
}

/** Newest first, as the channel shows it. */
export function history(core: Core, args: HistoryArgs): Result {
  const channel = readable(core, args.channel);
  const found = settled(core, within(core.state.log(channel.id).timeline, span(args)));
  const before = positionOf(args.cursor);
  const rest = before === undefined ? found : within(found, { latest: before, inclusive: true });
  const limit = limitOf(args, 100);
  const page = rest.slice(Math.max(0, rest.length - limit)).reverse();
  const next = rest[rest.length - limit - 1];
  const allMetadata = args.include_all_metadata === true;
  return {
    messages: page.map((message) => ({
      ...apiMessage(core, message, { allMetadata }),
      ...(message.isBroadcast ? { subtype: 'thread_broadcast' } : {}),
    })),
    has_more: next !== undefined,
    pin_count: channel.pins.length,
    ...(next === undefined ? {} : { response_metadata: { next_cursor: cursorAt(next.ts) } }),
  };
}

/** The root first, then its replies, oldest first. */
export function replies(core: Core, args: RepliesArgs): Result {
  const channel = readable(core, args.channel);
  const log = core.state.log(channel.id);
  const root = log.find(args.ts);
  if (root === undefined || settled(core, [root]).length === 0) throw new ApiError('thread_not_found');
  const allMetadata = args.include_all_metadata === true;
  const found = settled(core, within(log.replies(root.ts), span(args)));
  const after = positionOf(args.cursor);
  const rest = after === undefined ? found : within(found, { oldest: after, inclusive: true });
  const limit = limitOf(args, mostMessages);
  // The root counts on the first page and comes whatever the span is.
  const page = after === undefined ? [root, ...rest].slice(0, Math.max(1, limit)) : rest.slice(0, limit);
  const next = rest[page.length - (after === undefined ? 1 : 0)];
  return {
    messages: page.map((message) => apiMessage(core, message, { allMetadata })),
    has_more: next !== undefined,
    ...(next === undefined ? {} : { response_metadata: { next_cursor: cursorAt(next.ts) } }),
  };
}
