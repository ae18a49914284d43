import { readArguments } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { whereShown } from '../src/chat/confirm.ts';
import { answeredWords, executionNumber, hasNoWords, numberAndWords, requireExecution } from '../src/chat/execution-call.ts';
import { say } from '../src/chat/views/answers.ts';
import { applyingText } from '../src/chat/views/execution-title.ts';
import { bold, textBlock } from '../src/chat/views/inline.ts';

/** For whoever is alone: applies one's own mitigation after a wait, with a reason that everybody reads. */
export const breakglass = defineIncidentCommand({
  name: 'breakglass',
  aliases: ['force', 'alone'],
  summary: 'Alone on call: apply your own mitigation after a wait, with an announced reason',
  usage: 'breakglass [INC-12] 3 reason',
  examples: ['breakglass 3 Nobody has answered for 20 minutes and customers lose uploads'],
  words: 'numbers',
  args: numberAndWords('reason'),
  async run({ desk, person, cause, incident }, { number, text, digest }) {
    const meant = requireExecution(incident, number, 'breakGlass');
    const { execution } = await desk.runner.breakGlass({
      id: incident.id,
      number: meant.number,
      cause,
      by: person,
      reason: text,
      ...(digest === undefined ? {} : { digest }),
    });
    return say(
      'You broke the glass for ',
      bold(`#${execution.number} · ${execution.title}`),
      `. ${applyingText(execution)}, and everybody on call is told.`,
      ...whereShown(desk, incident),
    );
  },
  form: {
    title: 'Apply it alone',
    submit: 'Apply it alone',
    opensFor: hasNoWords,
    build({ incident }, typed) {
      const { title, number } = requireExecution(incident, readArguments(executionNumber, typed).number, 'breakGlass');
      return {
        intro: [
          textBlock(bold(`#${number} · ${title}`)),
          textBlock('This applies it without a second person. It is announced to everybody on call and marked in the post-mortem.'),
        ],
        fields: [{ id: 'text', type: 'text', label: 'Why can it not wait?', multiline: true }],
      };
    },
    answers: answeredWords('reason'),
    mainField: 'text',
  },
});
