import { optionalTextArgument } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { confirm, whereShown } from '../src/chat/confirm.ts';
import { bold } from '../src/chat/views/inline.ts';
import { nameOf } from '../src/incidents/incident.ts';
import { reopenIncident } from '../src/incidents/reopen.ts';

export const reopen = defineIncidentCommand({
  name: 'reopen',
  aliases: ['unresolve', 'reactivate'],
  summary: 'Open a resolved incident again',
  usage: 'reopen [INC-12] [why]',
  examples: ['reopen INC-12', 'reopen INC-12 The errors are back'],
  verb: 'reopen',
  words: 'free text',
  args: optionalTextArgument('reason'),
  async run({ desk, person, cause, incident }, { text }) {
    const by = { type: 'user', ...person } as const;
    const changed = await reopenIncident(desk, { id: incident.id, cause, by, ...(text === undefined ? {} : { text }) });
    return confirm(changed, cause, [
      bold(nameOf(incident)),
      ' is open again and waits for somebody to acknowledge it.',
      ...whereShown(desk, changed.incident),
    ]);
  },
});
