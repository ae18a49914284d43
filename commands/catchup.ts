import { noArguments } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { drawContextFor } from '../src/chat/draw-context.ts';
import { drawCatchup } from '../src/chat/views/catchup.ts';
import { readTimeline } from '../src/export/read-timeline.ts';

export const catchup = defineIncidentCommand({
  name: 'catchup',
  aliases: ['catch-up', 'summary', 'brief', 'sitrep'],
  summary: 'Where it stands, the last five events, what is open, what is next',
  usage: 'catchup [INC-12]',
  examples: ['catchup', 'catchup INC-12'],
  args: noArguments,
  async run({ desk, incident }) {
    const [context, entries] = await Promise.all([drawContextFor(desk, incident), readTimeline(desk.timeline, incident)]);
    return drawCatchup(context, entries);
  },
});
