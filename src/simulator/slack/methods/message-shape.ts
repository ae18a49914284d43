import type { Core } from '../core.ts';
import type { StoredMessage } from '../state/model.ts';

type Shape = Record<string, unknown>;

function author(core: Core, message: StoredMessage): Shape {
  const { app, team } = core.seed;
  if (!message.byApp) return { user: message.user, team: team.id };
  return {
    user: message.user,
    bot_id: app.botId,
    app_id: app.appId,
    team: team.id,
    bot_profile: { id: app.botId, deleted: false, name: app.name, updated: 1, app_id: app.appId, icons: {}, team_id: team.id },
  };
}

function threadParts(core: Core, message: StoredMessage): Shape {
  const log = core.state.log(message.channel);
  if (message.threadTs !== undefined && message.threadTs !== message.ts) {
    const root = log.find(message.threadTs);
    return { thread_ts: message.threadTs, ...(root === undefined ? {} : { parent_user_id: root.user }) };
  }
  const replies = log.replies(message.ts);
  const latest = replies.at(-1);
  if (latest === undefined) return {};
  const users = log.replyUsers(message.ts);
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users.slice(0, 5),
    latest_reply: latest.ts,
    is_locked: false,
    subscribed: false,
  };
}

function attachedParts(core: Core, message: StoredMessage): Shape {
  const pinned = core.state.channel(message.channel)?.pins.includes(message.ts) === true;
  return {
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.files.length > 0 ? { files: message.files.map((file) => ({ ...file, mode: 'hosted' })) } : {}),
    ...(message.editedTs === undefined ? {} : { edited: { user: message.editedBy ?? message.user, ts: message.editedTs } }),
    ...(message.reactions.length > 0
      ? { reactions: message.reactions.map((reaction) => ({ ...reaction, count: reaction.users.length })) }
      : {}),
    ...(pinned ? { pinned_to: [message.channel] } : {}),
  };
}

function metadataPart(message: StoredMessage, inFull: boolean): Shape {
  if (message.metadata === undefined) return {};
  return { metadata: inFull ? message.metadata : { event_type: message.metadata.event_type } };
}

/** A message as the API answers it. Without `include_all_metadata` only the event type of its metadata is told. */
export function apiMessage(core: Core, message: StoredMessage, options: { allMetadata: boolean }): Shape {
  if (message.isTombstone) {
    return {
      type: 'message',
      subtype: 'tombstone',
      hidden: true,
      user: 'USLACKBOT',
      text: message.text,
      ts: message.ts,
      ...threadParts(core, message),
    };
  }
  return {
    type: 'message',
    ...(message.clientMsgId === undefined ? {} : { client_msg_id: message.clientMsgId }),
    ...author(core, message),
    text: message.text,
    ts: message.ts,
    ...threadParts(core, message),
    ...attachedParts(core, message),
    ...metadataPart(message, options.allMetadata),
  };
}
