import { paging } from './chat.ts';
import { flag, json, text, type MethodSpec } from './method-spec.ts';

const readScopes = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];
const historyScopes = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];
const span = {
  ...paging,
  include_all_metadata: flag.optional(),
  inclusive: flag.optional(),
  latest: text.optional(),
  oldest: text.optional(),
};
const spanErrors = ['channel_not_found', 'invalid_cursor', 'invalid_ts_latest', 'invalid_ts_oldest'];

/** The conversations.* methods. */
export const conversationsTable = {
  'conversations.history': {
    scopes: historyScopes,
    tier: 3,
    json: true,
    args: { channel: text, ...span },
    errors: [...spanErrors, 'not_in_channel'],
  },
  'conversations.replies': {
    scopes: historyScopes,
    tier: 3,
    json: false,
    args: { channel: text, ts: text, ...span },
    errors: [...spanErrors, 'thread_not_found', 'not_in_channel'],
  },
  'conversations.list': {
    scopes: readScopes,
    tier: 2,
    json: false,
    args: { ...paging, exclude_archived: flag.optional(), team_id: text.optional(), types: text.optional() },
    errors: ['invalid_cursor', 'invalid_types'],
  },
  'conversations.info': {
    scopes: readScopes,
    tier: 3,
    json: false,
    args: { channel: text, include_locale: flag.optional(), include_num_members: flag.optional() },
    errors: ['channel_not_found'],
  },
  'conversations.join': {
    scopes: ['channels:join'],
    tier: 3,
    json: true,
    args: { channel: text },
    errors: ['channel_not_found', 'is_archived', 'method_not_supported_for_channel_type'],
  },
  'conversations.members': {
    scopes: readScopes,
    tier: 4,
    json: false,
    args: { channel: text, ...paging },
    errors: ['channel_not_found', 'invalid_cursor'],
  },
  'conversations.open': {
    scopes: ['im:write', 'mpim:write', 'channels:manage', 'groups:write'],
    tier: 3,
    json: true,
    args: { channel: text.optional(), users: text.optional(), return_im: flag.optional(), prevent_creation: flag.optional() },
    errors: ['channel_not_found', 'users_list_not_supplied', 'user_not_found', 'method_not_supported_for_channel_type'],
  },
  'conversations.canvases.create': {
    scopes: ['canvases:write'],
    tier: 2,
    json: true,
    args: { channel_id: text, document_content: json.optional(), title: text.optional() },
    errors: ['channel_canvas_already_exists', 'channel_canvas_creation_failed'],
  },
  'canvases.create': {
    scopes: ['canvases:write'],
    tier: 2,
    json: true,
    args: { title: text.optional(), document_content: json.optional(), channel_id: text.optional() },
    errors: ['canvas_creation_failed', 'free_teams_cannot_create_standalone_canvases'],
  },
  'canvases.edit': {
    scopes: ['canvases:write'],
    tier: 3,
    json: true,
    args: { canvas_id: text, changes: json },
    errors: ['canvas_not_found', 'canvas_editing_failed', 'canvas_too_large'],
  },
} as const satisfies Record<string, MethodSpec>;
