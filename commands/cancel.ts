import { defineIncidentCommand } from '../src/chat/command.ts';
import { whereShown } from '../src/chat/confirm.ts';
import { decisionOn, executionNumber } from '../src/chat/execution-call.ts';
import { say } from '../src/chat/views/answers.ts';
import { bold } from '../src/chat/views/inline.ts';
import { changesThings } from '../src/incidents/execution.ts';

/** Takes back what one asked for, as long as nothing is being changed. */
export const cancel = defineIncidentCommand({
  name: 'cancel',
  aliases: ['withdraw', 'stop', 'abort'],
  summary: 'Stop a diagnostic, or take back a mitigation that you asked for',
  usage: 'cancel [INC-12] 3',
  examples: ['cancel 3'],
  words: 'numbers',
  args: executionNumber,
  async run(context, { number }) {
    const { desk, incident } = context;
    const { execution } = await desk.runner.cancel(decisionOn(context, { number }, 'cancel'));
    return say(
      changesThings(execution) ? 'You cancelled ' : 'You stopped ',
      bold(`#${execution.number} · ${execution.title}`),
      '.',
      ...whereShown(desk, incident),
    );
  },
});
