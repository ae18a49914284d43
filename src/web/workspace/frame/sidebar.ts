import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { PeopleList, type PeopleProps } from '../people/people-menu.ts';
import type { Model } from '../state/model.ts';
import { humans, unreadCount } from '../state/selectors.ts';

export type SidebarProps = {
  model: Model;
  openChannel: (channel: string) => void;
  actAs: PeopleProps['actAs'];
  showGuide: () => void;
  close: () => void;
};

/** The workspace's name, its channels, and who one is. On a phone it is a drawer. */
export function Sidebar(props: SidebarProps): VNode {
  const { model } = props;
  const channels = model.workspace?.channels ?? [];
  return html`<nav class=${model.sidebarOpen ? 'sidebar is-open' : 'sidebar'} aria-label="Workspace">
    <div class="sidebar-head">
      <span class="team-mark" aria-hidden="true">${(model.workspace?.team.name ?? '?').slice(0, 1)}</span>
      <span class="team-name">${model.workspace?.team.name}</span>
      <button type="button" class="icon-button narrow-only" aria-label="Close the list of channels" onClick=${props.close}>✕</button>
    </div>
    <h2 class="sidebar-title" id="channels-title">Channels</h2>
    <ul class="channels" aria-labelledby="channels-title" data-testid="channels">
      ${channels.map((channel) => {
        const unread = unreadCount(model, channel.id);
        const isCurrent = channel.id === model.channelId;
        const kinds = ['channel', isCurrent ? 'is-current' : '', unread > 0 ? 'is-unread' : ''].join(' ');
        return html`<li key=${channel.id}>
          <button
            type="button"
            class=${kinds}
            data-channel=${channel.id}
            aria-current=${isCurrent ? 'page' : undefined}
            onClick=${() => props.openChannel(channel.id)}
          >
            <span class="hash" aria-hidden="true">#</span>
            <span class="channel-name">${channel.name}</span>
            ${channel.isArchived && html`<small>archived</small>`}
            ${unread > 0 && html`<span class="unread" aria-label=${`${unread} unread`}>${unread > 99 ? '99+' : unread}</span>`}
          </button>
        </li>`;
      })}
    </ul>
    <${PeopleList} people=${humans(model)} actingAs=${model.actingAs} actAs=${props.actAs} />
    <button type="button" class="sidebar-help" onClick=${props.showGuide}>How to try it</button>
  </nav>`;
}
