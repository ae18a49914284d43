import { z } from 'zod';
import { chooseStep } from '../executions/step-source.ts';
import type { Chosen } from '../executions/step-source.ts';
import { valueFor } from '../executions/step-values.ts';
import { cutText } from '../export/wording.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { Offer } from '../reading/offers.ts';
import { describeType } from '../reading/parameter.ts';
import type { Parameter } from '../reading/parameter.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import type { IncidentContext } from './command.ts';
import { runbookOf } from './desk.ts';
import type { Field } from './reply.ts';
import type { Typed } from './typed.ts';
import { noRunbookText } from './views/runbook.ts';

/** "2", "2.3". */
export const stepNumber = /^[1-9]\d{0,3}(?:\.[1-9]\d{0,3})?$/;
const given = /^([A-Za-z_][\w-]{0,62})=(.*)$/;

/** "2.3 pod=web-1 ns=prod": a step or command of the runbook, and values for what it leaves open. */
export type StepCall = { number: string; values: Readonly<Record<string, string>> };

export const stepCallSchema: z.ZodType<StepCall, Typed> = z.custom<Typed>().transform((typed, context) => {
  const [number = '', ...rest] = typed.words;
  const values: Record<string, string> = {};
  for (const word of rest) {
    const match = given.exec(word);
    if (match === null) context.addIssue({ code: 'custom', message: `"${word}" is no value. The right form is name=value.` });
    else values[match[1] ?? ''] = match[2] ?? '';
  }
  if (!stepNumber.test(number))
    context.addIssue({ code: 'custom', message: 'Say which step by its number, such as 2, or 2.3 for one command.' });
  return { number, values };
});

/** Form answers as a call: fields are called by the parameters' positions, as names may hold anything. */
export const stepAnswersSchema = z
  .record(z.string(), z.string())
  .transform(({ argument = '', ...answers }) => ({ number: argument, answers }));

/** The runbook of an incident as it is now. Throws TocsinError `not_found` with what to do. */
export function requireRunbook({ desk, incident }: IncidentContext): Runbook {
  const runbook = runbookOf(desk, incident);
  if (runbook !== undefined) return runbook;
  throw new TocsinError(
    'not_found',
    incident.runbook === undefined ? noRunbookText(incident, desk.command) : `The runbook ${incident.runbook.path} cannot be read now.`,
  );
}

/** What a number stands for. Throws TocsinError `not_found` with the numbers there are. */
export function requireStep(context: IncidentContext, number: string): { runbook: Runbook; chosen: Chosen } {
  const runbook = requireRunbook(context);
  const chosen = chooseStep(context.desk.steps.read(runbook), number);
  if (chosen !== undefined) return { runbook, chosen };
  throw new TocsinError(
    'not_found',
    `There is no ${number} in ${runbook.title}: ${numbersNear(context, runbook, number)}. ${context.desk.command} runbook shows them.`,
  );
}

function numbersNear({ desk }: IncidentContext, runbook: Runbook, number: string): string {
  const [step = ''] = number.split('.');
  const reading = desk.steps.read(runbook).find((each) => String(each.step.number) === step);
  if (reading === undefined) return `its steps are 1 to ${runbook.steps.at(-1)?.number ?? 0}`;
  const [first, last] = [reading.commands[0]?.command.number, reading.commands.at(-1)?.command.number];
  if (first === undefined || last === undefined) return `step ${step} has no commands`;
  return first === last ? `step ${step} has only ${first}` : `step ${step} has ${first} to ${last}`;
}

const maxFields = 20;
const maxOffers = 90;
const maxLabel = 70;
const maxValue = 253;

/** A field for each open value: a choice of what is known to fit, and room for something else. What was typed already stands there. */
export async function parameterFields(
  context: IncidentContext,
  parameters: readonly Parameter[],
  typed: Readonly<Record<string, string>> = {},
): Promise<readonly Field[]> {
  const fields = await Promise.all(
    parameters.slice(0, maxFields).map(async (parameter, index) => {
      const offers = (await context.desk.steps.offers(parameter, context.incident)).slice(0, maxOffers);
      return fieldsFor(parameter, { index, offers, typed: valueFor(parameter.name, typed) ?? '' });
    }),
  );
  return fields.flat();
}

type Asked = { index: number; offers: readonly Offer[]; typed: string };

function fieldsFor({ name, raw, type }: Parameter, { index, offers, typed }: Asked): readonly Field[] {
  const hint = `Stands for ${raw} in the command: ${describeType(type)}.`;
  const free: Field = {
    id: `t${index}`,
    type: 'text',
    label: label(name),
    hint,
    maxLength: maxValue,
    ...(typed === '' ? {} : { initial: typed }),
  };
  const fitting = offers.filter(({ value }) => value.length <= maxLabel);
  const [only, ...more] = fitting;
  if (only === undefined) return [free];
  return [
    {
      id: `c${index}`,
      type: 'choice',
      label: label(name),
      options: fitting.map(({ value, origin }) => ({ value, label: cutText(`${value} (${origin})`, maxLabel) })),
      ...(more.length === 0 ? { initial: only.value } : {}),
      optional: true,
      hint,
    },
    {
      ...free,
      label: label(`${name}, if it is another one`),
      optional: true,
      hint: 'What is written here is taken, whatever is chosen above.',
    },
  ];
}

function label(text: string): string {
  return cutText(text, maxLabel);
}

/** The answers of a form as values by parameter. */
export function answeredValues(chosen: Chosen, answers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    chosen.parameters.map(({ name }, index) => [
      name,
      [answers[`t${index}`], answers[`c${index}`]].find((text) => text !== undefined && text !== '') ?? '',
    ]),
  );
}
