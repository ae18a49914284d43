import { describe, expect, it } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { createAccess } from '../../src/people/access.ts';
import { eventually, startScene } from './setup.ts';

async function connected(needsGroups = true) {
  const scene = await startScene({ slack: { needsGroups } });
  await eventually(() => scene.slack.status().team, 'the team is known');
  const calls = (method: string) => scene.workspace.stats.recentCalls().filter((call) => call.method === method).length;
  return { ...scene, calls, directory: scene.slack.directory };
}

describe('the directory', () => {
  it('tells members, guests, bots and strangers apart', async () => {
    const { directory } = await connected();
    expect(await directory.person('U0ANA00000')).toEqual({
      isBot: false,
      isGuest: false,
      isDeleted: false,
      groups: ['S0ONCALL00', 'on-call'],
    });
    expect(await directory.person('U0EMEKA000')).toMatchObject({ isGuest: true, groups: [] });
    expect(await directory.person('U0TOCSIN00')).toMatchObject({ isBot: true });
    expect(await directory.person('U0NOBODY00')).toBeUndefined();
  });

  it('asks again after a minute, and not before', async () => {
    const { directory, clock, calls } = await connected();
    const before = calls('users.info');
    await Promise.all([directory.person('U0BEN00000'), directory.person('U0BEN00000')]);
    clock.advance(59_999);
    await directory.person('U0BEN00000');
    expect(calls('users.info') - before).toBe(1);
    clock.advance(1);
    await directory.person('U0BEN00000');
    expect(calls('users.info') - before).toBe(2);
  });

  it('asks for groups only where rights depend on them', async () => {
    const { directory, calls } = await connected(false);
    expect(await directory.person('U0ANA00000')).toMatchObject({ groups: [] });
    expect(calls('usergroups.list')).toBe(0);
  });

  it('knows no groups where they cannot be read', async () => {
    const { directory, workspace, logged } = await connected();
    workspace.faults.set({ serverErrorBeforeApply: { methods: ['usergroups.list'] } });
    expect(await directory.person('U0ANA00000')).toMatchObject({ isGuest: false, groups: [] });
    expect(logged.some(({ message }) => message.includes('user groups cannot be read'))).toBe(true);
  });

  it('throws while Slack is away, so that everything is refused, and asks again at once', async () => {
    const { directory, workspace } = await connected();
    workspace.faults.set({ dropBeforeApply: { methods: ['users.info'] } });
    await expect(directory.person('U0ANA00000')).rejects.toThrow();
    const access = createAccess({ rules: [], identities: [], directory, log: silentLog });
    const subject = await access.look('U0ANA00000');
    expect(access.may(subject, { verb: 'approve', severity: 'critical', risk: 'low', namespaces: undefined })).toMatchObject({ ok: false });
    workspace.faults.set({ dropBeforeApply: null });
    expect(await directory.person('U0ANA00000')).toMatchObject({ isGuest: false });
  });
});
