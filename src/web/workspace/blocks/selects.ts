import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { PageInput } from '../../../simulator/slack/page-contract.ts';
import { pressOf } from './buttons.ts';
import { fieldAttributes } from './field.ts';
import { initialInput } from './form.ts';
import { objectsOf, textOf, wordsOf, type Fields } from './json.ts';
import type { BlockScope, ElementProps } from './scope.ts';
import { withEmoji } from './text.ts';

export type Choice = { value: string; label: string; description: string };
type ChoiceGroup = { label: string; choices: readonly Choice[] };

/** One option object. */
export function choiceOf(option: Fields): Choice {
  return {
    value: textOf(option['value']),
    label: withEmoji(wordsOf(option['text'])),
    description: withEmoji(wordsOf(option['description'])),
  };
}

/** What an element offers, with the workspace's people and channels where it asks for those. */
export function choiceGroups(element: Fields, scope: BlockScope): readonly ChoiceGroup[] {
  switch (element['type']) {
    case 'users_select':
    case 'multi_users_select':
      return [{ label: '', choices: peopleChoices(scope) }];
    case 'channels_select':
    case 'conversations_select':
      return [
        { label: '', choices: [...scope.channels.values()].map(({ id, name }) => ({ value: id, label: `#${name}`, description: '' })) },
      ];
    default: {
      const groups = objectsOf(element['option_groups']);
      if (groups.length === 0) return [{ label: '', choices: objectsOf(element['options']).map(choiceOf) }];
      return groups.map((group) => ({ label: wordsOf(group['label']), choices: objectsOf(group['options']).map(choiceOf) }));
    }
  }
}

function peopleChoices(scope: BlockScope): readonly Choice[] {
  return [...scope.people.values()]
    .filter((person) => !person.isBot)
    .map((person) => ({ value: person.id, label: person.realName, description: person.title }));
}

/** What the element holds now: the person's choice in a modal, the bot's in a message. */
export function currentInput(props: ElementProps): PageInput {
  return props.scope.form?.input(props.blockId, props.element) ?? initialInput(props.element);
}

/** A choice of one, drawn with the browser's own control: it is the best one on a phone and for a screen reader. */
export function SingleSelect(props: ElementProps): VNode {
  const { element, scope } = props;
  const input = currentInput(props);
  const value = input.type === 'option' || input.type === 'user' ? (input.value ?? '') : '';
  const choose = (event: Event & { currentTarget: HTMLSelectElement }) => {
    const picked = event.currentTarget.value;
    scope.form?.change(props.blockId, element, { type: input.type === 'user' ? 'user' : 'option', value: picked === '' ? null : picked });
    if (props.dispatches && picked !== '') scope.press(pressOf(props, { selected: picked }));
    // In a message the bot decides what is shown as chosen; a choice that was not taken must not look as if it were.
    if (scope.form === undefined) event.currentTarget.value = value;
  };
  return html`<select
    class="select"
    ...${fieldAttributes(props)}
    data-action=${textOf(element['action_id'])}
    disabled=${scope.isBusy(props.blockId, textOf(element['action_id']))}
    value=${value}
    onChange=${choose}
  >
    ${placeholderOption(props)} ${choiceGroups(element, scope).map((group) => optionGroup(group, value))}
  </select>`;
}

/** The line that stands for no choice. Where a choice is required one cannot go back to it. */
function placeholderOption(props: ElementProps): VNode {
  const required = props.field?.required === true;
  return html`<option value="" disabled=${required} hidden=${required}>
    ${withEmoji(wordsOf(props.element['placeholder'])) || 'Choose…'}
  </option>`;
}

function optionGroup(group: ChoiceGroup, chosen: string): VNode | readonly VNode[] {
  const options = group.choices.map(
    (choice) =>
      html`<option value=${choice.value} selected=${choice.value === chosen}>
        ${choice.description === '' ? choice.label : `${choice.label} · ${choice.description}`}
      </option>`,
  );
  return group.label === '' ? options : html`<optgroup label=${group.label}>${options}</optgroup>`;
}
