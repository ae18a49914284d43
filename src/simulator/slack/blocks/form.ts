import { z } from 'zod';
import type { PageInput } from '../page-contract.ts';
import type { StoredView } from '../state/model.ts';

const option = z.looseObject({ text: z.looseObject({ text: z.string() }), value: z.string() });
type Option = z.infer<typeof option>;

/** What is needed of an element to press or fill it, whichever kind it is. */
const element = z.looseObject({
  type: z.string(),
  action_id: z.string(),
  text: z.looseObject({ text: z.string() }).optional(),
  value: z.string().optional(),
  options: z.array(option).optional(),
  option_groups: z.array(z.looseObject({ options: z.array(option) })).optional(),
  initial_value: z.string().optional(),
  initial_option: option.optional(),
  initial_options: z.array(option).optional(),
  initial_user: z.string().optional(),
  initial_date: z.string().optional(),
  initial_time: z.string().optional(),
  min_length: z.number().optional(),
  max_length: z.number().optional(),
});
export type FormElement = z.infer<typeof element>;

const block = z.looseObject({
  type: z.string(),
  block_id: z.string().optional(),
  label: z.looseObject({ text: z.string() }).optional(),
  optional: z.boolean().optional(),
  element: z.unknown().optional(),
  elements: z.array(z.unknown()).optional(),
  accessory: z.unknown().optional(),
});

/** An element with its place: the block, and whether it is an input that must be filled. */
export type PlacedElement = { blockId: string; label: string; isInput: boolean; isRequired: boolean; element: FormElement };

/** Every element in the blocks that a person can press or fill. */
export function placedElements(blocks: readonly unknown[]): PlacedElement[] {
  return blocks.flatMap((given) => {
    const parsed = block.safeParse(given);
    if (!parsed.success || !['actions', 'section', 'input'].includes(parsed.data.type)) return [];
    const { data } = parsed;
    const isInput = data.type === 'input';
    return [data.element, ...(data.elements ?? []), data.accessory].flatMap((candidate) => {
      const found = element.safeParse(candidate);
      if (!found.success) return [];
      const label = data.label?.text ?? found.data.text?.text ?? '';
      return [{ blockId: data.block_id ?? '', label, isInput, isRequired: isInput && data.optional !== true, element: found.data }];
    });
  });
}

/** Slack's state object of an element, such as `{type, selected_option}`. */
export type ElementState = { type: string } & Record<string, unknown>;

function optionsOf(of: FormElement): Option[] {
  return [...(of.options ?? []), ...(of.option_groups ?? []).flatMap((group) => group.options)];
}

/** An option by its value, or by the words a person reads. */
export function findOption(of: FormElement, wanted: string): Option | undefined {
  const options = optionsOf(of);
  return options.find((candidate) => candidate.value === wanted) ?? options.find((candidate) => candidate.text.text === wanted);
}

type Shape = { key: string; input: PageInput['type']; initial: (of: FormElement) => unknown };

const oneOption: Shape = { key: 'selected_option', input: 'option', initial: (of) => of.initial_option ?? null };
const someOptions: Shape = { key: 'selected_options', input: 'options', initial: (of) => of.initial_options ?? [] };

/** How each kind of element keeps what was entered. Buttons and overflow menus keep nothing. */
const shapes: Readonly<Record<string, Shape>> = {
  static_select: oneOption,
  radio_buttons: oneOption,
  checkboxes: someOptions,
  multi_static_select: someOptions,
  plain_text_input: { key: 'value', input: 'text', initial: (of) => of.initial_value ?? null },
  users_select: { key: 'selected_user', input: 'user', initial: (of) => of.initial_user ?? null },
  datepicker: { key: 'selected_date', input: 'text', initial: (of) => of.initial_date ?? null },
  timepicker: { key: 'selected_time', input: 'text', initial: (of) => of.initial_time ?? null },
};

/** The state before anybody touched the element; undefined for elements without one. */
function initialState(of: FormElement): ElementState | undefined {
  const shape = shapes[of.type];
  return shape === undefined ? undefined : { type: of.type, [shape.key]: shape.initial(of) };
}

/** Plain values as the kind of input that the element takes; undefined for elements that take none. */
export function inputFor(of: FormElement, values: readonly string[]): PageInput | undefined {
  const [first = null] = values;
  switch (shapes[of.type]?.input) {
    case 'text':
      return { type: 'text', value: first ?? '' };
    case 'option':
      return { type: 'option', value: first };
    case 'options':
      return { type: 'options', values };
    case 'user':
      return { type: 'user', value: first };
    case undefined:
      return undefined;
  }
}

function chosen(of: FormElement, values: readonly string[]): Option[] {
  return values.flatMap((value) => findOption(of, value) ?? []);
}

function keptValue(of: FormElement, input: PageInput): unknown {
  switch (input.type) {
    case 'text':
      return input.value === '' ? null : input.value;
    case 'option':
      return input.value === null ? null : (findOption(of, input.value) ?? null);
    case 'options':
      return chosen(of, input.values);
    case 'user':
      return input.value;
  }
}

/** The state after a person's input; undefined when that input does not fit the element. */
export function enteredState(of: FormElement, input: PageInput): ElementState | undefined {
  const shape = shapes[of.type];
  return shape?.input === input.type ? { type: of.type, [shape.key]: keptValue(of, input) } : undefined;
}

/** The values of a view as Slack sends them: what was entered, else what it began with. */
export function stateValues(view: Pick<StoredView, 'content' | 'values'>): Record<string, Record<string, ElementState>> {
  const values: Record<string, Record<string, ElementState>> = {};
  for (const { blockId, element: of } of placedElements(view.content.blocks)) {
    const state = view.values[blockId]?.[of.action_id] ?? initialState(of);
    if (state !== undefined) (values[blockId] ??= {})[of.action_id] = state;
  }
  return values;
}

function isEmpty(state: ElementState | undefined): boolean {
  const [value] = Object.entries(state ?? {}).flatMap(([key, inner]) => (key === 'type' ? [] : [inner]));
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function clientError(placed: PlacedElement, state: ElementState | undefined): string | undefined {
  const { min_length: min = 0, max_length: max = 3000 } = placed.element;
  const text = typeof state?.['value'] === 'string' ? state['value'] : '';
  if (placed.isRequired && isEmpty(state)) return 'This is a required field';
  if (text !== '' && text.length < min) return `This must be at least ${min} characters`;
  return text.length > max ? `This must be at most ${max} characters` : undefined;
}

/** What Slack's client refuses before the app hears of a submission, by block id. */
export function clientErrors(view: StoredView): Record<string, string> {
  const values = stateValues(view);
  const found = placedElements(view.content.blocks).flatMap((placed) => {
    const error = clientError(placed, values[placed.blockId]?.[placed.element.action_id]);
    return error === undefined ? [] : [[placed.blockId, error]];
  });
  return Object.fromEntries(found);
}
