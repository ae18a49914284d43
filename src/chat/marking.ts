import { z } from 'zod';
import { latestOf } from '../incidents/execution.ts';
import { defineIncidentCommand } from './command.ts';
import { whereShown } from './confirm.ts';
import { requireStep, stepNumber } from './steps.ts';
import { readableText, splitFirst } from './typed.ts';
import type { Typed } from './typed.ts';
import { say } from './views/answers.ts';
import { bold } from './views/inline.ts';

const argsSchema: z.ZodType<{ number: string; text: string }, Typed> = z
  .custom<Typed>()
  .transform((typed) => {
    const { first, rest } = splitFirst(typed);
    return { number: first, text: readableText(rest.text) };
  })
  .pipe(
    z.object({
      number: z.string().regex(stepNumber, { error: 'Say which step by its number, such as 4.' }),
      text: z.string().max(3000, { error: 'That is too long: at most 3000 characters.' }),
    }),
  );

/** A command that says what became of a step which people do themselves. */
export function markingCommand(
  as: 'done' | 'skipped',
  words: { name: string; aliases: readonly string[]; summary: string; example: string },
) {
  const { name, aliases, summary, example } = words;
  return defineIncidentCommand({
    name,
    aliases,
    summary,
    usage: `${name} [INC-12] 4 [what you found]`,
    examples: [`${name} 4`, `${name} 4 ${example}`],
    verb: 'run',
    words: 'numbers',
    args: argsSchema,
    async run(context, { number, text }) {
      const { desk, person, cause, incident } = context;
      const { chosen } = requireStep(context, number);
      const before = latestOf(incident, number);
      const isRepeat = before?.type === 'manual' && before.state === as && text === '' && !incident.causes.includes(cause);
      if (isRepeat) return say(`Step ${number} (`, bold(chosen.title), `) is marked as ${as} already (#${before.number}).`);
      await desk.runner.mark({
        id: incident.id,
        cause,
        by: person,
        step: number,
        title: chosen.title,
        as,
        ...(text === '' ? {} : { text }),
      });
      return say(`Step ${number} (`, bold(chosen.title), `) is marked as ${as}.`, ...whereShown(desk, incident));
    },
  });
}
