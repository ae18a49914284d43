import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import { encodeAction } from '../../chat/action.ts';
import type { Message } from '../../chat/message.ts';
import type { Field, Form } from '../../chat/reply.ts';
import { cutPlain } from './escape.ts';
import { drawBlocks } from './message.ts';
import { plainText } from './plain.ts';

const formCallbackId = 'tocsin_form';
const answerId = 'answer';
const maxBlocks = 100;
const maxInput = 3000;
const maxOptions = 100;
/** Slack documents 150 for an option's value; its own types say 75. */
const maxOptionValue = 75;

/** The modal of a form. Which command gets the answers is all that it carries; who may do what is looked up when they come. */
export function drawForm(form: Form): ModalView {
  const intro = drawBlocks(form.intro ?? [], maxBlocks - form.fields.length);
  return {
    type: 'modal',
    callback_id: formCallbackId,
    private_metadata: encodeAction(form.action),
    title: plainText(form.title, 24),
    submit: plainText(form.submit, 24),
    close: plainText('Cancel', 24),
    blocks: [...intro, ...form.fields.map(drawField)],
  };
}

/** A modal with words only: while a form is being made, when there is none, and after it was sent. */
export function drawNotice(title: string, message: Message): ModalView {
  const drawn = drawBlocks(message.blocks, maxBlocks);
  const blocks: readonly KnownBlock[] = drawn.length > 0 ? drawn : drawBlocks([{ type: 'text', content: [message.summary] }], maxBlocks);
  return { type: 'modal', title: plainText(title, 24), close: plainText('Close', 24), blocks: [...blocks] };
}

function drawField(field: Field): InputBlock {
  return {
    type: 'input',
    block_id: field.id,
    optional: field.optional === true,
    label: plainText(field.label, 2000),
    ...(field.hint === undefined ? {} : { hint: plainText(field.hint, 2000) }),
    element: drawElement(field),
  };
}

function drawElement(field: Field): InputBlock['element'] {
  switch (field.type) {
    case 'text': {
      const limit = Math.min(field.maxLength ?? maxInput, maxInput);
      return {
        type: 'plain_text_input',
        action_id: answerId,
        multiline: field.multiline === true,
        max_length: limit,
        ...(field.initial === undefined || field.initial === '' ? {} : { initial_value: cutPlain(field.initial, limit) }),
      };
    }
    case 'choice': {
      const options = field.options
        .filter(({ value }) => value.length <= maxOptionValue)
        .slice(0, maxOptions)
        .map(drawOption);
      const initial = options.find(({ value }) => value === field.initial);
      return { type: 'static_select', action_id: answerId, options, ...(initial === undefined ? {} : { initial_option: initial }) };
    }
    case 'person':
      return { type: 'users_select', action_id: answerId, ...(field.initial === undefined ? {} : { initial_user: field.initial }) };
  }
}

function drawOption(option: { value: string; label: string }): PlainTextOption {
  return { text: plainText(option.label, 75), value: option.value };
}
