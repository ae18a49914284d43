import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { PageMessage, PagePerson } from '../../../simulator/slack/page-contract.ts';
import { Blocks } from '../blocks/blocks.ts';
import type { BlockScope } from '../blocks/scope.ts';
import { LongText } from '../long-text.ts';
import { emojiGlyph } from '../mrkdwn/emoji.ts';
import { Mrkdwn } from '../mrkdwn/view.ts';

export type ContentProps = { message: PageMessage; author: PagePerson | undefined; scope: BlockScope };

/** What a message says: its blocks, or its text when it has none. The text of a message with blocks is for notifications only. */
export function Content(props: ContentProps): VNode {
  const { message, scope } = props;
  const edited = message.edited && html`<span class="edited">(edited)</span>`;
  if (message.blocks.length > 0) return html`<div class="content"><${Blocks} blocks=${message.blocks} scope=${scope} />${edited}</div>`;
  // Apps post with parsing off, so only what a person typed has its bare addresses made into links.
  const autolink = props.author?.isBot === false;
  return html`<div class="content">
    <${LongText} length=${message.text.length}><${Mrkdwn} text=${message.text} scope=${scope} autolink=${autolink} /><//>
    ${edited}
  </div>`;
}

/** The reactions under a message, with who gave them. */
export function Reactions(props: { message: PageMessage; people: ReadonlyMap<string, PagePerson> }): VNode | null {
  if (props.message.reactions.length === 0) return null;
  return html`<ul class="reactions" aria-label="Reactions">
    ${props.message.reactions.map((reaction) => {
      const names = reaction.users.map((user) => props.people.get(user)?.realName ?? user).join(', ');
      const glyph = emojiGlyph(reaction.name) ?? `:${reaction.name}:`;
      return html`<li key=${reaction.name} title=${`${names} reacted with :${reaction.name}:`}>
        <span role="img" aria-label=${reaction.name.replaceAll('_', ' ')}>${glyph}</span> ${reaction.users.length}
      </li>`;
    })}
  </ul>`;
}
