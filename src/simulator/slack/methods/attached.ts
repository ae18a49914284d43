import { ApiError } from '../api-error.ts';
import { isArchived, slackNowMs, type Core } from '../core.ts';
import { inventSlackId } from '../identifiers.ts';
import type { StoredChannel, StoredMessage } from '../state/model.ts';
import { messageLimits } from '../tables/block-limits.ts';
import type { attachedTable } from '../tables/chat.ts';
import type { Args, Handlers, Result } from './handler.ts';
import { apiMessage } from './message-shape.ts';
import { requireChannel, requireMessage, requireTs } from './target.ts';

type Item = { channel?: string | undefined; timestamp?: string | undefined };

function requireItem(core: Core, item: Item): { channel: StoredChannel; message: StoredMessage } {
  if (item.channel === undefined || item.timestamp === undefined) throw new ApiError('no_item_specified');
  requireTs(item.timestamp, 'bad_timestamp');
  const channel = requireChannel(core, item.channel);
  return { channel, message: requireMessage(core, channel, item.timestamp) };
}

function requireEmoji(name: string): string {
  const bare = name.replaceAll(':', '');
  if (!/^[a-z0-9_+'-]{1,100}$/.test(bare)) throw new ApiError('invalid_name');
  return bare;
}

function addReaction(core: Core, args: Args<(typeof attachedTable)['reactions.add']>): Result {
  const name = requireEmoji(args.name);
  const { channel, message } = requireItem(core, args);
  if (isArchived(core, channel)) throw new ApiError('is_archived');
  const bot = core.seed.app.botUserId;
  const before = message.reactions.find((reaction) => reaction.name === name);
  if (before?.users.includes(bot) === true) throw new ApiError('already_reacted');
  const others = message.reactions.filter((reaction) => reaction !== before);
  core.state.saveMessage({ ...message, reactions: [...others, { name, users: [...(before?.users ?? []), bot] }] });
  return {};
}

function removeReaction(core: Core, args: Args<(typeof attachedTable)['reactions.remove']>): Result {
  const name = requireEmoji(args.name);
  const { message } = requireItem(core, args);
  const bot = core.seed.app.botUserId;
  if (!message.reactions.some((reaction) => reaction.name === name && reaction.users.includes(bot))) throw new ApiError('no_reaction');
  const left = message.reactions.map((reaction) =>
    reaction.name === name ? { name, users: reaction.users.filter((user) => user !== bot) } : reaction,
  );
  core.state.saveMessage({ ...message, reactions: left.filter((reaction) => reaction.users.length > 0) });
  return {};
}

function pin(core: Core, args: Item): Result {
  const { channel, message } = requireItem(core, args);
  if (!channel.members.includes(core.seed.app.botUserId)) throw new ApiError('not_in_channel');
  if (channel.pins.includes(message.ts)) throw new ApiError('already_pinned');
  if (channel.pins.length >= messageLimits.pins) throw new ApiError('too_many_pins');
  core.state.saveChannel({ ...channel, pins: [...channel.pins, message.ts] });
  return {};
}

function unpin(core: Core, args: Item): Result {
  const { channel, message } = requireItem(core, args);
  if (!channel.pins.includes(message.ts)) throw new ApiError('no_pin');
  core.state.saveChannel({ ...channel, pins: channel.pins.filter((ts) => ts !== message.ts) });
  return {};
}

type Bookmark = StoredChannel['bookmarks'][number];

function bookmarkShape(core: Core, channel: StoredChannel, bookmark: Bookmark): Result {
  return {
    bookmark: {
      id: bookmark.id,
      channel_id: channel.id,
      title: bookmark.title,
      link: bookmark.link,
      emoji: bookmark.emoji,
      type: 'link',
      date_created: Math.floor(bookmark.createdMs / 1000),
      app_id: core.seed.app.appId,
      last_updated_by_user_id: core.seed.app.botUserId,
    },
  };
}

function requireLink(link: string | undefined): string {
  if (link === undefined || !/^https?:\/\/\S+$/.test(link)) throw new ApiError('invalid_link');
  return link;
}

const mostBookmarks = 100;

function addBookmark(core: Core, args: Args<(typeof attachedTable)['bookmarks.add']>): Result {
  const channel = requireChannel(core, args.channel_id ?? '');
  if (args.type !== 'link') throw new ApiError('invalid_bookmark_type');
  const link = requireLink(args.link);
  if (channel.bookmarks.length >= mostBookmarks) throw new ApiError('too_many_bookmarks');
  const bookmark: Bookmark = { id: inventSlackId('Bk'), title: args.title, link, emoji: args.emoji ?? '', createdMs: slackNowMs(core) };
  core.state.saveChannel({ ...channel, bookmarks: [...channel.bookmarks, bookmark] });
  return bookmarkShape(core, channel, bookmark);
}

function editBookmark(core: Core, args: Args<(typeof attachedTable)['bookmarks.edit']>): Result {
  const channel = requireChannel(core, args.channel_id ?? '');
  const before = channel.bookmarks.find((bookmark) => bookmark.id === args.bookmark_id);
  if (before === undefined) throw new ApiError('not_found');
  const after: Bookmark = {
    ...before,
    title: args.title ?? before.title,
    link: args.link === undefined ? before.link : requireLink(args.link),
    emoji: args.emoji ?? before.emoji,
  };
  core.state.saveChannel({ ...channel, bookmarks: channel.bookmarks.map((bookmark) => (bookmark === before ? after : bookmark)) });
  return bookmarkShape(core, channel, after);
}

export const attachedHandlers: Handlers<typeof attachedTable> = {
  'reactions.add': addReaction,
  'reactions.remove': removeReaction,
  'reactions.get': (core, args) => {
    const { channel, message } = requireItem(core, args);
    return { type: 'message', channel: channel.id, message: apiMessage(core, message, { allMetadata: false }) };
  },
  'pins.add': pin,
  'pins.remove': unpin,
  'bookmarks.add': addBookmark,
  'bookmarks.edit': editBookmark,
};
