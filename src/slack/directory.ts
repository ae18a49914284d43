import type { Clock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Directory, DirectoryPerson } from '../people/directory.ts';
import type { CallSlack } from './methods.ts';
import { slackErrorName } from './outcomes.ts';

/** Rights are checked with what this says: it may be this old, no older. */
const freshMs = 60_000;
const maxKept = 2000;

type Kept<T> = { at: number; value: Promise<T> };

/**
 * The accounts of the workspace and their user groups. Groups are asked for only when rights depend on them; when they cannot be read, nobody is in any,
 * so that rights that come from a group are refused.
 */
export function createDirectory(deps: { call: CallSlack; clock: Clock; log: Log; needsGroups: boolean }): Directory {
  const people = new Map<string, Kept<DirectoryPerson | undefined>>();
  const groups = new Map<'all', Kept<ReadonlyMap<string, readonly string[]>>>();

  /** A failure is not kept: the next request asks again. */
  function fresh<K, T>(kept: Map<K, Kept<T>>, key: K, ask: () => Promise<T>): Promise<T> {
    const now = deps.clock.now().getTime();
    const known = kept.get(key);
    if (known !== undefined && now - known.at < freshMs) return known.value;
    if (kept.size >= maxKept) kept.clear();
    const value = ask();
    kept.set(key, { at: now, value });
    value.catch(() => kept.delete(key));
    return value;
  }

  async function groupsByPerson(): Promise<ReadonlyMap<string, readonly string[]>> {
    const { usergroups } = await deps.call('usergroups.list', { include_users: true });
    const byPerson = new Map<string, string[]>();
    for (const { id, handle, users } of usergroups) {
      for (const user of users ?? []) byPerson.set(user, [...(byPerson.get(user) ?? []), id, ...(handle === undefined ? [] : [handle])]);
    }
    return byPerson;
  }

  async function groupsOf(id: string): Promise<readonly string[]> {
    if (!deps.needsGroups) return [];
    try {
      return (await fresh(groups, 'all', groupsByPerson)).get(id) ?? [];
    } catch (error) {
      deps.log.warn({ error: describeError(error) }, 'user groups cannot be read, so rights that come from one are refused');
      return [];
    }
  }

  async function ask(id: string): Promise<DirectoryPerson | undefined> {
    try {
      const [{ user }, memberOf] = await Promise.all([deps.call('users.info', { user: id }), groupsOf(id)]);
      return {
        isBot: user.is_bot !== false,
        isGuest: [user.is_restricted, user.is_ultra_restricted, user.is_stranger].includes(true),
        isDeleted: user.deleted === true,
        groups: memberOf,
      };
    } catch (error) {
      if (slackErrorName(error) === 'user_not_found') return undefined;
      throw error;
    }
  }

  return { person: (id) => fresh(people, id, () => ask(id)) };
}
