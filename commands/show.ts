import { noArguments } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { drawContextFor } from '../src/chat/draw-context.ts';
import { drawDetails } from '../src/chat/views/details.ts';

export const show = defineIncidentCommand({
  name: 'show',
  aliases: ['status', 'view', 'details', 'info', 'drafts'],
  summary: 'One incident in full, with the drafts for customers and for the end',
  usage: 'show [INC-12]',
  examples: ['show', 'show INC-12'],
  args: noArguments,
  async run({ desk, incident }) {
    return drawDetails(await drawContextFor(desk, incident));
  },
});
