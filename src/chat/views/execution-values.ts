import { cutText } from '../../export/wording.ts';
import type { Inline } from '../message.ts';
import { code } from './inline.ts';

const maxValues = 8;

/** The values that were put into the step, each with where it came from. */
export function valueGroups(values: Readonly<Record<string, { value: string; origin: string }>>): readonly (readonly Inline[])[] {
  return Object.entries(values)
    .slice(0, maxValues)
    .map(([name, { value, origin }]) => [`${name} = `, code(cutText(value, 100)), ` (${cutText(origin, 80)})`]);
}
