import { z } from 'zod';
import { blockLimits } from '../tables/block-limits.ts';
import { actionId, anyText, limitedList, limitedText, plainText } from './text.ts';

const style = z.enum(['primary', 'danger']);

const confirm = z.strictObject({
  title: plainText(blockLimits.confirmation.title),
  text: anyText(blockLimits.confirmation.text),
  confirm: plainText(blockLimits.confirmation.confirm),
  deny: plainText(blockLimits.confirmation.deny),
  style: style.optional(),
});

const interactive = { action_id: actionId, confirm: confirm.optional() };
const focusable = { ...interactive, focus_on_load: z.boolean().optional() };
const placeholder = plainText(blockLimits.select.placeholder).optional();

/** An option's text is plain in menus, and may be mrkdwn beside a checkbox or radio button. */
function option<Text extends z.ZodType>(text: Text) {
  return z.strictObject({
    text,
    value: limitedText(blockLimits.option.value),
    description: plainText(blockLimits.option.description).optional(),
  });
}
const menuOption = option(plainText(blockLimits.option.text));
const choiceOption = option(anyText(blockLimits.option.text));
const overflowOption = menuOption.extend({ url: limitedText(blockLimits.option.url).optional() });

const optionGroup = z.strictObject({
  label: plainText(blockLimits.option_group.label),
  options: limitedList(menuOption, blockLimits.option_group.options),
});

const menu = {
  ...focusable,
  placeholder,
  options: limitedList(menuOption, { min_items: 1, ...blockLimits.select.options }).optional(),
  option_groups: limitedList(optionGroup, { min_items: 1, ...blockLimits.select.option_groups }).optional(),
};

const button = z.strictObject({
  type: z.literal('button'),
  ...interactive,
  text: plainText(blockLimits.button.text),
  url: limitedText(blockLimits.button.url).optional(),
  value: limitedText(blockLimits.button.value).optional(),
  style: style.optional(),
  accessibility_label: limitedText(blockLimits.button.accessibility_label).optional(),
});

const hasChoices = (select: { options?: unknown; option_groups?: unknown }) =>
  (select.options === undefined) !== (select.option_groups === undefined);
const choicesMessage = 'must define either `options` or `option_groups`';

const staticSelect = z
  .strictObject({ type: z.literal('static_select'), ...menu, initial_option: menuOption.optional() })
  .refine(hasChoices, { message: choicesMessage });
const multiStaticSelect = z
  .strictObject({
    type: z.literal('multi_static_select'),
    ...menu,
    initial_options: z.array(menuOption).min(1).optional(),
    max_selected_items: z.number().int().min(1).optional(),
  })
  .refine(hasChoices, { message: choicesMessage });
const usersSelect = z.strictObject({ type: z.literal('users_select'), ...focusable, placeholder, initial_user: z.string().optional() });
const overflow = z.strictObject({
  type: z.literal('overflow'),
  ...interactive,
  options: limitedList(overflowOption, blockLimits.overflow.options),
});
const radioButtons = z.strictObject({
  type: z.literal('radio_buttons'),
  ...focusable,
  options: limitedList(choiceOption, blockLimits.radio_buttons.options),
  initial_option: choiceOption.optional(),
});
const checkboxes = z.strictObject({
  type: z.literal('checkboxes'),
  ...focusable,
  options: limitedList(choiceOption, blockLimits.checkboxes.options),
  initial_options: z.array(choiceOption).min(1).optional(),
});
const datePicker = z.strictObject({
  type: z.literal('datepicker'),
  ...focusable,
  placeholder,
  initial_date: z.iso.date().optional(),
});
const timePicker = z.strictObject({
  type: z.literal('timepicker'),
  ...focusable,
  placeholder,
  initial_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .optional(),
  timezone: z.string().optional(),
});

const inputLength = z.number().int().min(0).max(blockLimits.plain_text_input.max_length.max);
const plainTextInput = z
  .strictObject({
    type: z.literal('plain_text_input'),
    action_id: actionId,
    focus_on_load: z.boolean().optional(),
    placeholder,
    initial_value: limitedText({ max_length: blockLimits.plain_text_input.max_length.max }).optional(),
    multiline: z.boolean().default(false),
    min_length: inputLength.optional(),
    max_length: inputLength.min(1).optional(),
    dispatch_action_config: z
      .strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])) })
      .optional(),
  })
  .refine((input) => (input.min_length ?? 0) <= (input.max_length ?? Number.POSITIVE_INFINITY), {
    message: 'must not be more than max_length',
    path: ['min_length'],
  });

/** The picture as an element; the image block adds a title. */
export const imageShape = {
  type: z.literal('image'),
  image_url: limitedText({ min_length: 1, ...blockLimits.image.image_url }).optional(),
  slack_file: z.union([z.strictObject({ id: z.string() }), z.strictObject({ url: z.string() })]).optional(),
  alt_text: limitedText({ min_length: 1, ...blockLimits.image.alt_text }),
};
const image = z.strictObject(imageShape);

const pickers = [staticSelect, usersSelect, radioButtons, checkboxes, datePicker, timePicker] as const;

export const actionElement = z.discriminatedUnion('type', [button, overflow, ...pickers]);
export const accessoryElement = z.discriminatedUnion('type', [button, overflow, image, multiStaticSelect, ...pickers]);
export const inputElement = z.discriminatedUnion('type', [plainTextInput, multiStaticSelect, ...pickers]);
export const contextImage = image;

/** Any element a person can press or fill, as it was accepted. */
export type InteractiveElement = z.infer<typeof actionElement> | z.infer<typeof inputElement>;
