import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PageState } from '../../../simulator/slack/page-contract.ts';
import { asMention, commandOf } from './command.ts';
import { keyOrder } from './keys.ts';
import { suggest, type Suggestion, type Suggestions } from './suggest.ts';
import { SuggestionList } from './suggestion-list.ts';

export type ComposerProps = {
  label: string;
  workspace: PageState;
  inThread: boolean;
  /** The name of the bot to mention where commands do not work. */
  bot: string;
  disabledBecause: string;
  /** Who is speaking: shown inside the box, so that nobody approves as the wrong person. */
  speaker: VNode;
  /** Sends what was typed; false gives the text back. */
  send: (text: string) => Promise<boolean>;
};

type Box = { text: string; caret: number; chosen: number; dismissed: boolean };

const empty: Box = { text: '', caret: 0, chosen: -1, dismissed: false };

/** Where one writes: Enter sends, Shift+Enter breaks the line, and commands, people and channels are suggested. */
export function Composer(props: ComposerProps): VNode {
  const [box, setBox] = useState<Box>(empty);
  const area = useRef<HTMLTextAreaElement>(null);
  const caretTo = useRef<number | null>(null);
  const listId = props.inThread ? 'suggestions-thread' : 'suggestions-channel';
  const suggestions = suggest({ text: box.text, caret: box.caret, inThread: props.inThread, workspace: props.workspace });
  const items = box.dismissed ? [] : suggestions.items;
  const chosen = chosenIndex(box, items.length, suggestions);

  useLayoutEffect(() => {
    if (caretTo.current === null) return;
    area.current?.setSelectionRange(caretTo.current, caretTo.current);
    caretTo.current = null;
  });

  const write = (text: string, caret: number) => {
    caretTo.current = caret;
    setBox({ ...empty, text, caret });
    area.current?.focus();
  };
  const take = (item: Suggestion) => write(item.text, item.caret);
  const submit = () => {
    const text = box.text.trim();
    if (text === '' || props.disabledBecause !== '') return;
    if (!(props.inThread && commandOf(text) !== undefined)) setBox(empty);
    void props.send(text).then((sent) => {
      if (!sent) setBox((now) => (now.text === '' ? { ...empty, text, caret: text.length } : now));
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const order = keyOrder(event, { count: items.length, chosen, wouldChange: items[chosen]?.text.trim() !== box.text.trim() });
    if (order === undefined) return;
    event.preventDefault();
    if (order === 'send') return submit();
    if (order === 'close') {
      event.stopPropagation();
      return setBox({ ...box, dismissed: true });
    }
    const item = items[chosen < 0 ? 0 : chosen];
    if (order === 'take' && item !== undefined) return take(item);
    const step = order === 'next' ? 1 : -1;
    setBox({ ...box, chosen: (chosen + step + items.length) % items.length });
  };
  const store = (event: Event & { currentTarget: HTMLTextAreaElement }) =>
    setBox({ ...empty, text: event.currentTarget.value, caret: event.currentTarget.selectionStart });
  const moveCaret = (event: Event & { currentTarget: HTMLTextAreaElement }) => {
    const caret = event.currentTarget.selectionStart;
    if (caret !== box.caret) setBox({ ...box, caret });
  };

  return html`<form
    class="composer"
    data-testid=${props.inThread ? 'thread-composer' : 'composer'}
    onSubmit=${(event: Event) => {
      event.preventDefault();
      submit();
    }}
  >
    <${CommandInThread} text=${box.text} inThread=${props.inThread} bot=${props.bot} write=${write} />
    <${SuggestionList} id=${listId} items=${items} chosen=${chosen} take=${take} usage=${suggestions.usage} />
    <div class="composer-box">
      <textarea
        ref=${area}
        aria-label=${props.label}
        aria-autocomplete="list"
        aria-controls=${items.length > 0 ? listId : undefined}
        aria-activedescendant=${chosen >= 0 ? `${listId}-${chosen}` : undefined}
        placeholder=${props.disabledBecause === '' ? props.label : props.disabledBecause}
        disabled=${props.disabledBecause !== ''}
        rows=${Math.min(8, box.text.split('\n').length)}
        enterkeyhint="send"
        value=${box.text}
        onInput=${store}
        onSelect=${moveCaret}
        onFocus=${() => setBox((now) => ({ ...now, dismissed: false }))}
        onBlur=${() => setBox((now) => ({ ...now, dismissed: true }))}
        onKeyDown=${onKeyDown}
      ></textarea>
      <div class="composer-bar">
        ${props.speaker}
        <span class="composer-keys">Enter sends · Shift+Enter breaks the line</span>
        <button type="submit" class="button button-primary button-send" disabled=${box.text.trim() === '' || props.disabledBecause !== ''}>
          Send
        </button>
      </div>
    </div>
  </form>`;
}

function chosenIndex(box: Box, count: number, suggestions: Suggestions): number {
  if (count === 0) return -1;
  if (box.chosen >= 0) return Math.min(box.chosen, count - 1);
  return suggestions.takesFirst ? 0 : -1;
}

type CommandInThreadProps = { text: string; inThread: boolean; bot: string; write: (text: string, caret: number) => void };

/** Slack takes no commands in threads: said while it is being written, with the way that works one press away. */
function CommandInThread(props: CommandInThreadProps): VNode | null {
  const command = props.inThread ? commandOf(props.text) : undefined;
  if (command === undefined) return null;
  const instead = asMention(props.text, props.bot);
  return html`<p class="composer-note" role="status">
    <span>${command} is not supported in threads.</span>
    <button type="button" class="link-button" onClick=${() => props.write(instead, instead.length)}>
      Write “${instead.trim()}” instead
    </button>
  </p>`;
}
