import { noWords } from '../src/chat/arguments.ts';
import { defineCommand } from '../src/chat/command.ts';
import { drawNow } from '../src/chat/views/now.ts';
import { openStates } from '../src/incidents/incident.ts';
import { toInstant } from '../src/kernel/instant.ts';

const limit = 50;

export const now = defineCommand({
  name: 'now',
  aliases: ['home', 'mine', 'todo'],
  summary: 'What needs you now; the same as saying nothing',
  usage: 'now',
  examples: ['now'],
  args: noWords,
  async run({ desk, person }) {
    const open = await desk.incidents.list({ states: openStates, limit });
    return drawNow({ open, person, now: toInstant(desk.clock.now()), command: desk.command });
  },
});
