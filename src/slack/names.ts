import type { CallSlack } from './methods.ts';

/** Names of people by id; undefined when Slack cannot be asked now or knows nobody of that id. */
export type Names = { nameOf(userId: string): Promise<string | undefined> };

const maxKept = 2000;

export function createNames(call: CallSlack): Names {
  const names = new Map<string, string>();
  return {
    async nameOf(userId) {
      const known = names.get(userId);
      if (known !== undefined) return known;
      try {
        const { user } = await call('users.info', { user: userId });
        const name = user.name ?? user.real_name;
        if (name === undefined) return undefined;
        if (names.size >= maxKept) names.clear();
        names.set(userId, name);
        return name;
      } catch {
        // A missing name must not keep anybody from acting; the next mention asks again.
        return undefined;
      }
    },
  };
}
