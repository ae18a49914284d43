import { noWords } from '../src/chat/arguments.ts';
import { defineCommand } from '../src/chat/command.ts';
import { drawList } from '../src/chat/views/list.ts';
import { openStates } from '../src/incidents/incident.ts';
import { toInstant } from '../src/kernel/instant.ts';

/** In a storm thousands are open: those that came last, the gravest of them first. */
const openLimit = 200;
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
    return drawList({ open, isCut: open.length === openLimit, resolved, now: toInstant(desk.clock.now()), command: desk.command });
  },
});
