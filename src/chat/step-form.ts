import { missingValues } from '../executions/step-values.ts';
import { readArguments } from './arguments.ts';
import type { IncidentContext } from './command.ts';
import { drawContextFor } from './draw-context.ts';
import type { Message } from './message.ts';
import type { Form } from './reply.ts';
import { parameterFields, requireStep, stepCallSchema } from './steps.ts';
import type { Typed } from './typed.ts';
import { bold, textBlock } from './views/inline.ts';
import { drawSteps } from './views/steps.ts';

type Kind = ReturnType<typeof requireStep>['chosen']['kind'];

/** Whether there is something to ask: which step, or values for what one of `kinds` leaves open. */
export function needsStepForm(context: IncidentContext, typed: Typed, kinds: readonly Kind[]): boolean {
  if (typed.text === '') return true;
  const call = stepCallSchema.safeParse(typed);
  if (!call.success) return false;
  const { chosen } = requireStep(context, call.data.number);
  return kinds.includes(chosen.kind) && missingValues(chosen, call.data.values).length > 0;
}

/** The questions of a step; without a number all steps with their buttons, which is quicker than a form. */
export async function stepForm(context: IncidentContext, typed: Typed): Promise<Pick<Form, 'intro' | 'fields'> | { refusal: Message }> {
  if (typed.text === '') return { refusal: drawSteps(await drawContextFor(context.desk, context.incident)) };
  const { number, values } = readArguments(stepCallSchema, typed);
  const { chosen } = requireStep(context, number);
  return {
    intro: [textBlock(bold(`${chosen.number}. ${chosen.title}`)), { type: 'code', text: chosen.parts.map(({ text }) => text).join('\n') }],
    fields: await parameterFields(context, chosen.parameters, values),
  };
}
