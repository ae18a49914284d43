import { z } from 'zod';
import { readSeverity, typedSchema } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { confirm, whereShown } from '../src/chat/confirm.ts';
import { bold } from '../src/chat/views/inline.ts';
import { severityText } from '../src/export/wording.ts';
import { changeSeverity } from '../src/incidents/change-severity.ts';
import { nameOf, severities } from '../src/incidents/incident.ts';

const argsSchema = z.object({ severity: z.enum(severities, { error: 'Say which severity: critical, warning or info.' }) });

export const severity = defineIncidentCommand({
  name: 'severity',
  aliases: ['sev', 'priority', 'prio'],
  summary: 'Change how severe it is',
  usage: 'severity [INC-12] critical|warning|info',
  examples: ['severity critical', 'severity INC-12 warning'],
  verb: 'severity',
  args: typedSchema
    .transform(({ words }) => ({ severity: words.length === 1 ? readSeverity(words[0] ?? '') : undefined }))
    .pipe(argsSchema),
  async run({ desk, person, cause, incident }, { severity: wanted }) {
    const changed = await changeSeverity(desk, { id: incident.id, cause, by: person, severity: wanted });
    return confirm(changed, cause, [bold(nameOf(incident)), ` is ${severityText(wanted)} now.`, ...whereShown(desk, changed.incident)]);
  },
  form: {
    title: 'Change severity',
    submit: 'Change',
    build: ({ incident }) => ({
      fields: [
        {
          id: 'severity',
          type: 'choice',
          label: `How severe is ${nameOf(incident)}?`,
          options: severities.map((value) => ({ value, label: severityText(value) })),
          initial: incident.severity,
          hint: 'Critical is announced to whoever is on call.',
        },
      ],
    }),
    answers: argsSchema,
    mainField: 'severity',
  },
});
