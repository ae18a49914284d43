import { countText } from '../export/wording.ts';
import type { Command } from './command.ts';
import type { Message } from './message.ts';
import { message } from './views/answers.ts';
import { bold, code, contextBlock, textBlock } from './views/inline.ts';

/** All commands, one line each. */
export function helpMessage(commands: readonly Command[], slash: string): Message {
  return message(
    [bold('What you can say'), ` (${countText(commands.length, 'command')})`],
    [
      { type: 'list', items: commands.map((command) => [code(`${slash} ${command.usage}`), ` ${command.summary}`]) },
      textBlock(
        'In an incident’s thread mention me instead: the incident is understood. Elsewhere name it as ',
        code('INC-12'),
        ', ',
        code('#12'),
        ' or ',
        code('12'),
        '; when only one is open, you need not.',
      ),
      contextBlock('More on one: ', code(`${slash} help update`), ' · what needs you now: ', code(slash)),
    ],
  );
}

/** One command with its examples and other names. */
export function helpOn(command: Command, slash: string): Message {
  const aliases = command.aliases.length === 0 ? [] : [contextBlock('Also called ', code(command.aliases.join(', ')))];
  return message(
    [bold(command.name), `: ${command.summary}`],
    [
      textBlock('Usage: ', code(`${slash} ${command.usage}`)),
      { type: 'list', items: command.examples.map((example) => [code(`${slash} ${example}`)]) },
      ...aliases,
    ],
  );
}
