import { noArguments } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { giveRole } from '../src/chat/give-role.ts';

export const lead = defineIncidentCommand({
  name: 'lead',
  aliases: ['takeic', 'ic', 'take'],
  summary: 'Become incident commander yourself',
  usage: 'lead [INC-12]',
  examples: ['lead', 'lead INC-12'],
  verb: 'assign',
  args: noArguments,
  run: (context) => giveRole(context, 'commander', context.person),
});
