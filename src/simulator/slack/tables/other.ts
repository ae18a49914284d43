import { paging } from './chat.ts';
import { count, flag, json, text, type MethodSpec } from './method-spec.ts';

const trigger = { trigger_id: text.optional(), interactivity_pointer: text.optional(), view: json };
const triggerErrors = [
  'duplicate_external_id',
  'exchanged_trigger_id',
  'expired_trigger_id',
  'invalid_trigger_id',
  'view_too_large',
] as const;

/** Identity, people, views and files. */
export const otherTable = {
  'auth.test': { scopes: [], tier: 'special', json: true, args: {}, errors: [] },
  'team.info': {
    scopes: ['team:read'],
    tier: 3,
    json: true,
    args: { team: text.optional(), domain: text.optional() },
    errors: ['team_not_found'],
  },
  'users.info': {
    scopes: ['users:read'],
    tier: 4,
    json: false,
    args: { user: text, include_locale: flag.optional() },
    errors: ['user_not_found'],
  },
  'users.list': {
    scopes: ['users:read'],
    tier: 2,
    json: false,
    args: { ...paging, include_locale: flag.optional(), team_id: text.optional() },
    errors: ['invalid_cursor'],
  },
  'usergroups.list': {
    scopes: ['usergroups:read'],
    tier: 2,
    json: false,
    args: {
      include_count: flag.optional(),
      include_disabled: flag.optional(),
      include_users: flag.optional(),
      team_id: text.optional(),
    },
    errors: ['plan_upgrade_required'],
  },
  'usergroups.users.list': {
    scopes: ['usergroups:read'],
    tier: 2,
    json: false,
    args: { usergroup: text, include_disabled: flag.optional(), team_id: text.optional() },
    errors: ['no_such_subteam', 'plan_upgrade_required'],
  },
  'views.open': { scopes: [], tier: 4, json: true, args: trigger, errors: triggerErrors },
  'views.push': { scopes: [], tier: 4, json: true, args: trigger, errors: [...triggerErrors, 'not_found', 'push_limit_reached'] },
  'views.update': {
    scopes: [],
    tier: 4,
    json: true,
    args: { view_id: text.optional(), external_id: text.optional(), view: json, hash: text.optional() },
    errors: ['duplicate_external_id', 'hash_conflict', 'not_found', 'view_too_large'],
  },
  'views.publish': {
    scopes: [],
    tier: 4,
    json: true,
    args: { user_id: text, view: json, hash: text.optional(), interactivity_pointer: text.optional() },
    errors: ['duplicate_external_id', 'hash_conflict', 'view_too_large'],
  },
  'files.getUploadURLExternal': {
    scopes: ['files:write'],
    tier: 4,
    json: false,
    args: { length: count, filename: text, snippet_type: text.optional(), alt_txt: text.optional() },
    errors: ['file_upload_size_restricted'],
  },
  'files.completeUploadExternal': {
    scopes: ['files:write'],
    tier: 4,
    json: true,
    args: {
      files: json,
      channel_id: text.optional(),
      channels: text.optional(),
      thread_ts: text.optional(),
      initial_comment: text.optional(),
      blocks: json.optional(),
      username: text.optional(),
      icon_url: text.optional(),
      icon_emoji: text.optional(),
    },
    errors: [
      'channel_not_found',
      'file_not_found',
      'invalid_blocks',
      'not_in_channel',
      'posting_to_channel_denied',
      'invalid_attachments',
      'invalid_blocks_format',
      'msg_blocks_too_long',
    ],
  },
  'files.info': {
    scopes: ['files:read'],
    tier: 4,
    json: false,
    args: { file: text, count: count.optional(), page: count.optional(), ...paging },
    errors: ['file_not_found'],
  },
  // Socket Mode is not simulated: a bot token is the wrong kind for it, and no app-level token exists here.
  'apps.connections.open': { scopes: [], tier: 1, json: true, args: {}, errors: [] },
} as const satisfies Record<string, MethodSpec>;
