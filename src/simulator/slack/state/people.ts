import type { SeedPerson, WorkspaceSeed } from '../workspace-types.ts';

/** A user of the workspace: a person, the bot, or Slackbot. */
export type Person = SeedPerson & { isBot: boolean };

export const slackbotId = 'USLACKBOT';

/** Everybody by id. */
export function peopleOf(seed: WorkspaceSeed): ReadonlyMap<string, Person> {
  const bot = { id: seed.app.botUserId, name: seed.app.name, realName: seed.app.name, title: 'App', color: '#444444', isBot: true };
  const slackbot = { id: slackbotId, name: 'slackbot', realName: 'Slackbot', title: '', color: '#757575', isBot: true };
  const people = seed.people.map((person) => ({ ...person, isBot: false }));
  return new Map([...people, bot, slackbot].map((person) => [person.id, person]));
}

/** A user by id, or by handle with or without the at sign. */
export function findPerson(people: ReadonlyMap<string, Person>, nameOrId: string): Person | undefined {
  const name = nameOrId.replace(/^@/, '');
  return people.get(nameOrId) ?? [...people.values()].find((person) => person.name === name);
}
