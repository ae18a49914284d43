import { html } from 'htm/preact';
import type { ComponentChild, VNode } from 'preact';
import { emojiGlyph } from '../mrkdwn/emoji.ts';
import { safeUrl } from '../mrkdwn/entities.ts';
import type { Inline } from '../mrkdwn/nodes.ts';
import { renderInline, type TextScope } from '../mrkdwn/view.ts';
import { fieldsOf, numberOf, objectsOf, textOf, type Fields } from './json.ts';
import type { BlockProps } from './scope.ts';

export function RichText(props: BlockProps): VNode {
  return html`<div class="mrkdwn rich-text">${richTextParts(props.block['elements'], props.scope)}</div>`;
}

/** The parts of a rich text: paragraphs, lists, quotes and preformatted text. */
export function richTextParts(elements: unknown, scope: TextScope): ComponentChild[] {
  return objectsOf(elements).map((element) => part(element, scope));
}

function part(element: Fields, scope: TextScope): ComponentChild {
  const content = () => inlineParts(element, scope);
  switch (element['type']) {
    case 'rich_text_section':
      return html`<div class="line">${content()}</div>`;
    case 'rich_text_quote':
      return html`<blockquote>${content()}</blockquote>`;
    case 'rich_text_preformatted':
      return html`<pre tabindex="0"><code>${objectsOf(element['elements'])
        .map((inline) => textOf(inline['text']) || textOf(inline['url']))
        .join('')}</code></pre>`;
    case 'rich_text_list':
      return richList(element, scope);
    default:
      return null;
  }
}

function richList(element: Fields, scope: TextScope): VNode {
  const items = objectsOf(element['elements']).map((item) => html`<li>${inlineParts(item, scope)}</li>`);
  const indent = `indent-${Math.min(Math.max(numberOf(element['indent'], 0), 0), 4)}`;
  return element['style'] === 'ordered'
    ? html`<ol class=${indent}>
        ${items}
      </ol>`
    : html`<ul class=${indent}>
        ${items}
      </ul>`;
}

function inlineParts(element: Fields, scope: TextScope): ComponentChild[] {
  return renderInline(objectsOf(element['elements']).map(inlineNode), scope);
}

function inlineNode(element: Fields): Inline {
  return styled(plainNode(element), fieldsOf(element['style']));
}

function plainNode(element: Fields): Inline {
  switch (element['type']) {
    case 'link':
      return linkNode(element);
    case 'user':
      return { kind: 'user', id: textOf(element['user_id']), label: '' };
    case 'channel':
      return { kind: 'channel', id: textOf(element['channel_id']), label: '' };
    case 'usergroup':
      return { kind: 'mention', label: '@group' };
    case 'broadcast':
      return { kind: 'mention', label: `@${textOf(element['range'])}` };
    case 'emoji':
      return emojiNode(element);
    case 'date':
      return {
        kind: 'date',
        at: numberOf(element['timestamp'], Number.NaN) * 1000,
        format: textOf(element['format']),
        url: undefined,
        fallback: textOf(element['fallback']),
      };
    default:
      return { kind: 'text', text: textOf(element['text']) };
  }
}

function linkNode(element: Fields): Inline {
  const url = safeUrl(textOf(element['url']));
  const label = textOf(element['text']) || textOf(element['url']);
  return url === undefined ? { kind: 'text', text: label } : { kind: 'link', url, label };
}

function emojiNode(element: Fields): Inline {
  const name = textOf(element['name']);
  const glyph = emojiGlyph(name);
  return glyph === undefined ? { kind: 'text', text: `:${name}:` } : { kind: 'emoji', name, glyph };
}

function styled(node: Inline, style: Fields): Inline {
  let result = style['code'] === true && node.kind === 'text' ? ({ kind: 'code', text: node.text } as const) : node;
  for (const kind of ['bold', 'italic', 'strike'] as const) {
    if (style[kind] === true) result = { kind, children: [result] };
  }
  return result;
}
