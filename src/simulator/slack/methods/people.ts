import { ApiError } from '../api-error.ts';
import type { Core } from '../core.ts';
import type { Person } from '../state/people.ts';
import type { otherTable } from '../tables/other.ts';
import type { Handlers, Result } from './handler.ts';
import { pageOf } from './pages.ts';

type PeopleMethod =
  | 'auth.test'
  | 'team.info'
  | 'users.info'
  | 'users.list'
  | 'usergroups.list'
  | 'usergroups.users.list'
  | 'apps.connections.open';

function userShape(core: Core, person: Person): Result {
  const guest = person.isRestricted === true || person.isUltraRestricted === true;
  return {
    id: person.id,
    team_id: core.seed.team.id,
    name: person.name,
    deleted: person.isDeleted === true,
    color: person.color.replace('#', ''),
    real_name: person.realName,
    tz: person.timeZone ?? 'Etc/UTC',
    tz_label: person.timeZone ?? 'UTC',
    tz_offset: 0,
    profile: { title: person.title, real_name: person.realName, display_name: person.name, team: core.seed.team.id },
    is_admin: person.isAdmin === true,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: guest,
    is_ultra_restricted: person.isUltraRestricted === true,
    is_bot: person.isBot,
    is_app_user: false,
    ...(person.isStranger === true ? { is_stranger: true } : {}),
    updated: 1,
  };
}

function groupShape(core: Core, group: Core['seed']['usergroups'][number], withUsers: boolean): Result {
  return {
    id: group.id,
    team_id: core.seed.team.id,
    is_usergroup: true,
    is_subteam: true,
    name: group.name,
    handle: group.handle,
    description: '',
    is_external: false,
    date_delete: 0,
    user_count: group.users.length,
    ...(withUsers ? { users: group.users } : {}),
  };
}

/** User groups are part of the paid plans. */
function requirePaidPlan(core: Core): void {
  if (core.plan === 'free') throw new ApiError('plan_upgrade_required');
}

export const peopleHandlers: Pick<Handlers<typeof otherTable>, PeopleMethod> = {
  'auth.test': (core) => ({
    url: `https://${core.seed.team.domain}.slack.com/`,
    team: core.seed.team.name,
    user: core.seed.app.name,
    team_id: core.seed.team.id,
    user_id: core.seed.app.botUserId,
    bot_id: core.seed.app.botId,
    is_enterprise_install: false,
  }),
  'team.info': (core, args) => {
    if (args.team !== undefined && args.team !== core.seed.team.id) throw new ApiError('team_not_found');
    return { team: { ...core.seed.team, email_domain: '', icon: {} } };
  },
  'users.info': (core, args) => {
    const person = core.state.people.get(args.user);
    if (person === undefined) throw new ApiError('user_not_found');
    return { user: userShape(core, person) };
  },
  'users.list': (core, args) => {
    const page = pageOf([...core.state.people.values()], args, 1000);
    return { members: page.items.map((person) => userShape(core, person)), cache_ts: 0, response_metadata: page.next };
  },
  'usergroups.list': (core, args) => {
    requirePaidPlan(core);
    return { usergroups: core.seed.usergroups.map((group) => groupShape(core, group, args.include_users === true)) };
  },
  'usergroups.users.list': (core, args) => {
    requirePaidPlan(core);
    const group = core.seed.usergroups.find((candidate) => candidate.id === args.usergroup);
    if (group === undefined) throw new ApiError('no_such_subteam');
    return { users: group.users };
  },
  // It wants an app-level token, and the simulated app has only its bot token.
  'apps.connections.open': () => {
    throw new ApiError('not_allowed_token_type');
  },
};
