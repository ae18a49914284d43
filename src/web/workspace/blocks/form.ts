import type { PageInput } from '../../../simulator/slack/page-contract.ts';
import { fieldsOf, listOf, objectsOf, textOf, type Fields } from './json.ts';

/** What an element holds before anybody touched it. */
export function initialInput(element: Fields): PageInput {
  switch (textOf(element['type'])) {
    case 'users_select':
      return { type: 'user', value: textOrNull(element['initial_user']) };
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type: 'option', value: textOrNull(fieldsOf(element['initial_option'])['value']) };
    case 'channels_select':
      return { type: 'option', value: textOrNull(element['initial_channel']) };
    case 'conversations_select':
      return { type: 'option', value: textOrNull(element['initial_conversation']) };
    case 'checkboxes':
    case 'multi_static_select':
      return { type: 'options', values: objectsOf(element['initial_options']).map((option) => textOf(option['value'])) };
    case 'multi_users_select':
      return { type: 'options', values: listOf(element['initial_users']).map(textOf) };
    case 'datepicker':
      return { type: 'text', value: textOf(element['initial_date']) };
    case 'timepicker':
      return { type: 'text', value: textOf(element['initial_time']) };
    default:
      return { type: 'text', value: textOf(element['initial_value']) };
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** True when nothing was put in, which Slack refuses for an input that is not optional. */
export function isEmptyInput(input: PageInput): boolean {
  switch (input.type) {
    case 'text':
      return input.value.trim() === '';
    case 'option':
    case 'user':
      return input.value === null;
    case 'options':
      return input.values.length === 0;
  }
}

/** The inputs of a view by block id: the state that goes with a submission. */
export type FormField = { blockId: string; element: Fields; required: boolean };

const stateful = new Set([
  'plain_text_input',
  'number_input',
  'url_text_input',
  'email_text_input',
  'static_select',
  'external_select',
  'users_select',
  'channels_select',
  'conversations_select',
  'multi_static_select',
  'multi_users_select',
  'checkboxes',
  'radio_buttons',
  'datepicker',
  'timepicker',
]);

/** Every element of the blocks that holds a value. Only those of input blocks can be required. */
export function formFields(blocks: unknown): readonly FormField[] {
  return objectsOf(blocks).flatMap((block) => {
    const blockId = textOf(block['block_id']);
    const isInput = block['type'] === 'input';
    const elements = isInput ? [fieldsOf(block['element'])] : [...objectsOf(block['elements']), fieldsOf(block['accessory'])];
    return elements
      .filter((element) => stateful.has(textOf(element['type'])))
      .map((element) => ({ blockId, element, required: isInput && block['optional'] !== true }));
  });
}

/** Slack's own checks before a submission leaves the client, by block id. */
export function validateForm(fields: readonly FormField[], read: (field: FormField) => PageInput): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const problem = fieldProblem(field, read(field));
    if (problem !== undefined) errors[field.blockId] = problem;
  }
  return errors;
}

function fieldProblem(field: FormField, input: PageInput): string | undefined {
  if (isEmptyInput(input)) return field.required ? 'Please complete this required field.' : undefined;
  if (input.type !== 'text') return undefined;
  const { length } = Array.from(input.value);
  const least = field.element['min_length'];
  const most = field.element['max_length'];
  if (typeof least === 'number' && length < least) return `Please write at least ${least} characters.`;
  if (typeof most === 'number' && length > most) return `Please write at most ${most} characters (now ${length}).`;
  if (field.element['type'] === 'number_input' && !Number.isFinite(Number(input.value))) return 'Please enter a number.';
  return undefined;
}
