import { typedSchema } from '../src/chat/arguments.ts';
import { defineCommand } from '../src/chat/command.ts';
import { helpMessage, helpOn } from '../src/chat/help.ts';
import { findCommand, suggestCommand } from '../src/chat/suggest.ts';
import { say } from '../src/chat/views/answers.ts';
import { code } from '../src/chat/views/inline.ts';

export const help = defineCommand({
  name: 'help',
  aliases: ['h', '?', 'commands', 'usage'],
  summary: 'What you can say, or how one command is used',
  usage: 'help [command]',
  examples: ['help', 'help update'],
  args: typedSchema.transform(({ words }) => ({ word: words[0] })),
  run({ commands, desk }, { word }) {
    if (word === undefined) return Promise.resolve(helpMessage(commands, desk.command));
    const command = findCommand(commands, word) ?? suggestCommand(commands, word);
    if (command !== undefined) return Promise.resolve(helpOn(command, desk.command));
    return Promise.resolve(say(`There is no command "${word}". All of them: `, code(`${desk.command} help`)));
  },
});
