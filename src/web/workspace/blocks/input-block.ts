import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { Element } from './elements.ts';
import { fieldsOf, numberOf, textOf, wordsOf, type Fields } from './json.ts';
import type { BlockProps } from './scope.ts';
import { withEmoji } from './text.ts';

/** An input block: label, control, hint, and what was wrong with the last submission. */
export function InputBlock(props: BlockProps): VNode {
  const { block, scope } = props;
  const blockId = textOf(block['block_id']);
  const element = fieldsOf(block['element']);
  const id = `${scope.idPrefix}-${blockId}`;
  const error = scope.form?.error(blockId);
  const hint = withEmoji(wordsOf(block['hint']));
  const describedBy = [error === undefined ? '' : `${id}-error`, hint === '' ? '' : `${id}-hint`].join(' ').trim();
  const required = block['optional'] !== true;
  const field = { id, describedBy: describedBy === '' ? undefined : describedBy, invalid: error !== undefined, required };
  return html`<div class=${error === undefined ? 'block-input' : 'block-input has-error'} data-block=${blockId}>
    <label id=${`${id}-label`} for=${id}
      >${withEmoji(wordsOf(block['label']))}${!required && html`<span class="optional"> (optional)</span>`}</label
    >
    <${Element} element=${element} blockId=${blockId} scope=${scope} field=${field} dispatches=${block['dispatch_action'] === true} />
    ${error !== undefined && html`<p class="field-error" id=${`${id}-error`} role="alert">${error}</p>`}
    ${hint !== '' && html`<p class="field-hint" id=${`${id}-hint`}>${hint}</p>`}
    ${scope.form !== undefined && html`<${Remaining} element=${element} length=${lengthOf(props)} />`}
  </div>`;
}

function lengthOf(props: BlockProps): number {
  const input = props.scope.form?.input(textOf(props.block['block_id']), fieldsOf(props.block['element']));
  return input?.type === 'text' ? Array.from(input.value).length : 0;
}

/** Appears when little room is left, as a reader wants to know it before the submission is refused. */
function Remaining(props: { element: Fields; length: number }): VNode | null {
  const most = numberOf(props.element['max_length'], 0);
  if (most === 0 || props.length < most * 0.8) return null;
  const left = most - props.length;
  return html`<p class="field-hint field-count">${left < 0 ? `${-left} characters too many` : `${left} characters left`}</p>`;
}
