import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { PageState } from '../../simulator/slack/page-contract.ts';
import type { Acts } from './acts.ts';
import { ConfirmDialog } from './dialogs/confirm.ts';
import { GuideDialog } from './dialogs/guide-dialog.ts';
import { Modal } from './dialogs/modal.ts';
import { Toasts } from './dialogs/toasts.ts';
import { Banner } from './frame/banner.ts';
import { ChannelPane } from './frame/channel-pane.ts';
import type { PaneProps } from './frame/pane.ts';
import { Sidebar } from './frame/sidebar.ts';
import { ThreadPane } from './frame/thread-pane.ts';
import type { TextScope } from './mrkdwn/view.ts';
import { PeopleMenu } from './people/people-menu.ts';
import type { Model } from './state/model.ts';
import { currentChannel, humans, mainBot, topView } from './state/selectors.ts';
import type { Store } from './state/store.ts';

export type AppProps = { store: Store; acts: Acts };

/** The whole page: redrawn from the model after every step. */
export function App(props: AppProps): VNode {
  const { store } = props;
  const [model, setModel] = useState(store.read());
  useEffect(() => {
    setModel(store.read());
    return store.subscribe(() => setModel(store.read()));
  }, [store]);
  if (model.workspace === null) return html`<${Boot} model=${model} />`;
  return html`<${Workspace} ...${props} model=${model} workspace=${model.workspace} />`;
}

function Boot(props: { model: Model }): VNode {
  const { problem } = props.model;
  return html`<p class="boot" role="status">
    ${problem === null ? 'Opening the workspace…' : `The workspace did not open: ${problem}. Trying again…`}
  </p>`;
}

type WorkspaceProps = AppProps & { model: Model; workspace: PageState };

function Workspace(props: WorkspaceProps): VNode {
  const { store, acts, model, workspace } = props;
  const [guide, setGuide] = useState(false);
  const texts = useTexts(model, workspace);
  const channel = currentChannel(model);
  const bot = mainBot(model)?.name ?? 'bot';
  const command = workspace.commands[0]?.command ?? '/incident';
  const actAs = (person: string) => store.send({ type: 'act_as', person });
  const speaker = html`<${PeopleMenu} people=${humans(model)} actingAs=${model.actingAs} actAs=${actAs} />`;
  const openThread = (ts: string) => store.send({ type: 'open_thread', channel: model.channelId, ts });
  const notices = html`<${Toasts} toasts=${model.toasts} dismiss=${(id: number) => store.send({ type: 'dismiss', id })} />`;
  const pane: PaneProps = { model, workspace, texts, acts, bot, speaker, openThread };
  return html`<div class=${model.threadTs === null ? 'workspace' : 'workspace has-thread'}>
    <${Banner} connection=${model.connection} notice=${workspace.notice} faults=${workspace.faults} />
    <${Sidebar}
      model=${model}
      openChannel=${(id: string) => store.send({ type: 'open_channel', channel: id })}
      actAs=${actAs}
      showGuide=${() => setGuide(true)}
      close=${() => store.send({ type: 'sidebar', open: false })}
    />
    ${model.sidebarOpen && html`<div class="veil" onClick=${() => store.send({ type: 'sidebar', open: false })}></div>`}
    ${
      channel === undefined
        ? html`<main class="channel-pane">
            <div class="empty">
              <h2>No channels yet</h2>
              <p>The simulation has made none.</p>
            </div>
          </main>`
        : html`<${ChannelPane} ...${pane} channel=${channel} openSidebar=${() => store.send({ type: 'sidebar', open: true })} />`
    }
    ${model.threadTs !== null && html`<${ThreadPane} ...${pane} ts=${model.threadTs} close=${() => store.send({ type: 'close_thread' })} />`}
    <${Dialogs} ...${props} texts=${texts} notices=${notices} />
    ${guide && html`<${GuideDialog} bot=${bot} command=${command} close=${() => setGuide(false)} />`}
    ${topView(model) === undefined && notices}
  </div>`;
}

function Dialogs(props: WorkspaceProps & { texts: TextScope; notices: VNode }): VNode {
  const { model, acts, texts, notices } = props;
  const view = topView(model);
  return html`<div>
    ${view !== undefined && html`<${Modal} key=${view.id} view=${view} texts=${texts} busy=${model.busy} acts=${acts} notices=${notices} />`}
    ${model.pending !== null && html`<${ConfirmDialog} pending=${model.pending} texts=${texts} answer=${acts.answer} />`}
  </div>`;
}

function useTexts(model: Model, workspace: PageState): TextScope {
  const { actingAs, now } = model;
  const people = useMemo(() => new Map(workspace.people.map((person) => [person.id, person])), [workspace.people]);
  const channels = useMemo(() => new Map(workspace.channels.map((channel) => [channel.id, channel])), [workspace.channels]);
  return useMemo(() => ({ people, channels, actingAs, now }), [people, channels, actingAs, now]);
}
