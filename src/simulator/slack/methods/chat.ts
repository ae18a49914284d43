import { ApiError } from '../api-error.ts';
import { characters } from '../blocks/text.ts';
import { cumulativeCap, isArchived, slackNowMs, type Core } from '../core.ts';
import { asApp, post } from '../posting.ts';
import { tsText } from '../state/message-log.ts';
import type { StoredMessage } from '../state/model.ts';
import { messageLimits } from '../tables/block-limits.ts';
import type { chatTable } from '../tables/chat.ts';
import { readContent, readMetadata, type Content } from './content.ts';
import type { Args, Handlers, Result } from './handler.ts';
import { apiMessage } from './message-shape.ts';
import { postMessage } from './post-message.ts';
import { requireChannel, requireMessage, requirePostable, requireThread } from './target.ts';

type UpdateArgs = Args<(typeof chatTable)['chat.update']>;

/** What the message holds after the update: fields that were left out stay, an empty list takes them away. */
function merged(message: StoredMessage, args: UpdateArgs, content: Content): StoredMessage {
  const metadata = readMetadata(args.metadata);
  const { metadata: before, ...rest } = message;
  const after = metadata === undefined ? before : metadata === 'none' ? undefined : metadata;
  const givesBlocks = args.blocks !== undefined || args.markdown_text !== undefined;
  return {
    ...rest,
    text: args.text ?? (givesBlocks ? '' : message.text),
    blocks: givesBlocks ? content.blocks : message.blocks,
    attachments: args.attachments === undefined ? message.attachments : content.attachments,
    ...(after === undefined ? {} : { metadata: after }),
  };
}

function refuseMismatch(before: StoredMessage, after: StoredMessage): void {
  const isRich = (message: StoredMessage) => message.blocks.some((block) => block.type === 'rich_text');
  if (isRich(before) && after.blocks.length > 0 && !isRich(after)) throw new ApiError('block_mismatch');
}

function update(core: Core, args: UpdateArgs): Result {
  const channel = requireChannel(core, args.channel);
  const message = requireMessage(core, channel, args.ts);
  if (isArchived(core, channel)) throw new ApiError('is_inactive');
  if (!message.byApp) throw new ApiError('cant_update_message');
  if (characters(args.text ?? '') > messageLimits.updateText) throw new ApiError('msg_too_long');
  const after = merged(message, args, readContent(args, cumulativeCap(core)));
  refuseMismatch(message, after);
  const edited: StoredMessage = {
    ...after,
    isBroadcast: after.isBroadcast || (args.reply_broadcast === true && after.threadTs !== undefined),
    editedBy: core.seed.app.botUserId,
    editedTs: tsText(slackNowMs(core) * 1000),
  };
  core.state.saveMessage(edited);
  return { channel: channel.id, ts: edited.ts, text: edited.text, message: apiMessage(core, edited, { allMetadata: true }) };
}

function remove(core: Core, args: { channel: string; ts: string }): Result {
  const channel = requireChannel(core, args.channel);
  const message = requireMessage(core, channel, args.ts);
  if (!message.byApp) throw new ApiError('cant_delete_message');
  if (core.state.log(channel.id).replies(message.ts).length === 0) core.state.removeMessage(message);
  else core.state.saveMessage({ ...message, isTombstone: true, text: 'This message was deleted.', blocks: [], attachments: [], files: [] });
  return { channel: channel.id, ts: message.ts };
}

function postEphemeral(core: Core, args: Args<(typeof chatTable)['chat.postEphemeral']>): Result {
  const channel = requirePostable(core, args.channel);
  if (!channel.members.includes(args.user)) throw new ApiError('user_not_in_channel');
  if (args.thread_ts !== undefined) requireThread(core, channel, args.thread_ts);
  if (characters(args.text ?? '') > messageLimits.postText) throw new ApiError('msg_too_long');
  const content = readContent(args, cumulativeCap(core));
  const message = post(core, {
    channel: channel.id,
    ...asApp(core),
    ...content,
    onlyFor: args.user,
    ...(args.thread_ts === undefined ? {} : { threadTs: args.thread_ts }),
  });
  return { message_ts: message.ts };
}

function getPermalink(core: Core, args: { channel: string; message_ts: string }): Result {
  const channel = requireChannel(core, args.channel);
  const message = requireMessage(core, channel, args.message_ts);
  const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
  return { channel: channel.id, permalink: `${core.baseUrl()}/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}` };
}

export const chatHandlers: Handlers<typeof chatTable> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': remove,
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': getPermalink,
};
