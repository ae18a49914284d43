import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { PagePerson } from '../../../simulator/slack/page-contract.ts';
import { Menu } from '../menu.ts';
import { Avatar } from './avatar.ts';

export type PeopleProps = { people: readonly PagePerson[]; actingAs: string; actAs: (person: string) => void };

function role(person: PagePerson): string {
  return person.isRestricted && !/guest/i.test(person.title) ? `${person.title} (guest)` : person.title;
}

/** Everybody one can act as, always in sight: an approval needs a second person, who is one press away. */
export function PeopleList(props: PeopleProps): VNode {
  return html`<fieldset class="people" data-testid="acting-as">
    <legend>Acting as</legend>
    ${props.people.map(
      (person) =>
        html`<label key=${person.id} class="person" data-person=${person.id}>
          <input
            type="radio"
            name="acting-as"
            value=${person.id}
            checked=${person.id === props.actingAs}
            onChange=${() => props.actAs(person.id)}
          />
          <${Avatar} person=${person} size="small" />
          <span class="person-words"><span class="person-name">${person.realName}</span><small>${role(person)}</small></span>
        </label>`,
    )}
  </fieldset>`;
}

/** The same choice beside the box one writes in. */
export function PeopleMenu(props: PeopleProps): VNode {
  const acting = props.people.find((person) => person.id === props.actingAs);
  const items = props.people.map((person) => ({
    id: person.id,
    label: person.realName,
    description: role(person),
    pick: () => props.actAs(person.id),
  }));
  const text = html`<${Avatar} person=${acting} size="small" /><span
      >as ${acting?.realName ?? 'nobody'} <span aria-hidden="true">▾</span></span
    >`;
  return html`<${Menu}
    label=${`Acting as ${acting?.realName ?? 'nobody'}. Act as somebody else`}
    text=${text}
    className="speaker"
    busy=${false}
    items=${items}
  />`;
}
