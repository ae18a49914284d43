import { ApiError } from '../api-error.ts';
import { isArchived, slackNowMs, type Core } from '../core.ts';
import { inventSlackId } from '../identifiers.ts';
import type { StoredChannel, StoredMessage } from '../state/model.ts';

const tsShape = /^\d{1,12}\.\d{6}$/;

/** Refuses a malformed timestamp with the method's own error. */
export function requireTs(ts: string, error: string): void {
  if (!tsShape.test(ts)) throw new ApiError(error);
}

/** The direct messages between the bot and a person, begun when they were not there yet. */
export function openIm(core: Core, user: string): StoredChannel {
  const bot = core.seed.app.botUserId;
  const found = core.state.channels().find((channel) => channel.kind === 'im' && channel.members.includes(user));
  if (found !== undefined) return found;
  const channel: StoredChannel = {
    id: inventSlackId('D'),
    name: `${core.seed.app.name}-and-${core.state.people.get(user)?.name ?? user}`,
    topic: '',
    kind: 'im',
    isArchived: false,
    createdMs: slackNowMs(core),
    members: [user, bot],
    lastTs: 0,
    pins: [],
    bookmarks: [],
  };
  core.state.saveChannel(channel);
  return channel;
}

const families = { public: 'channels', private: 'groups', im: 'im' } as const;

/** Each kind of channel has a scope of its own, such as `groups:history` for private ones. */
export function requireKindScope(core: Core, kind: StoredChannel['kind'], right: 'history' | 'read'): void {
  const needed = `${families[kind]}:${right}`;
  const { scopes } = core.seed.app;
  if (!scopes.includes(needed)) throw new ApiError('missing_scope', [], { needed, provided: scopes.join(',') });
}

/** A channel by its id, if the bot may know of it. */
export function requireChannel(core: Core, id: string): StoredChannel {
  const channel = core.state.channel(id);
  if (channel === undefined || channel.id !== id) throw new ApiError('channel_not_found');
  if (channel.kind !== 'public' && !channel.members.includes(core.seed.app.botUserId)) throw new ApiError('channel_not_found');
  return channel;
}

/** Where a post goes: a channel id, `#name`, or a person's id. Membership and archive state are checked. */
export function requirePostable(core: Core, target: string): StoredChannel {
  const person = core.state.people.get(target);
  if (person !== undefined) return openIm(core, person.id);
  const named = target.startsWith('#') ? core.state.channel(target) : undefined;
  const channel = requireChannel(core, named?.id ?? target);
  if (isArchived(core, channel)) throw new ApiError('is_archived');
  if (!channel.members.includes(core.seed.app.botUserId)) throw new ApiError('not_in_channel');
  return channel;
}

/** A message that is there and not a tombstone. */
export function requireMessage(core: Core, channel: StoredChannel, ts: string): StoredMessage {
  const message = core.state.log(channel.id).find(ts);
  if (message === undefined || message.isTombstone) throw new ApiError('message_not_found');
  return message;
}

/** Replies hang on a root: not on a reply, and not on something that is not there. */
export function requireThread(core: Core, channel: StoredChannel, threadTs: string): void {
  const root = core.state.log(channel.id).find(threadTs);
  if (root === undefined || (root.threadTs !== undefined && root.threadTs !== root.ts)) throw new ApiError('cannot_reply_to_message');
}
