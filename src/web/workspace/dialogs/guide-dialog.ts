import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { Guide } from '../frame/guide.ts';
import { Dialog } from './dialog.ts';

/** What to try and which keys help, for whoever asks. */
export function GuideDialog(props: { bot: string; command: string; close: () => void }): VNode {
  return html`<${Dialog} labelledBy="guide-title" className="dialog-modal" close=${props.close}>
    <header class="dialog-head">
      <h2 id="guide-title">How to try it</h2>
      <button type="button" class="icon-button" aria-label="Close" onClick=${props.close}>✕</button>
    </header>
    <div class="dialog-body">
      <${Guide} bot=${props.bot} command=${props.command} />
      <dl class="keys">
        <dt><kbd>/</kbd></dt>
        <dd>at the start of a message: commands (in channels only)</dd>
        <dt><kbd>@</kbd></dt>
        <dd>people and the bot, which also listens in threads</dd>
        <dt><kbd>Enter</kbd></dt>
        <dd>sends; <kbd>Shift</kbd> <kbd>Enter</kbd> breaks the line</dd>
        <dt><kbd>Esc</kbd></dt>
        <dd>closes what is open: a form, a menu, the thread</dd>
      </dl>
      <p>Each browser tab acts as one person: open two to see both sides.</p>
    </div>
  <//>`;
}
