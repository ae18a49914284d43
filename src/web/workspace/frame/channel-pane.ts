import { html } from 'htm/preact';
import type { VNode } from 'preact';
import type { PageChannel } from '../../../simulator/slack/page-contract.ts';
import { Composer } from '../compose/composer.ts';
import { MessageList } from '../messages/message-list.ts';
import type { Model } from '../state/model.ts';
import { actingPerson, channelMessages, hasNewReplies } from '../state/selectors.ts';
import { Guide } from './guide.ts';
import type { PaneProps } from './pane.ts';
import { SampleList, SamplesMenu } from './samples.ts';

/** A channel: its heading, its messages, and the box to write in. */
export function ChannelPane(props: PaneProps & { channel: PageChannel; openSidebar: () => void }): VNode {
  const { model, channel } = props;
  const messages = channelMessages(model, channel.id);
  return html`<main class="channel-pane" aria-label=${`Channel ${channel.name}`}>
    <header class="pane-head">
      <button type="button" class="icon-button narrow-only" aria-label="Show the list of channels" onClick=${props.openSidebar}>☰</button>
      <div class="pane-title">
        <h1><span class="hash" aria-hidden="true">#</span>${channel.name}</h1>
        ${channel.topic !== '' && html`<p class="topic" title=${channel.topic}>${channel.topic}</p>`}
      </div>
      <span class="members wide-only">${channel.members.length} members</span>
      <${SamplesMenu} samples=${props.workspace.samples} fired=${model.fired} busy=${model.busy} acts=${props.acts} />
    </header>
    ${
      messages.length === 0
        ? html`<${EmptyChannel} ...${props} />`
        : html`<${MessageList}
            key=${channel.id}
            label=${`Messages in ${channel.name}`}
            messages=${messages}
            texts=${props.texts}
            busy=${model.busy}
            acts=${props.acts}
            place="channel"
            openThread=${props.openThread}
            hasNews=${(message: (typeof messages)[number]) => hasNewReplies(model, message)}
            opening=${html`<p class="channel-start">This is the beginning of #${channel.name}.</p>`}
          />`
    }
    <${Composer}
      key=${`composer-${channel.id}`}
      label=${`Message #${channel.name}`}
      workspace=${props.workspace}
      inThread=${false}
      bot=${props.bot}
      disabledBecause=${whyNotHere(props)}
      speaker=${props.speaker}
      send=${(text: string) => props.acts.say(channel.id, text)}
    />
  </main>`;
}

/** Why the acting person cannot write here; empty when they can. */
function whyNotHere(props: { model: Model; channel: PageChannel }): string {
  const { model, channel } = props;
  if (channel.isArchived) return 'This channel is archived: nobody can write here';
  const acting = actingPerson(model);
  return acting === undefined || channel.members.includes(acting.id) ? '' : `${acting.realName} is not a member of #${channel.name}`;
}

function EmptyChannel(props: PaneProps & { channel: PageChannel }): VNode {
  const { model, channel, workspace } = props;
  const command = workspace.commands[0]?.command ?? '/incident';
  if (channel.name !== 'incidents') {
    return html`<div class="empty">
      <h2>Nothing in #${channel.name} yet</h2>
      <p>${channel.topic}</p>
      <p>Write something, or go to <strong>#incidents</strong> and fire a sample alert.</p>
    </div>`;
  }
  return html`<div class="empty">
    <h2>All quiet in #${channel.name}</h2>
    <p>Nothing is broken, so break something:</p>
    <${SampleList} samples=${workspace.samples} fired=${model.fired} busy=${model.busy} acts=${props.acts} />
    <${Guide} bot=${props.bot} command=${command} />
  </div>`;
}
