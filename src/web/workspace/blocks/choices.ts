import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { pressOf } from './buttons.ts';
import { fieldsOf, objectsOf, textOf } from './json.ts';
import type { ElementProps } from './scope.ts';
import { choiceGroups, currentInput, type Choice } from './selects.ts';
import { TextObject } from './text.ts';

/** Radio buttons: one of a few, all in sight. */
export function RadioButtons(props: ElementProps): VNode {
  const input = currentInput(props);
  const chosen = input.type === 'option' ? input.value : null;
  const pick = (value: string) => {
    props.scope.form?.change(props.blockId, props.element, { type: 'option', value });
    if (props.dispatches) props.scope.press(pressOf(props, { selected: value }));
  };
  return choiceList(props, { type: 'radio', isChosen: (value) => value === chosen, pick });
}

/** Check boxes, and the multi-selects, which are the same thing with more options. */
export function CheckBoxes(props: ElementProps): VNode {
  const input = currentInput(props);
  const chosen = input.type === 'options' ? input.values : [];
  const pick = (value: string) => {
    const values = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
    props.scope.form?.change(props.blockId, props.element, { type: 'options', values });
    if (props.dispatches) props.scope.press(pressOf(props, { selected: value }));
  };
  return choiceList(props, { type: 'checkbox', isChosen: (value) => chosen.includes(value), pick });
}

type Picking = { type: 'radio' | 'checkbox'; isChosen: (value: string) => boolean; pick(value: string): void };

function choiceList(props: ElementProps, picking: Picking): VNode {
  const { field, element } = props;
  const name = `${props.scope.idPrefix}-${props.blockId}-${textOf(element['action_id'])}`;
  const choices = choiceGroups(element, props.scope).flatMap((group) => group.choices);
  const texts = new Map(objectsOf(element['options']).map((option) => [textOf(option['value']), option['text']]));
  return html`<div
    class="choices"
    id=${field?.id}
    role=${picking.type === 'radio' ? 'radiogroup' : 'group'}
    aria-labelledby=${field === undefined ? undefined : `${field.id}-label`}
    aria-describedby=${field?.describedBy}
  >
    ${choices.map(
      (choice) =>
        html`<label class="choice">
          <input
            type=${picking.type}
            name=${name}
            value=${choice.value}
            checked=${picking.isChosen(choice.value)}
            onChange=${() => picking.pick(choice.value)}
          />
          <span
            >${choiceWords(choice, texts.get(choice.value), props)}${choice.description !== '' && html`<small>${choice.description}</small>`}</span
          >
        </label>`,
    )}
  </div>`;
}

function choiceWords(choice: Choice, text: unknown, props: ElementProps): VNode | string {
  return fieldsOf(text)['type'] === 'mrkdwn' ? html`<${TextObject} text=${text} scope=${props.scope} />` : choice.label;
}
