import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { Button, Overflow } from './buttons.ts';
import { CheckBoxes, RadioButtons } from './choices.ts';
import { TextEntryElement } from './inputs.ts';
import { textOf } from './json.ts';
import type { ElementProps, ElementView } from './scope.ts';
import { SingleSelect } from './selects.ts';

const views: ReadonlyMap<string, ElementView> = new Map([
  ['button', Button],
  ['overflow', Overflow],
  ['static_select', SingleSelect],
  ['external_select', SingleSelect],
  ['users_select', SingleSelect],
  ['channels_select', SingleSelect],
  ['conversations_select', SingleSelect],
  ['multi_static_select', CheckBoxes],
  ['multi_users_select', CheckBoxes],
  ['checkboxes', CheckBoxes],
  ['radio_buttons', RadioButtons],
  ['plain_text_input', TextEntryElement],
  ['number_input', TextEntryElement],
  ['url_text_input', TextEntryElement],
  ['email_text_input', TextEntryElement],
  ['datepicker', TextEntryElement],
  ['timepicker', TextEntryElement],
]);

/** Any interactive element; one that this page cannot draw says so. */
export function Element(props: ElementProps): VNode {
  const type = textOf(props.element['type']);
  const view = views.get(type);
  if (view === undefined) return html`<span class="not-drawn">[${type || 'element'}: not drawn here]</span>`;
  return html`<${view} ...${props} />`;
}
