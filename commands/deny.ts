import { readArguments } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { whereShown } from '../src/chat/confirm.ts';
import { answeredWords, executionNumber, hasNoWords, numberAndWords, requireExecution } from '../src/chat/execution-call.ts';
import { say } from '../src/chat/views/answers.ts';
import { bold, textBlock } from '../src/chat/views/inline.ts';

/** Stops a proposed mitigation. One person is enough, and has to say why. */
export const deny = defineIncidentCommand({
  name: 'deny',
  aliases: ['reject', 'decline', 'veto'],
  summary: 'Deny a mitigation, with the reason',
  usage: 'deny [INC-12] 3 reason',
  examples: ['deny 3 The autoscaler would undo it', 'deny INC-12 3 Restart the asr workers first'],
  words: 'numbers',
  args: numberAndWords('reason'),
  async run({ desk, person, cause, incident }, { number, text, digest }) {
    const meant = requireExecution(incident, number, 'deny');
    const { execution } = await desk.runner.deny({
      id: incident.id,
      number: meant.number,
      cause,
      by: person,
      reason: text,
      ...(digest === undefined ? {} : { digest }),
    });
    return say('You denied ', bold(`#${execution.number} · ${execution.title}`), '. Nothing was changed.', ...whereShown(desk, incident));
  },
  form: {
    title: 'Deny a mitigation',
    submit: 'Deny',
    opensFor: hasNoWords,
    build({ incident }, typed) {
      const { title, number } = requireExecution(incident, readArguments(executionNumber, typed).number, 'deny');
      return {
        intro: [textBlock(bold(`#${number} · ${title}`))],
        fields: [
          { id: 'text', type: 'text', label: 'Why not?', multiline: true, hint: 'Say what should happen instead. Everybody reads it.' },
        ],
      };
    },
    answers: answeredWords('reason'),
    mainField: 'text',
  },
});
