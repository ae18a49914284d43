import { html } from 'htm/preact';
import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';

const foldedOver = 1400;

/** Folds a text that would push everything else off the screen, with a button to see all of it. */
export function LongText(props: { length: number; children?: ComponentChildren }): VNode {
  const [open, setOpen] = useState(false);
  if (props.length <= foldedOver) return html`<div>${props.children}</div>`;
  return html`<div class=${open ? 'long-text' : 'long-text is-folded'}>
    <div class="long-text-body">${props.children}</div>
    <button type="button" class="link-button" aria-expanded=${open} onClick=${() => setOpen(!open)}>
      ${open ? 'Show less' : 'Show more'}
    </button>
  </div>`;
}
