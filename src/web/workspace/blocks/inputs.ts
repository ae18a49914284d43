import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { pressOf } from './buttons.ts';
import { fieldAttributes } from './field.ts';
import { textOf, wordsOf } from './json.ts';
import type { ElementProps } from './scope.ts';
import { currentInput } from './selects.ts';
import { withEmoji } from './text.ts';

type TextEntry = Event & { currentTarget: HTMLInputElement | HTMLTextAreaElement };

const inputTypes: ReadonlyMap<string, string> = new Map([
  ['number_input', 'number'],
  ['url_text_input', 'url'],
  ['email_text_input', 'email'],
  ['datepicker', 'date'],
  ['timepicker', 'time'],
]);

/** Everything that is typed: text, numbers, addresses, dates and times. */
export function TextEntryElement(props: ElementProps): VNode {
  const { element, scope } = props;
  const type = inputTypes.get(textOf(element['type'])) ?? 'text';
  const input = currentInput(props);
  const value = input.type === 'text' ? input.value : '';
  const store = (event: TextEntry) => scope.form?.change(props.blockId, element, { type: 'text', value: event.currentTarget.value });
  const commit = (event: TextEntry) => {
    if (props.dispatches && event.currentTarget.value !== '') scope.press(pressOf(props, { value: event.currentTarget.value }));
  };
  const common = {
    class: 'text-input',
    placeholder: withEmoji(wordsOf(element['placeholder'])),
    ...fieldAttributes(props),
    'data-action': textOf(element['action_id']),
    autofocus: element['focus_on_load'] === true,
    value,
    onInput: store,
    onChange: commit,
  };
  if (element['multiline'] === true)
    return html`<textarea ...${common} rows=${Math.min(10, Math.max(3, value.split('\n').length))}></textarea>`;
  return html`<input ...${common} type=${type} step=${element['is_decimal_allowed'] === true ? 'any' : undefined} autocomplete="off" />`;
}
