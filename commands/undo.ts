import { defineIncidentCommand } from '../src/chat/command.ts';
import { whereShown } from '../src/chat/confirm.ts';
import { executionNumber, requireExecution } from '../src/chat/execution-call.ts';
import { say } from '../src/chat/views/answers.ts';
import { bold } from '../src/chat/views/inline.ts';

/** Asks to take a mitigation back, which is planned, shown and approved like one. */
export const undo = defineIncidentCommand({
  name: 'undo',
  aliases: ['rollback', 'revert'],
  summary: 'Plan to take a mitigation back, and ask for approval',
  usage: 'undo [INC-12] 3',
  examples: ['undo 3', 'undo INC-12 3'],
  words: 'numbers',
  args: executionNumber,
  async run({ desk, person, cause, incident }, { number }) {
    const meant = requireExecution(incident, number, 'undo');
    const { execution } = await desk.runner.undo({ id: incident.id, cause, by: person, number: meant.number });
    return say('Planning ', bold(`#${execution.number} · ${execution.title}`), '. Nothing is changed yet.', ...whereShown(desk, incident));
  },
});
