import { ApiError } from '../api-error.ts';
import { isArchived, type Core } from '../core.ts';
import type { StoredChannel } from '../state/model.ts';
import { findPerson } from '../state/people.ts';
import type { conversationsTable } from '../tables/conversations.ts';
import { canvasHandlers } from './canvases.ts';
import type { Handlers, Result } from './handler.ts';
import { history, replies } from './history.ts';
import { pageOf } from './pages.ts';
import { openIm, requireChannel, requireKindScope } from './target.ts';

function shape(core: Core, channel: StoredChannel): Result {
  const isIm = channel.kind === 'im';
  const created = Math.floor(channel.createdMs / 1000);
  const other = channel.members.find((member) => member !== core.seed.app.botUserId);
  if (isIm) return { id: channel.id, created, is_im: true, is_org_shared: false, is_archived: isArchived(core, channel), user: other };
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'private',
    is_archived: isArchived(core, channel),
    is_general: false,
    is_shared: false,
    is_ext_shared: false,
    is_org_shared: false,
    is_member: channel.members.includes(core.seed.app.botUserId),
    created,
    creator: channel.members[0] ?? '',
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    context_team_id: core.seed.team.id,
  };
}

function readable(core: Core, id: string): StoredChannel {
  const channel = requireChannel(core, id);
  requireKindScope(core, channel.kind, 'read');
  return channel;
}

const kinds: Readonly<Record<string, StoredChannel['kind'] | 'mpim'>> = {
  public_channel: 'public',
  private_channel: 'private',
  im: 'im',
  mpim: 'mpim',
};

function list(core: Core, args: Parameters<Handlers<typeof conversationsTable>['conversations.list']>[1]): Result {
  const types = (args.types ?? 'public_channel').split(',').map((type) => kinds[type.trim()]);
  if (types.includes(undefined)) throw new ApiError('invalid_types');
  types.forEach((kind) => {
    if (kind !== undefined && kind !== 'mpim') requireKindScope(core, kind, 'read');
  });
  const bot = core.seed.app.botUserId;
  const seen = core.state
    .channels()
    .filter((channel) => types.includes(channel.kind) && (channel.kind === 'public' || channel.members.includes(bot)))
    .filter((channel) => args.exclude_archived !== true || !isArchived(core, channel));
  const page = pageOf(seen, args, 1000);
  return { channels: page.items.map((channel) => shape(core, channel)), response_metadata: page.next };
}

function join(core: Core, args: { channel: string }): Result {
  const channel = requireChannel(core, args.channel);
  if (channel.kind !== 'public') throw new ApiError('method_not_supported_for_channel_type');
  if (isArchived(core, channel)) throw new ApiError('is_archived');
  const bot = core.seed.app.botUserId;
  const already = channel.members.includes(bot);
  const joined = already ? channel : { ...channel, members: [...channel.members, bot] };
  if (!already) core.state.saveChannel(joined);
  return {
    channel: shape(core, joined),
    ...(already ? { warning: 'already_in_channel', response_metadata: { warnings: ['already_in_channel'] } } : {}),
  };
}

function open(core: Core, args: { channel?: string | undefined; users?: string | undefined; return_im?: boolean | undefined }): Result {
  if (args.channel !== undefined) return { channel: { id: requireChannel(core, args.channel).id } };
  const users = (args.users ?? '').split(',').filter((user) => user !== '');
  const [user] = users;
  if (user === undefined) throw new ApiError('users_list_not_supplied');
  if (users.length > 1) throw new ApiError('method_not_supported_for_channel_type');
  if (findPerson(core.state.people, user)?.id !== user) throw new ApiError('user_not_found');
  const channel = openIm(core, user);
  return { channel: args.return_im === true ? shape(core, channel) : { id: channel.id } };
}

export const conversationsHandlers: Handlers<typeof conversationsTable> = {
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.list': list,
  'conversations.info': (core, args) => {
    const channel = readable(core, args.channel);
    return { channel: { ...shape(core, channel), ...(args.include_num_members === true ? { num_members: channel.members.length } : {}) } };
  },
  'conversations.join': join,
  'conversations.members': (core, args) => {
    const page = pageOf(readable(core, args.channel).members, args, 1000);
    return { members: page.items, response_metadata: page.next };
  },
  'conversations.open': open,
  ...canvasHandlers,
};
