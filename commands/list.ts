import { noWords } from '../src/chat/arguments.ts';
import { defineCommand } from '../src/chat/command.ts';
import { drawList } from '../src/chat/views/list.ts';
import { openStates } from '../src/incidents/incident.ts';
import { toInstant } from '../src/kernel/instant.ts';

const openLimit = 25;
const resolvedLimit = 5;

export const list = defineCommand({
  name: 'list',
  aliases: ['ls', 'all', 'incidents'],
  summary: 'Open incidents, then the latest resolved ones',
  usage: 'list',
  examples: ['list'],
  args: noWords,
  async run({ desk }) {
    const [open, resolved] = await Promise.all([
      desk.incidents.list({ states: openStates, limit: openLimit }),
      desk.incidents.list({ states: ['resolved'], limit: resolvedLimit }),
    ]);
    return drawList({ open, resolved, now: toInstant(desk.clock.now()), command: desk.command });
  },
});
