import type { PageChannel, PageMessage, PagePerson, PageState } from '../../../src/simulator/slack/page-contract.ts';
import type { BlockScope, Press } from '../../../src/web/workspace/blocks/scope.ts';

export const now = Date.UTC(2025, 10, 21, 14, 30, 0);

const ana: PagePerson = {
  id: 'U1',
  name: 'ana',
  realName: 'Ana Duarte',
  title: 'On-call engineer',
  color: '#2f6f8f',
  isBot: false,
  isRestricted: false,
};
const ben: PagePerson = { ...ana, id: 'U2', name: 'ben', realName: 'Ben Okafor', title: 'Second on-call' };
const bot: PagePerson = { ...ana, id: 'UBOT', name: 'tocsin', realName: 'Tocsin', title: 'App', isBot: true };
const slackbot: PagePerson = { ...bot, id: 'USLACKBOT', name: 'slackbot', realName: 'Slackbot' };

const incidents: PageChannel = {
  id: 'C1',
  name: 'incidents',
  topic: 'One thread per incident',
  isArchived: false,
  members: ['U1', 'U2', 'UBOT'],
};
const oncall: PageChannel = { id: 'C2', name: 'oncall', topic: '', isArchived: false, members: ['U1'] };

export function message(part: Partial<PageMessage> & { ts: string }): PageMessage {
  return {
    channel: 'C1',
    user: 'UBOT',
    text: '',
    blocks: [],
    replyCount: 0,
    replyUsers: [],
    edited: false,
    isBroadcast: false,
    reactions: [],
    ...part,
  };
}

export function workspace(part: Partial<PageState> = {}): PageState {
  return {
    team: { id: 'T1', name: 'Example' },
    people: [ana, ben, slackbot, bot],
    channels: [oncall, incidents],
    messages: [],
    views: [],
    commands: [
      { command: '/incident', description: 'Run an incident', usageHint: 'help | ack | status | run <step> | resolve', subcommands: [] },
    ],
    samples: [{ id: 'video', title: 'Video errors', description: 'A critical incident' }],
    faults: {},
    notice: '',
    ...part,
  };
}

/** A scope as a message has it, with what was pressed in it. */
export function blockScope(part: Partial<BlockScope> = {}): BlockScope & { pressed: readonly Press[] } {
  const pressed: Press[] = [];
  return {
    people: new Map([ana, ben, bot].map((person) => [person.id, person])),
    channels: new Map([incidents, oncall].map((channel) => [channel.id, channel])),
    actingAs: ana.id,
    now,
    idPrefix: 'x',
    press: (press) => pressed.push(press),
    isBusy: () => false,
    pressed,
    ...part,
  };
}
