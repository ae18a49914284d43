import { noArguments } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { drawContextFor } from '../src/chat/draw-context.ts';
import { drawSteps } from '../src/chat/views/steps.ts';

/** The runbook's steps with what each is and where it stands. */
export const runbook = defineIncidentCommand({
  name: 'runbook',
  aliases: ['steps', 'book', 'rb'],
  summary: 'The steps of the runbook: what each does, and where it stands',
  usage: 'runbook [INC-12]',
  examples: ['runbook', 'runbook INC-12'],
  args: noArguments,
  async run({ desk, incident }) {
    return drawSteps(await drawContextFor(desk, incident));
  },
});
