import { defineIncidentCommand } from '../src/chat/command.ts';
import { whereShown } from '../src/chat/confirm.ts';
import { decisionOn, executionNumber } from '../src/chat/execution-call.ts';
import { say } from '../src/chat/views/answers.ts';
import { applyingText } from '../src/chat/views/execution-title.ts';
import { bold } from '../src/chat/views/inline.ts';

/** Stands behind what somebody else proposed: exactly that, and nothing else. */
export const approve = defineIncidentCommand({
  name: 'approve',
  aliases: ['approved'],
  summary: 'Approve a mitigation that somebody else asked for',
  usage: 'approve [INC-12] 3',
  examples: ['approve 3', 'approve INC-12 3'],
  words: 'numbers',
  args: executionNumber,
  async run(context, call) {
    const { desk, incident } = context;
    const { execution } = await desk.runner.approve(decisionOn(context, call, 'approve'));
    const name = bold(`#${execution.number} · ${execution.title}`);
    const approvals = execution.votes.filter(({ choice }) => choice === 'approve').length;
    if (execution.state === 'proposed')
      return say('You approved ', name, `: ${approvals} of ${execution.quorum} approvals are there.`, ...whereShown(desk, incident));
    return say('You approved ', name, `. ${applyingText(execution)}.`, ...whereShown(desk, incident));
  },
});
