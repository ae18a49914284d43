import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { InputBlock } from './input-block.ts';
import { objectsOf, textOf } from './json.ts';
import { Actions, Context, Divider, Header, ImageBlock, MarkdownBlock, Section } from './layout.ts';
import { RichText } from './rich-text.ts';
import type { BlockProps, BlockScope } from './scope.ts';
import { Table } from './table.ts';

const views: ReadonlyMap<string, (props: BlockProps) => VNode> = new Map([
  ['header', Header],
  ['section', Section],
  ['divider', Divider],
  ['context', Context],
  ['actions', Actions],
  ['image', ImageBlock],
  ['input', InputBlock],
  ['rich_text', RichText],
  ['markdown', MarkdownBlock],
  ['table', Table],
]);

/** Draws Block Kit blocks. One that this page cannot draw says so, so that nothing is missed without a trace. */
export function Blocks(props: { blocks: unknown; scope: BlockScope }): VNode {
  return html`<div class="blocks">
    ${objectsOf(props.blocks).map((block, index) => {
      const type = textOf(block['type']);
      const view = views.get(type);
      const key = textOf(block['block_id']) || String(index);
      if (view === undefined) return html`<p key=${key} class="not-drawn">[${type || 'block'}: not drawn here]</p>`;
      return html`<${view} key=${key} block=${block} scope=${props.scope} />`;
    })}
  </div>`;
}
