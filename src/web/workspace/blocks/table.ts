import { html } from 'htm/preact';
import type { ComponentChild, VNode } from 'preact';
import { fieldsOf, listOf, objectsOf, textOf, type Fields } from './json.ts';
import { richTextParts } from './rich-text.ts';
import type { BlockProps } from './scope.ts';
import { TextObject } from './text.ts';

/** A table: its first row is drawn as the heading, as Slack does. */
export function Table(props: BlockProps): VNode {
  const settings = listOf(props.block['column_settings']).map(fieldsOf);
  const [head, ...rows] = listOf(props.block['rows']).map(objectsOf);
  const alignment = (column: number) => {
    const align = textOf(settings[column]?.['align']);
    return align === 'right' || align === 'center' ? `align-${align}` : undefined;
  };
  return html`<div class="block-table" tabindex="0" role="region" aria-label="Table">
    <table>
      <thead>
        <tr>
          ${(head ?? []).map((cell, column) => html`<th scope="col" class=${alignment(column)}>${cellContent(cell, props)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, column) => html`<td class=${alignment(column)}>${cellContent(cell, props)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function cellContent(cell: Fields, props: BlockProps): ComponentChild {
  switch (cell['type']) {
    case 'rich_text':
      return richTextParts(cell['elements'], props.scope);
    case 'mrkdwn':
      return html`<${TextObject} text=${cell} scope=${props.scope} />`;
    default:
      return textOf(cell['text']) || textOf(fieldsOf(cell['text'])['text']);
  }
}
