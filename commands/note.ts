import { z } from 'zod';
import { textArgument, wordsSchema } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { confirm, whereShown } from '../src/chat/confirm.ts';
import { bold } from '../src/chat/views/inline.ts';
import { nameOf } from '../src/incidents/incident.ts';
import { addNote } from '../src/incidents/note.ts';

export const note = defineIncidentCommand({
  name: 'note',
  aliases: ['log', 'comment', 'jot'],
  summary: 'Put what you saw or did on the timeline',
  usage: 'note [INC-12] text',
  examples: ['note Restarted gpu-worker, errors go down', 'note INC-12 The deploy of 13:50 looks guilty'],
  verb: 'note',
  words: 'free text',
  args: textArgument('note'),
  async run({ desk, person, cause, incident }, { text }) {
    const changed = await addNote(desk, { id: incident.id, cause, by: person, text });
    return confirm(changed, cause, [
      'Your note is on the timeline of ',
      bold(nameOf(incident)),
      '.',
      ...whereShown(desk, changed.incident),
    ]);
  },
  form: {
    title: 'Add a note',
    submit: 'Add',
    build: ({ incident }) => ({
      fields: [
        {
          id: 'text',
          type: 'text',
          label: `What did you see or do? (${nameOf(incident)})`,
          multiline: true,
          hint: 'It goes to the timeline and into the thread.',
        },
      ],
    }),
    answers: z.object({ text: wordsSchema('note') }),
    mainField: 'text',
  },
});
