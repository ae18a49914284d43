import { z } from 'zod';
import { maxTextLength, optionalTextArgument, wordsSchema } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import type { IncidentContext } from '../src/chat/command.ts';
import { confirm } from '../src/chat/confirm.ts';
import { runbookOf } from '../src/chat/desk.ts';
import type { Block } from '../src/chat/message.ts';
import { draftOfKind, draftText, holesIn, holesNotice } from '../src/chat/views/fill.ts';
import { bold, code, contextBlock, textBlock } from '../src/chat/views/inline.ts';
import { countText, cutText, durationText } from '../src/export/wording.ts';
import { firingAlerts, nameOf } from '../src/incidents/incident.ts';
import { resolveIncident } from '../src/incidents/resolve.ts';
import { msBetween } from '../src/kernel/instant.ts';

function intro({ incident }: IncidentContext): readonly Block[] {
  const firing = firingAlerts(incident).length;
  if (firing === 0) return [contextBlock(`This ends ${nameOf(incident)}. Everybody in the channel sees the message.`)];
  return [
    textBlock('⚠️ ', bold(`${countText(firing, 'alert')} still ${firing === 1 ? 'fires' : 'fire'}.`), ` ${nameOf(incident)} ends anyway.`),
  ];
}

function closingDraft({ incident, desk }: IncidentContext): string | undefined {
  const draft = draftOfKind('resolution', runbookOf(desk, incident), incident);
  return draft === undefined ? undefined : cutText(draftText(draft), maxTextLength);
}

export const resolve = defineIncidentCommand({
  name: 'resolve',
  aliases: ['resolved', 'close', 'closed', 'done', 'end', 'fixed'],
  summary: 'End it; without text you get the runbook’s closing message to edit',
  usage: 'resolve [INC-12] [text]',
  examples: ['resolve', 'resolve INC-12 Rolled back, the error rate is normal'],
  verb: 'resolve',
  words: 'free text',
  args: optionalTextArgument('closing message'),
  async run({ desk, person, cause, incident }, { text }) {
    const by = { type: 'user', ...person } as const;
    const changed = await resolveIncident(desk, { id: incident.id, cause, by, ...(text === undefined ? {} : { text }) });
    const { startedAt, resolvedAt } = changed.incident.milestones;
    const after = resolvedAt === undefined ? '' : ` after ${durationText(msBetween(startedAt, resolvedAt))}`;
    const notice = holesNotice(holesIn(text ?? ''));
    const firing = firingAlerts(changed.incident).length;
    return confirm(changed, cause, [
      'You resolved ',
      bold(nameOf(incident)),
      `${after}. `,
      ...(firing === 0 ? [] : [`${countText(firing, 'alert')} still ${firing === 1 ? 'fires' : 'fire'}. `]),
      ...(notice === '' ? [] : [`${notice}. `]),
      'Take the record with you: ',
      code(`${desk.command} export ${nameOf(incident)}`),
    ]);
  },
  form: {
    title: 'Resolve',
    submit: 'Resolve',
    build: (context) => {
      const initial = closingDraft(context);
      return {
        intro: intro(context),
        fields: [
          {
            id: 'text',
            type: 'text',
            label: 'Closing message',
            multiline: true,
            optional: true,
            maxLength: maxTextLength,
            hint: 'What was wrong, what was done, what is watched now.',
            ...(initial === undefined ? {} : { initial }),
          },
        ],
      };
    },
    answers: z.object({ text: wordsSchema('closing message').optional() }),
    mainField: 'text',
  },
});
