import { z } from 'zod';
import { maxTextLength, readPhase, typedSchema, updatePhases, wordsSchema } from '../src/chat/arguments.ts';
import type { UpdatePhase } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import type { IncidentContext } from '../src/chat/command.ts';
import { confirm } from '../src/chat/confirm.ts';
import { runbookOf } from '../src/chat/desk.ts';
import type { Field } from '../src/chat/reply.ts';
import { splitFirst } from '../src/chat/typed.ts';
import type { Typed } from '../src/chat/typed.ts';
import { draftOfKind, draftText, holesIn, holesNotice } from '../src/chat/views/fill.ts';
import { bold, contextBlock } from '../src/chat/views/inline.ts';
import { cutText, phaseWords } from '../src/export/wording.ts';
import { hasThread, nameOf } from '../src/incidents/incident.ts';
import { postUpdate } from '../src/incidents/update.ts';

function readUpdate(typed: Typed): { phase?: UpdatePhase | undefined; text: string } {
  const { first, rest } = splitFirst(typed);
  const phase = readPhase(first);
  return phase === undefined ? { text: typed.text } : { phase, text: rest.text };
}

const argsSchema = z.object({ phase: z.enum(updatePhases).optional(), text: wordsSchema('update') });

function formFields({ incident, desk }: IncidentContext, typed: Typed): readonly Field[] {
  const draft = draftOfKind('internal', runbookOf(desk, incident), incident);
  const phase = readUpdate(typed).phase ?? (incident.phase === 'resolved' ? 'monitoring' : incident.phase);
  return [
    {
      id: 'phase',
      type: 'choice',
      label: 'Phase',
      options: updatePhases.map((value) => ({ value, label: phaseWords[value] })),
      initial: phase,
    },
    {
      id: 'text',
      type: 'text',
      label: 'Update',
      multiline: true,
      maxLength: maxTextLength,
      hint: 'What is known, what is being done, when you write again. Facts, not guesses.',
      ...(draft === undefined ? {} : { initial: cutText(draftText(draft), maxTextLength) }),
    },
  ];
}

export const update = defineIncidentCommand({
  name: 'update',
  aliases: ['post', 'announce'],
  summary: 'Post a status update; without text you get the runbook’s draft to edit',
  usage: 'update [INC-12] [identified|monitoring|investigating] [text]',
  examples: ['update', 'update monitoring The fix is out, the error rate falls', 'update INC-12 identified A bad deploy, rolling back'],
  verb: 'update',
  words: 'free text',
  args: typedSchema.transform(readUpdate).pipe(argsSchema),
  async run({ desk, person, cause, incident }, { text, phase }) {
    const changed = await postUpdate(desk, { id: incident.id, cause, by: person, text, ...(phase === undefined ? {} : { phase }) });
    const notice = holesNotice(holesIn(text));
    const where = hasThread(changed.incident) ? '. The thread and the channel show it.' : '. It has no thread; the timeline holds it.';
    return confirm(changed, cause, ['Your update is out for ', bold(nameOf(incident)), where, notice === '' ? '' : ` ${notice}.`]);
  },
  form: {
    title: 'Post an update',
    submit: 'Post',
    opensFor: (typed) => readUpdate(typed).text === '',
    build: (context, typed) => ({
      intro: [contextBlock(`For ${nameOf(context.incident)}: everybody in the channel sees it.`)],
      fields: formFields(context, typed),
    }),
    answers: argsSchema,
    mainField: 'text',
  },
});
