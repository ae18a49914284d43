import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { Menu } from '../menu.ts';
import { safeUrl } from '../mrkdwn/entities.ts';
import { fieldsOf, objectsOf, textOf, wordsOf } from './json.ts';
import type { ElementProps, Press } from './scope.ts';
import { withEmoji } from './text.ts';

/** A press of this element, with the confirmation that it asks for. */
export function pressOf(props: ElementProps, choice: { value?: string; selected?: string }): Press {
  const { confirm } = props.element;
  return {
    blockId: props.blockId,
    actionId: textOf(props.element['action_id']),
    ...choice,
    ...(confirm === undefined ? {} : { confirm: fieldsOf(confirm) }),
  };
}

export function Button(props: ElementProps): VNode {
  const { element, scope } = props;
  const actionId = textOf(element['action_id']);
  const busy = scope.isBusy(props.blockId, actionId);
  const label = withEmoji(wordsOf(element['text']));
  const style = element['style'] === 'primary' || element['style'] === 'danger' ? `button button-${element['style']}` : 'button';
  const common = {
    class: style,
    'aria-label': textOf(element['accessibility_label']) || undefined,
    'data-action': actionId,
    onClick: () => scope.press(pressOf(props, { value: textOf(element['value']) })),
  };
  const url = safeUrl(textOf(element['url']));
  if (url !== undefined) return html`<a ...${common} href=${url} target="_blank" rel="noopener noreferrer nofollow">${label} ↗</a>`;
  return html`<button type="button" ...${common} aria-busy=${busy} disabled=${busy}>${label}</button>`;
}

/** The "More…" menu of up to five options. */
export function Overflow(props: ElementProps): VNode {
  const { element, scope } = props;
  const actionId = textOf(element['action_id']);
  const items = objectsOf(element['options']).map((option) => ({
    id: textOf(option['value']),
    label: withEmoji(wordsOf(option['text'])),
    description: withEmoji(wordsOf(option['description'])),
    pick: () => scope.press(pressOf(props, { selected: textOf(option['value']) })),
  }));
  return html`<${Menu}
    label=${textOf(element['accessibility_label']) || 'More actions'}
    text="⋯"
    className="button button-overflow"
    busy=${scope.isBusy(props.blockId, actionId)}
    actionId=${actionId}
    items=${items}
  />`;
}
