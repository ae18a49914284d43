import type { SeedApp, WorkspaceSeed } from './workspace-types.ts';

const botUserId = 'U0TOCSIN00';

/** What the example workspace lets be chosen; everything has a default that is good enough to try it. */
export type ExampleChoices = Partial<Pick<SeedApp, 'botToken' | 'signingSecret' | 'requestUrl' | 'scopes' | 'events' | 'commands'>>;

/** Every bot scope the features use. Tests take one away to see what the bot does without it. */
export const exampleScopes = [
  'app_mentions:read',
  'bookmarks:write',
  'canvases:write',
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'pins:write',
  'reactions:read',
  'reactions:write',
  'team:read',
  'usergroups:read',
  'users:read',
] as const;

/** The bot events of the app's manifest. */
const exampleEvents = [
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'channel_archive',
  'channel_rename',
  'message.im',
  'tokens_revoked',
] as const;

/** The slash command of the app's manifest. */
export const exampleCommand = {
  command: '/incident',
  description: 'Run an incident from its runbook',
  usageHint: 'help | ack | status | update | resolve',
} as const;

/** Five people, three channels and the bot: the workspace of the try-out, the drills and most tests. */
export function exampleWorkspace(choices: ExampleChoices = {}): WorkspaceSeed {
  return {
    team: { id: 'T0TOCSIN00', name: 'Tocsin Example', domain: 'tocsin-example' },
    people: [
      { id: 'U0ANA00000', name: 'ana', realName: 'Ana Duarte', title: 'On-call engineer', color: '#2f6f8f' },
      { id: 'U0BEN00000', name: 'ben', realName: 'Ben Okafor', title: 'Second on-call', color: '#7a4f9a' },
      { id: 'U0CHLOE000', name: 'chloe', realName: 'Chloe Lindqvist', title: 'Communications', color: '#b0562b' },
      { id: 'U0DMITRI00', name: 'dmitri', realName: 'Dmitri Salas', title: 'Engineering manager', color: '#3d7d4a', isAdmin: true },
      { id: 'U0EMEKA000', name: 'emeka', realName: 'Emeka Ruiz', title: 'Contractor (guest)', color: '#8c3f5d', isRestricted: true },
    ],
    channels: [
      {
        id: 'C0INCIDENTS',
        name: 'incidents',
        topic: 'One thread per incident',
        members: ['U0ANA00000', 'U0BEN00000', 'U0CHLOE000', 'U0DMITRI00', 'U0EMEKA000', botUserId],
      },
      {
        id: 'C0ONCALL000',
        name: 'oncall',
        topic: 'Who is on call, and handovers',
        members: ['U0ANA00000', 'U0BEN00000', 'U0DMITRI00', botUserId],
      },
      {
        id: 'C0ENGINEER0',
        name: 'engineering',
        topic: 'Everything else',
        members: ['U0ANA00000', 'U0BEN00000', 'U0CHLOE000', 'U0DMITRI00'],
      },
    ],
    usergroups: [{ id: 'S0ONCALL00', handle: 'on-call', name: 'On call', users: ['U0ANA00000', 'U0BEN00000'] }],
    app: {
      appId: 'A0TOCSIN00',
      name: 'tocsin',
      botUserId,
      botId: 'B0TOCSIN00',
      botToken: choices.botToken ?? 'xoxb-simulated-tocsin',
      signingSecret: choices.signingSecret ?? 'simulated-signing-secret',
      scopes: choices.scopes ?? exampleScopes,
      ...(choices.requestUrl === undefined ? {} : { requestUrl: choices.requestUrl }),
      commands: choices.commands ?? [exampleCommand],
      events: choices.events ?? exampleEvents,
    },
  };
}
