import { count, flag, json, text, type MethodSpec } from './method-spec.ts';

const content = {
  attachments: json.optional(),
  blocks: json.optional(),
  markdown_text: text.optional(),
  metadata: json.optional(),
  parse: text.optional(),
  text: text.optional(),
  link_names: flag.optional(),
  as_user: flag.optional(),
};
const look = { icon_emoji: text.optional(), icon_url: text.optional(), username: text.optional() };
const contentErrors = [
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_attachments',
  'markdown_text_conflict',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'too_many_attachments',
];
const metadataErrors = ['invalid_metadata_format', 'invalid_metadata_schema', 'metadata_too_large'];

/** The chat.* methods. */
export const chatTable = {
  'chat.postMessage': {
    scopes: ['chat:write'],
    tier: 'special',
    json: true,
    args: {
      channel: text,
      ...content,
      ...look,
      mrkdwn: flag.optional(),
      reply_broadcast: flag.optional(),
      thread_ts: text.optional(),
      unfurl_links: flag.optional(),
      unfurl_media: flag.optional(),
      // Not in the published contract, and passed through by the SDK.
      client_msg_id: text.optional(),
    },
    errors: [...contentErrors, ...metadataErrors, 'channel_not_found', 'not_in_channel', 'is_archived', 'cannot_reply_to_message'],
  },
  'chat.update': {
    scopes: ['chat:write'],
    tier: 3,
    json: true,
    args: { channel: text, ts: text, ...content, reply_broadcast: flag.optional(), file_ids: json.optional() },
    errors: [
      ...contentErrors,
      ...metadataErrors,
      'channel_not_found',
      'message_not_found',
      'cant_update_message',
      'is_inactive',
      'block_mismatch',
    ],
  },
  'chat.delete': {
    scopes: ['chat:write'],
    tier: 3,
    json: true,
    args: { channel: text, ts: text, as_user: flag.optional() },
    errors: ['channel_not_found', 'message_not_found', 'cant_delete_message'],
  },
  'chat.postEphemeral': {
    scopes: ['chat:write'],
    tier: 4,
    json: true,
    args: { channel: text, user: text, ...content, ...look, thread_ts: text.optional() },
    errors: [...contentErrors, 'channel_not_found', 'not_in_channel', 'user_not_in_channel', 'is_archived', 'cannot_reply_to_message'],
  },
  'chat.getPermalink': {
    scopes: [],
    tier: 'special',
    json: false,
    args: { channel: text, message_ts: text },
    errors: ['channel_not_found', 'message_not_found'],
  },
} as const satisfies Record<string, MethodSpec>;

const place = { name: text, timestamp: text, channel: text };
const item = { channel: text.optional(), timestamp: text.optional(), file: text.optional(), file_comment: text.optional() };
const itemErrors = ['bad_timestamp', 'channel_not_found', 'message_not_found', 'no_item_specified'];

/** What hangs on a message or a channel. */
export const attachedTable = {
  'reactions.add': {
    scopes: ['reactions:write'],
    tier: 3,
    json: true,
    args: place,
    errors: ['already_reacted', 'bad_timestamp', 'channel_not_found', 'invalid_name', 'is_archived', 'message_not_found'],
  },
  'reactions.remove': {
    scopes: ['reactions:write'],
    tier: 2,
    json: true,
    args: { name: text, ...item },
    errors: [...itemErrors, 'invalid_name', 'no_reaction'],
  },
  'reactions.get': { scopes: ['reactions:read'], tier: 3, json: false, args: { ...item, full: flag.optional() }, errors: itemErrors },
  'pins.add': {
    scopes: ['pins:write'],
    tier: 2,
    json: true,
    args: { channel: text, timestamp: text.optional() },
    errors: [...itemErrors, 'already_pinned', 'not_in_channel', 'too_many_pins'],
  },
  'pins.remove': {
    scopes: ['pins:write'],
    tier: 2,
    json: true,
    args: { channel: text, timestamp: text.optional() },
    errors: [...itemErrors, 'no_pin'],
  },
  'bookmarks.add': {
    scopes: ['bookmarks:write'],
    tier: 2,
    json: true,
    args: {
      channel_id: text.optional(),
      title: text,
      type: text,
      link: text.optional(),
      emoji: text.optional(),
      entity_id: text.optional(),
      access_level: text.optional(),
      parent_id: text.optional(),
    },
    errors: ['channel_not_found', 'invalid_bookmark_type', 'invalid_link', 'too_many_bookmarks'],
  },
  'bookmarks.edit': {
    scopes: ['bookmarks:write'],
    tier: 2,
    json: true,
    args: {
      channel_id: text.optional(),
      bookmark_id: text.optional(),
      title: text.optional(),
      link: text.optional(),
      emoji: text.optional(),
    },
    errors: ['channel_not_found', 'not_found', 'invalid_link'],
  },
} as const satisfies Record<string, MethodSpec>;

/** How the read methods page through lists. */
export const paging = { cursor: text.optional(), limit: count.optional() };
