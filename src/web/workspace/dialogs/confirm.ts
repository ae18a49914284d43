import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { fieldsOf, textOf, wordsOf } from '../blocks/json.ts';
import { TextObject, withEmoji } from '../blocks/text.ts';
import type { TextScope } from '../mrkdwn/view.ts';
import type { PendingPress } from '../state/model.ts';
import { Dialog } from './dialog.ts';

export type ConfirmProps = { pending: PendingPress; texts: TextScope; answer: (confirmed: boolean) => void };

/** Asks what the block's `confirm` object says. The safe answer has the focus. */
export function ConfirmDialog(props: ConfirmProps): VNode {
  const confirm = fieldsOf(props.pending.press.confirm);
  const style = textOf(confirm['style']) === 'danger' ? 'button button-danger-solid' : 'button button-primary';
  return html`<${Dialog} labelledBy="confirm-title" className="dialog-confirm" close=${() => props.answer(false)}>
    <h2 id="confirm-title">${withEmoji(wordsOf(confirm['title'])) || 'Are you sure?'}</h2>
    <div class="dialog-body"><${TextObject} text=${confirm['text']} scope=${props.texts} /></div>
    <div class="dialog-foot">
      <button type="button" class="button" autofocus onClick=${() => props.answer(false)}>
        ${withEmoji(wordsOf(confirm['deny'])) || 'Cancel'}
      </button>
      <button type="button" class=${style} onClick=${() => props.answer(true)}>${withEmoji(wordsOf(confirm['confirm'])) || 'Yes'}</button>
    </div>
  <//>`;
}
