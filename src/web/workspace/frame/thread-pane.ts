import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Composer } from '../compose/composer.ts';
import { MessageList } from '../messages/message-list.ts';
import { currentChannel, threadMessages } from '../state/selectors.ts';
import type { PaneProps } from './pane.ts';

/** A thread beside its channel; on a phone it takes the whole screen. */
export function ThreadPane(props: PaneProps & { ts: string; close: () => void }): VNode {
  const { model, ts } = props;
  const messages = threadMessages(model, ts);
  const channel = currentChannel(model);
  const head = useRef<HTMLButtonElement>(null);
  useEffect(() => head.current?.focus({ preventScroll: true }), [ts]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) props.close();
  };
  return html`<aside class="thread-pane" aria-label="Thread" data-testid="thread" data-ts=${ts} onKeyDown=${onKeyDown}>
    <header class="pane-head">
      <button type="button" ref=${head} class="icon-button narrow-only" aria-label="Back to the channel" onClick=${props.close}>←</button>
      <div class="pane-title">
        <h2>Thread</h2>
        <p class="topic">#${channel?.name ?? ''}</p>
      </div>
      <button type="button" class="icon-button wide-only" aria-label="Close the thread" onClick=${props.close}>✕</button>
    </header>
    ${
      messages.length === 0
        ? html`<div class="empty">
            <h2>This thread is not here any more</h2>
            <p>Its first message was deleted. Close it and look at the channel.</p>
          </div>`
        : html`<${MessageList}
            key=${ts}
            label="Messages in the thread"
            messages=${messages}
            texts=${props.texts}
            busy=${model.busy}
            acts=${props.acts}
            place="thread"
            openThread=${props.openThread}
            hasNews=${() => false}
            startsAt=${model.threadIsFresh ? 'oldest' : 'newest'}
          />`
    }
    <${Composer}
      key=${`composer-${ts}`}
      label="Reply in thread"
      workspace=${props.workspace}
      inThread=${true}
      bot=${props.bot}
      disabledBecause=${channel?.isArchived === true ? 'This channel is archived: nobody can write here' : ''}
      speaker=${props.speaker}
      send=${(text: string) => props.acts.say(model.channelId, text, ts)}
    />
  </aside>`;
}
