import type { ExecutionDocument } from '../../executions/document.ts';
import { cutText } from '../../export/wording.ts';
import type { Inline } from '../message.ts';
import { code } from './inline.ts';

const maxValues = 8;

/** Whether the step was run with values: to run it again asks for them again. */
export function hasValues(document: ExecutionDocument | undefined): boolean {
  return Object.keys(document?.source?.parameters ?? {}).length > 0;
}

/** The values that were put into the step, each with where it came from. */
export function valueGroups(values: Readonly<Record<string, { value: string; origin: string }>>): readonly (readonly Inline[])[] {
  return Object.entries(values)
    .slice(0, maxValues)
    .map(([name, { value, origin }]) => [`${name} = `, code(cutText(value, 100)), ` (${cutText(origin, 80)})`]);
}
