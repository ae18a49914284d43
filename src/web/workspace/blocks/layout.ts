import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { LongText } from '../long-text.ts';
import { parseMarkdown } from '../mrkdwn/markdown.ts';
import { renderBlocks } from '../mrkdwn/view.ts';
import { Element } from './elements.ts';
import { Picture } from './image.ts';
import { objectsOf, textOf, wordsOf, type Fields } from './json.ts';
import type { BlockProps } from './scope.ts';
import { TextObject } from './text.ts';

export function Header(props: BlockProps): VNode {
  return html`<h3 class="block-header"><${TextObject} text=${props.block['text']} scope=${props.scope} /></h3>`;
}

export function Divider(): VNode {
  return html`<hr class="block-divider" />`;
}

export function Section(props: BlockProps): VNode {
  const { block, scope } = props;
  const fields = objectsOf(block['fields']);
  return html`<div class="block-section">
    <div class="section-text">
      ${
        wordsOf(block['text']) !== '' &&
        html`<${LongText} length=${wordsOf(block['text']).length}><${TextObject} text=${block['text']} scope=${scope} /><//>`
      }
      ${
        fields.length > 0 &&
        html`<div class="section-fields">
          ${fields.map((field) => html`<div class="section-field"><${TextObject} text=${field} scope=${scope} /></div>`)}
        </div>`
      }
    </div>
    <${Accessory} ...${props} />
  </div>`;
}

function Accessory(props: BlockProps): VNode | null {
  const [accessory] = objectsOf([props.block['accessory']]);
  if (accessory === undefined) return null;
  if (accessory['type'] === 'image') return html`<${Picture} image=${accessory} kind="thumbnail" />`;
  const blockId = textOf(props.block['block_id']);
  return html`<div class="section-accessory">
    <${Element} element=${accessory} blockId=${blockId} scope=${props.scope} dispatches=${true} />
  </div>`;
}

export function Context(props: BlockProps): VNode {
  return html`<div class="block-context">${objectsOf(props.block['elements']).map((element) => contextPart(element, props))}</div>`;
}

function contextPart(element: Fields, props: BlockProps): VNode {
  if (element['type'] === 'image') return html`<${Picture} image=${element} kind="inline" />`;
  return html`<div class="context-text"><${TextObject} text=${element} scope=${props.scope} /></div>`;
}

export function Actions(props: BlockProps): VNode {
  const blockId = textOf(props.block['block_id']);
  return html`<div class="block-actions">
    ${objectsOf(props.block['elements']).map(
      (element) => html`<${Element} element=${element} blockId=${blockId} scope=${props.scope} dispatches=${true} />`,
    )}
  </div>`;
}

export function ImageBlock(props: BlockProps): VNode {
  return html`<${Picture} image=${props.block} kind="full" />`;
}

export function MarkdownBlock(props: BlockProps): VNode {
  const text = textOf(props.block['text']);
  return html`<${LongText} length=${text.length}><div class="mrkdwn markdown">${renderBlocks(parseMarkdown(text), props.scope)}</div><//>`;
}
