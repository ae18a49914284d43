import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { emojiGlyph } from '../mrkdwn/emoji.ts';
import { Mrkdwn, type TextScope } from '../mrkdwn/view.ts';
import { fieldsOf, textOf } from './json.ts';

/** Short codes drawn as characters in a text that has no other markup. */
export function withEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+-]{1,64}):/g, (whole, name: string) => emojiGlyph(name) ?? whole);
}

/** A text object of either type. Plain text has no markup at all, so a label inside it stays exactly as it is. */
export function TextObject(props: { text: unknown; scope: TextScope }): VNode {
  const object = fieldsOf(props.text);
  const text = textOf(object['text']);
  if (object['type'] === 'mrkdwn') {
    return html`<${Mrkdwn} text=${text} scope=${props.scope} autolink=${object['verbatim'] !== true} />`;
  }
  return html`<span class="plain">${object['emoji'] === false ? text : withEmoji(text)}</span>`;
}
