import type { PageCommand, PageState } from '../../../simulator/slack/page-contract.ts';

export type Suggestion = {
  id: string;
  label: string;
  description: string;
  /** What the text becomes, and where the caret then stands. */
  text: string;
  caret: number;
};

export type Suggestions = {
  items: readonly Suggestion[];
  /** Whether Enter takes the first one; where false, Enter sends what is written unless the person moved into the list. */
  takesFirst: boolean;
  /** How the command that is being written goes on. */
  usage: string;
};

export type Draft = {
  text: string;
  caret: number;
  inThread: boolean;
  workspace: Pick<PageState, 'commands' | 'people' | 'channels'>;
};

const nothing: Suggestions = { items: [], takesFirst: false, usage: '' };
const shown = 8;

/** What may be meant by the words before the caret: a command, its subcommand, a person or a channel. */
export function suggest(draft: Draft): Suggestions {
  if (draft.text.startsWith('/')) return draft.inThread ? nothing : suggestCommand(draft);
  const spoken = suggestToBot(draft);
  if (spoken !== undefined) return spoken;
  const before = draft.text.slice(0, draft.caret);
  const match = /(?:^|[\s(])([@#])([\p{L}\p{N}._-]{0,40})$/u.exec(before);
  if (match?.[2] === undefined) return nothing;
  const from = draft.caret - match[2].length - 1;
  return match[1] === '@' ? suggestPerson(draft, from, match[2]) : suggestChannel(draft, from, match[2]);
}

function suggestCommand(draft: Draft): Suggestions {
  const { text } = draft;
  const space = text.search(/\s/);
  if (space < 0) {
    const items = draft.workspace.commands
      .filter(({ command }) => command.startsWith(text.toLowerCase()))
      .map(({ command, description, usageHint }) => ({
        id: command,
        label: usageHint === '' ? command : `${command} ${usageHint}`,
        description,
        text: `${command} `,
        caret: command.length + 1,
      }));
    return { items: items.slice(0, shown), takesFirst: true, usage: '' };
  }
  const command = draft.workspace.commands.find((one) => one.command === text.slice(0, space));
  if (command === undefined) return nothing;
  return suggestWord(draft, { start: command.command, command });
}

/** The same words said to the bot, which is how one gives orders in a thread. */
function suggestToBot(draft: Draft): Suggestions | undefined {
  const [, start, name] = /^(@([\p{L}\p{N}._-]{1,40}))\s/u.exec(draft.text) ?? [];
  const [command] = draft.workspace.commands;
  if (start === undefined || command === undefined) return undefined;
  return draft.workspace.people.some((person) => person.isBot && person.name === name) ? suggestWord(draft, { start, command }) : undefined;
}

/** The first word after the command or the mention, and once it stands there, how it goes on. */
function suggestWord({ text, caret }: Draft, order: { start: string; command: PageCommand }): Suggestions {
  const { start, command } = order;
  const said = text.slice(start.length);
  const first = said.trim().split(/\s/)[0];
  const hint = command.subcommands.find(({ name }) => name === first)?.usage ?? command.usageHint;
  const usage = hint === '' ? '' : `${start} ${hint}`;
  const typed = /^\s+(\S*)$/.exec(said.slice(0, caret - start.length))?.[1];
  if (typed === undefined || caret < text.length) return { items: [], takesFirst: false, usage };
  const items = subcommands(command)
    .filter(({ name }) => name.startsWith(typed.toLowerCase()) && name !== typed)
    .map(({ name, usage, summary }) => ({
      id: name,
      label: `${start} ${usage}`,
      description: summary,
      text: `${start} ${name} `,
      caret: start.length + name.length + 2,
    }));
  return { items, takesFirst: false, usage };
}

/** The words that may follow a command: as it lists them, or as a usage hint such as `[status | ack | mitigate <step>]` names them. */
export function subcommands({
  usageHint,
  subcommands: listed,
}: Pick<PageCommand, 'usageHint' | 'subcommands'>): PageCommand['subcommands'] {
  if (listed.length > 0 || !usageHint.includes('|')) return listed;
  const words = usageHint
    .replace(/[[\]()]/g, ' ')
    .split('|')
    .flatMap((part) => /^\s*([a-z][a-z-]{1,30})(?:\s|$)/.exec(part)?.[1] ?? []);
  return [...new Set(words)].map((name) => ({ name, usage: name, summary: '' }));
}

function suggestPerson(draft: Draft, from: number, typed: string): Suggestions {
  const query = typed.toLowerCase();
  const matches = (words: string) =>
    words
      .toLowerCase()
      .split(/\s+/)
      .some((word) => word.startsWith(query));
  const items = draft.workspace.people
    .filter((person) => matches(person.name) || matches(person.realName))
    .map((person) => ({
      id: person.id,
      label: `@${person.name}`,
      description: describe(person),
      ...inserted(draft, from, `@${person.name} `),
    }));
  return { items: items.slice(0, shown), takesFirst: true, usage: '' };
}

function describe(person: PageState['people'][number]): string {
  return [person.realName, person.isBot ? 'app' : person.title].filter((word) => word !== '').join(', ');
}

function suggestChannel(draft: Draft, from: number, typed: string): Suggestions {
  const items = draft.workspace.channels
    .filter((channel) => channel.name.startsWith(typed.toLowerCase()))
    .map((channel) => ({
      id: channel.id,
      label: `#${channel.name}`,
      description: channel.topic,
      ...inserted(draft, from, `#${channel.name} `),
    }));
  return { items: items.slice(0, shown), takesFirst: true, usage: '' };
}

function inserted(draft: Draft, from: number, word: string): { text: string; caret: number } {
  const rest = draft.text.slice(draft.caret).replace(/^ /, '');
  return { text: draft.text.slice(0, from) + word + rest, caret: from + word.length };
}
