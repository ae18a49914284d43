import { describe, expect, it, onTestFinished } from 'vitest';
import { createManualClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createAccess } from '../../src/people/access.ts';
import type { AccessRule } from '../../src/people/access.ts';
import { exampleWorkspace } from '../../src/simulator/slack/example-workspace.ts';
import type { SlackWorkspaceOptions } from '../../src/simulator/slack/workspace-types.ts';
import { createSlackWorkspace } from '../../src/simulator/slack/workspace.ts';
import { createDirectory } from '../../src/slack/directory.ts';
import { createSdkLogger } from '../../src/slack/logging.ts';
import { createCaller } from '../../src/slack/methods.ts';

const seed = exampleWorkspace();
const ana = { id: 'U0ANA00000' };
const colour = { title: '', color: '#444444' };
const others = [
  { id: 'U0GONE0000', name: 'gone', realName: 'Gone', isDeleted: true, ...colour },
  { id: 'U0SINGLE00', name: 'single', realName: 'Single', isRestricted: true, isUltraRestricted: true, ...colour },
  { id: 'U0STRANGER', name: 'stranger', realName: 'Stranger', isStranger: true, ...colour },
];
const inGroup = [
  { id: 'S0ONCALL00', handle: 'on-call', name: 'On call', users: [...others, ana].map(({ id }) => id).concat('U0EMEKA000', 'U0TOCSIN00') },
];
const onCallOnly: readonly AccessRule[] = [{ may: ['approve'], groups: ['@on-call'] }];

/** Rights as they are looked up in a workspace with these people, over its Web API. */
async function startAccess(choices: { rules?: readonly AccessRule[]; workspace?: Partial<SlackWorkspaceOptions> } = {}) {
  const clock = createManualClock(new Date('2026-03-14T03:00:00Z'));
  const people = [...seed.people, ...others];
  const workspace = await createSlackWorkspace({ ...seed, people, usergroups: inGroup, clock, log: silentLog, ...choices.workspace });
  const listening = await workspace.listen({ port: 0 });
  onTestFinished(async () => {
    await listening.close();
    await workspace.close();
  });
  const call = createCaller({ token: seed.app.botToken, apiUrl: listening.apiUrl, timeoutMs: 5000, logger: createSdkLogger(silentLog) });
  const { rules = [] } = choices;
  const directory = createDirectory({ call, clock, log: silentLog, needsGroups: rules.some(({ groups }) => groups !== undefined) });
  const access = createAccess({ rules, identities: [], directory, log: silentLog });
  return {
    workspace,
    clock,
    approves: async (id: string): Promise<string> => {
      const request = { verb: 'approve', severity: 'critical', risk: 'medium', namespaces: ['video-processing'] } as const;
      const permission = access.may(await access.look(id), request);
      return permission.ok ? 'yes' : permission.reason;
    },
  };
}

describe('who may approve, as Slack tells who they are', () => {
  const answers: readonly [string, string, string][] = [
    ['a member', 'U0ANA00000', 'yes'],
    ['a deactivated account', 'U0GONE0000', 'that account is deactivated.'],
    ['a bot', 'U0TOCSIN00', 'bots and apps may not do that: it takes a person.'],
    ['Slackbot', 'USLACKBOT', 'bots and apps may not do that: it takes a person.'],
    ['a guest of several channels', 'U0EMEKA000', 'guests may not do that: it takes a full member of the workspace.'],
    ['a guest of one channel', 'U0SINGLE00', 'guests may not do that: it takes a full member of the workspace.'],
    ['somebody from another company', 'U0STRANGER', 'guests may not do that: it takes a full member of the workspace.'],
    ['nobody', 'U0NOBODY00', expect.stringContaining('could not find out who you are')],
  ];
  it.each([
    ['without rules', [] as readonly AccessRule[]],
    ['with a rule that names them all', [{ may: ['approve'], users: answers.map(([, id]) => id) }] as readonly AccessRule[]],
    ['as members of a group that may', onCallOnly],
  ])('%s', async (_, rules) => {
    const { approves } = await startAccess({ rules });
    const given = await Promise.all(answers.map(async ([who, id]) => [who, await approves(id)]));
    expect(given).toEqual(answers.map(([who, , answer]) => [who, answer]));
  });
});

describe('a workspace on the free plan, which has no user groups', () => {
  it('refuses what a group gives, and nothing else', async () => {
    const byName: AccessRule = { may: ['approve'], users: ['U0BEN00000'] };
    const { approves, workspace } = await startAccess({ rules: [...onCallOnly, byName], workspace: { plan: 'free' } });
    expect(await approves(ana.id)).toContain('you have no right to approve mitigations in the namespace video-processing');
    expect(await approves('U0BEN00000')).toBe('yes');
    expect(workspace.stats.recentCalls().filter(({ error }) => error === 'plan_upgrade_required').length).toBeGreaterThan(0);
  });

  it('does not ask for groups where no rule names one', async () => {
    const { approves, workspace } = await startAccess({ workspace: { plan: 'free' } });
    expect(await approves(ana.id)).toBe('yes');
    expect(workspace.stats.calls('usergroups.list')).toBe(0);
  });

  it('gives the group its right once it has told who is in it', async () => {
    const { approves, workspace, clock } = await startAccess({ rules: onCallOnly });
    workspace.faults.set({ serverErrorBeforeApply: { methods: ['usergroups.list'], times: 1 } });
    expect(await approves(ana.id)).toContain('you have no right');
    clock.advance(60_000);
    expect(await approves(ana.id)).toBe('yes');
    expect(await approves('U0DMITRI00')).toContain('you have no right');
  });
});
