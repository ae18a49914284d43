import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { Suggestion } from './suggest.ts';

export type SuggestionListProps = {
  id: string;
  items: readonly Suggestion[];
  chosen: number;
  usage: string;
  take: (item: Suggestion) => void;
};

/** What could be meant, above the box; the keys stay with the box, which names the chosen line to screen readers. */
export function SuggestionList(props: SuggestionListProps): VNode | null {
  if (props.items.length === 0) return props.usage === '' ? null : html`<p class="composer-usage">${props.usage}</p>`;
  return html`<ul class="suggestions" id=${props.id} role="listbox" aria-label="Suggestions">
    ${props.items.map(
      (item, index) =>
        html`<li
          key=${item.id}
          id=${`${props.id}-${index}`}
          role="option"
          aria-selected=${index === props.chosen}
          onPointerDown=${(event: Event) => {
            // The box must keep the focus, or a phone closes its keyboard.
            event.preventDefault();
            props.take(item);
          }}
        >
          <span class="suggestion-label">${item.label}</span>
          <span class="suggestion-description">${item.description}</span>
        </li>`,
    )}
  </ul>`;
}
