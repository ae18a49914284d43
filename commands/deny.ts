import { defineIncidentCommand } from '../src/chat/command.ts';
import { whereShown } from '../src/chat/confirm.ts';
import { decisionOn, numberAndWords, reasonForm } from '../src/chat/execution-call.ts';
import { say } from '../src/chat/views/answers.ts';
import { bold } from '../src/chat/views/inline.ts';

/** Stops a proposed mitigation. One person is enough, and has to say why. */
export const deny = defineIncidentCommand({
  name: 'deny',
  aliases: ['reject', 'decline', 'veto'],
  summary: 'Deny a mitigation, with the reason',
  usage: 'deny [INC-12] 3 reason',
  examples: ['deny 3 The autoscaler would undo it', 'deny INC-12 3 Restart the asr workers first'],
  words: 'numbers',
  args: numberAndWords('reason'),
  async run(context, { text, ...call }) {
    const { execution } = await context.desk.runner.deny({ ...decisionOn(context, call, 'deny'), reason: text });
    const name = bold(`#${execution.number} · ${execution.title}`);
    return say('You denied ', name, '. Nothing was changed.', ...whereShown(context.desk, context.incident));
  },
  form: reasonForm('deny', {
    title: 'Deny a mitigation',
    submit: 'Deny',
    label: 'Why not?',
    hint: 'Say what should happen instead. Everybody reads it.',
  }),
});
