import { defineIncidentCommand } from '../src/chat/command.ts';
import { whereShown } from '../src/chat/confirm.ts';
import { decisionOn, numberAndWords, reasonForm } from '../src/chat/execution-call.ts';
import { say } from '../src/chat/views/answers.ts';
import { applyingText } from '../src/chat/views/execution-title.ts';
import { bold } from '../src/chat/views/inline.ts';

/** For whoever is alone: applies one's own mitigation after a wait, with a reason that everybody reads. */
export const breakglass = defineIncidentCommand({
  name: 'breakglass',
  aliases: ['force', 'alone'],
  summary: 'Alone on call: apply your own mitigation after a wait, with an announced reason',
  usage: 'breakglass [INC-12] 3 reason',
  examples: ['breakglass 3 Nobody has answered for 20 minutes and customers lose uploads'],
  words: 'numbers',
  args: numberAndWords('reason'),
  async run(context, { text, ...call }) {
    const { execution } = await context.desk.runner.breakGlass({ ...decisionOn(context, call, 'breakGlass'), reason: text });
    return say(
      'You broke the glass for ',
      bold(`#${execution.number} · ${execution.title}`),
      `. ${applyingText(execution)}, and everybody on call is told.`,
      ...whereShown(context.desk, context.incident),
    );
  },
  form: reasonForm('breakGlass', {
    title: 'Apply it alone',
    submit: 'Apply it alone',
    label: 'Why can it not wait?',
    notes: ['This applies it without a second person. It is announced to everybody on call and marked in the post-mortem.'],
  }),
});
