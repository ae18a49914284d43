/** What the person tried, so that a failure is told in their words. */
export type Attempt =
  | { kind: 'command'; command: string; inThread: boolean; bot: string }
  | { kind: 'say' }
  | { kind: 'press' }
  | { kind: 'submit' }
  | { kind: 'fire' };

export type Explanation = { text: string; hint: string };

/** Slack's words for an error, and what to do next. */
export function explainFailure(error: string, attempt: Attempt): Explanation {
  if (attempt.kind === 'command') {
    const explanation = explainCommand(error, attempt);
    if (explanation !== undefined) return explanation;
  }
  // A sentence is what Slack itself would show; a code is explained.
  if (error.includes(' '))
    return { text: error.replace(/\.$/, ''), hint: attempt.kind === 'command' ? 'Type “/” to see the commands of this workspace.' : '' };
  return common.get(error) ?? { text: subjects[attempt.kind], hint: `The workspace answered “${error}”.` };
}

const subjects: Readonly<Record<Attempt['kind'], string>> = {
  command: 'That command did not work',
  say: 'Your message was not sent',
  press: 'That did not work',
  submit: 'The form was not sent',
  fire: 'The alert was not sent',
};

const common: ReadonlyMap<string, Explanation> = new Map([
  ['network', { text: 'The simulation cannot be reached', hint: 'Is the process still running? This page reconnects by itself.' }],
  [
    'operation_timeout',
    { text: 'The app did not respond in time', hint: 'Slack waits three seconds. It may still have worked: look before you repeat it.' },
  ],
  ['dispatch_failed', { text: 'The app could not be reached', hint: 'Its answer was an error, or it is not running.' }],
  ['not_in_channel', { text: 'You are not a member of this channel', hint: 'Act as somebody who is.' }],
  ['is_archived', { text: 'This channel is archived', hint: 'Nobody can post here any more.' }],
  ['channel_not_found', { text: 'This channel does not exist any more', hint: 'Choose another one on the left.' }],
  ['message_not_found', { text: 'This message was deleted', hint: 'Look at the newest messages.' }],
  ['message_changed', { text: 'This message has changed meanwhile', hint: 'Look at it again before you press.' }],
  ['not_supported', { text: 'Alerts cannot be fired from here', hint: 'This workspace runs without a simulated Alertmanager.' }],
  ['invalid_command_response', { text: 'The app answered with something that cannot be shown', hint: 'Its log says what was refused.' }],
  ['user_not_found', { text: 'This person is not in the workspace any more', hint: 'Act as somebody else.' }],
  ['thread_not_found', { text: 'This thread does not exist any more', hint: 'Look at the newest messages.' }],
  ['view_not_found', { text: 'This form is not open any more', hint: 'Open it again from its button.' }],
  ['not_found', { text: 'This is not there any more', hint: 'Look at the newest messages.' }],
  ['no_text', { text: 'There is nothing to send', hint: 'Write something first.' }],
  ['msg_too_long', { text: 'Your message is too long', hint: 'Shorten it, or send it in parts.' }],
  ['restricted_action', { text: 'You may not do this here', hint: 'Guests have fewer rights. Act as a member.' }],
]);

function explainCommand(error: string, attempt: Attempt & { kind: 'command' }): Explanation | undefined {
  switch (error) {
    case 'operation_timeout':
      return {
        text: `${attempt.command} did not respond in time`,
        hint: 'Slack waits three seconds. It may still have worked: look before you repeat it.',
      };
    case 'dispatch_failed':
      return {
        text: `${attempt.command} failed with the error “dispatch_failed”`,
        hint: 'The app answered with an error, or it is not running.',
      };
    case 'command_in_thread':
    case 'not_supported_in_threads':
    case 'slash_commands_not_supported_in_threads':
      return commandInThread(attempt.command, attempt.bot);
    case 'unknown_command':
    case 'command_not_found':
    case 'invalid_command':
      return { text: `${attempt.command} is not a valid command`, hint: 'Type “/” to see the commands of this workspace.' };
    default:
      return undefined;
  }
}

/** Slack has no commands in threads; a mention does the same. */
export function commandInThread(command: string, bot: string): Explanation {
  return { text: `${command} is not supported in threads`, hint: `Mention @${bot} instead: the same words after its name do the same.` };
}
