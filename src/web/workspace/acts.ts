import type { PageAct, PageInput, PageOutcome } from '../../simulator/slack/page-contract.ts';
import type { Api } from './api.ts';
import type { Press } from './blocks/scope.ts';
import { commandOf } from './compose/command.ts';
import { commandInThread, explainFailure, type Attempt } from './failures.ts';
import { busyKey, type PressTarget } from './state/model.ts';
import { mainBot } from './state/selectors.ts';
import type { Store } from './state/store.ts';

/** Everything that a person can do on the page. */
export type Acts = {
  say: (channel: string, text: string, threadTs?: string) => Promise<boolean>;
  /** Sends a press, or asks first when the element wants a confirmation. */
  press: (target: PressTarget, press: Press) => void;
  /** Sends the press that was asked about, or drops it. */
  answer: (confirmed: boolean) => void;
  submit: (viewId: string, values: Readonly<Record<string, Readonly<Record<string, PageInput>>>>) => Promise<void>;
  close: (viewId: string) => void;
  fire: (sample: string, title: string) => void;
  resolve: (sample: string, title: string) => void;
};

export function createActs(store: Store, api: Api): Acts {
  const as = () => store.read().actingAs;
  const fail = (error: string, attempt: Attempt) => store.send({ type: 'toast', tone: 'error', ...explainFailure(error, attempt) });

  /** One act at a time per key: an impatient second press does nothing. */
  async function once(key: string, act: PageAct, attempt: Attempt): Promise<PageOutcome | undefined> {
    if (store.read().busy.includes(key)) return undefined;
    store.send({ type: 'busy', key, value: true });
    const outcome = await api.act(act);
    store.send({ type: 'busy', key, value: false });
    if (!outcome.ok) fail(outcome.error, attempt);
    return outcome;
  }

  function sendPress(target: PressTarget, press: Press): void {
    const { blockId, actionId, value, selected } = press;
    const rest = {
      as: as(),
      blockId,
      actionId,
      ...(value === undefined ? {} : { value }),
      ...(selected === undefined ? {} : { selected }),
    };
    const act: PageAct =
      target.kind === 'message'
        ? { act: 'press', channel: target.channel, ts: target.ts, ...rest }
        : { act: 'view_press', viewId: target.viewId, ...rest };
    void once(busyKey(target, blockId, actionId), act, { kind: 'press' });
  }

  function alert(act: 'fire' | 'resolve', sample: string, title: string): void {
    void once(`${act}/${sample}`, { act, as: as(), sample }, { kind: 'fire' }).then((outcome) => {
      if (outcome?.ok !== true) return;
      store.send({ type: 'fired', sample, value: act === 'fire' });
      const text = act === 'fire' ? `Alert fired: ${title}` : `Alert resolved: ${title}`;
      store.send({ type: 'toast', tone: 'info', text, hint: 'The channel shows what becomes of it.' });
    });
  }

  return {
    async say(channel, text, threadTs) {
      const command = commandOf(text);
      const bot = mainBot(store.read())?.name ?? 'bot';
      if (command !== undefined && threadTs !== undefined) {
        store.send({ type: 'toast', tone: 'error', ...commandInThread(command, bot) });
        return false;
      }
      // As it was typed: the simulation escapes it and makes names into ids, as Slack does.
      const outcome = await api.act({ act: 'say', as: as(), channel, text, ...(threadTs === undefined ? {} : { threadTs }) });
      if (!outcome.ok)
        fail(outcome.error, command === undefined ? { kind: 'say' } : { kind: 'command', command, inThread: threadTs !== undefined, bot });
      return outcome.ok;
    },
    press(target, press) {
      if (press.confirm === undefined) sendPress(target, press);
      else store.send({ type: 'ask', pending: { press, target } });
    },
    answer(confirmed) {
      const { pending } = store.read();
      store.send({ type: 'asked' });
      if (confirmed && pending !== null) sendPress(pending.target, pending.press);
    },
    async submit(viewId, values) {
      const outcome = await once(`submit/${viewId}`, { act: 'submit', as: as(), viewId, values }, { kind: 'submit' });
      if (outcome?.ok === true && outcome.viewErrors !== undefined) store.send({ type: 'view_errors', viewId, errors: outcome.viewErrors });
    },
    close(viewId) {
      const act: PageAct = { act: 'close', as: as(), viewId };
      // Gone at once, as in Slack: the app hears of it, but nobody waits for its answer.
      store.send({ type: 'event', event: { type: 'view_closed', id: viewId, user: as() } });
      void api.act(act);
    },
    fire: (sample, title) => alert('fire', sample, title),
    resolve: (sample, title) => alert('resolve', sample, title),
  };
}
