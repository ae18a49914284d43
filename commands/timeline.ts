import { noArguments } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { drawTimeline } from '../src/chat/views/timeline.ts';
import { readTimeline } from '../src/export/read-timeline.ts';

export const timeline = defineIncidentCommand({
  name: 'timeline',
  aliases: ['history', 'events'],
  summary: 'What happened, the latest last',
  usage: 'timeline [INC-12]',
  examples: ['timeline', 'timeline INC-12'],
  args: noArguments,
  async run({ desk, incident }) {
    return drawTimeline({ incident, entries: await readTimeline(desk.timeline, incident), command: desk.command });
  },
});
