import type { Action } from '../../chat/action.ts';
import type { Reply } from '../../chat/reply.ts';
import { idFrom } from '../../kernel/hash.ts';
import { within } from '../../kernel/within.ts';
import { readAction } from '../render/actions.ts';
import { answerLate } from './deliver.ts';
import type { Destination } from './deliver.ts';
import { answerWithinMs, ask } from './deps.ts';
import type { Acknowledge, InboundDeps } from './deps.ts';
import { openForm, openLoading, showInView } from './forms.ts';
import type { ActionPayload } from './payloads.ts';

type Press = { action: Action; destination: Destination; cause: string; triggerId: string };

/**
 * A button or menu item. The acknowledgement says nothing; the answer comes as a message that only the person sees, or as a form. What a button does
 * is done before it where that is quick: Slack shows whoever pressed that it failed when a crash came first, and never sends a press again.
 */
export async function onAction(deps: InboundDeps, payload: ActionPayload, ack: Acknowledge): Promise<void> {
  const press = readPress(payload);
  if (press?.action.type === 'run') {
    const asked = askFor(deps, press);
    await within(deps.clock, answerWithinMs, asked);
    await ack();
    void deps.background.run('a pressed button', async () => await answerPressed(deps, press, await asked));
    return;
  }
  await ack();
  if (press === undefined) {
    // Link buttons and what older versions drew also arrive here.
    deps.log.info({ actionId: payload.actions[0]?.action_id }, 'a button without a meaning was pressed');
    return;
  }
  void deps.background.run('a pressed button', () => openPressed(deps, press));
}

function askFor(deps: InboundDeps, { action, cause, destination }: Press): Promise<Reply> {
  const { person, place } = destination;
  return ask(deps, cause, () => deps.handler.press({ action, person, place, cause }));
}

async function answerPressed(deps: InboundDeps, { destination, triggerId }: Press, reply: Reply): Promise<void> {
  const { place } = destination;
  if (reply.type === 'form' && (await openForm(deps, { triggerId, place }, reply.form))) return;
  await answerLate(deps.deliver, destination, reply);
}

async function openPressed(deps: InboundDeps, press: Press): Promise<void> {
  const { action, cause, destination, triggerId } = press;
  const { person, place } = destination;
  const viewId = await openLoading(deps, { triggerId, place });
  const reply = await ask(deps, cause, () => deps.handler.openForm({ action, person, place }));
  const isShown = viewId !== undefined && (await showInView(deps, viewId, reply));
  if (!isShown) await answerLate(deps.deliver, destination, reply);
}

function readPress(payload: ActionPayload): Press | undefined {
  const pressed = payload.actions[0];
  const selected = pressed?.selected_option?.value;
  const action =
    pressed === undefined ? undefined : readAction({ actionId: pressed.action_id, ...(selected === undefined ? {} : { selected }) });
  const channel = payload.channel?.id ?? payload.container.channel_id;
  if (action === undefined || channel === undefined) return undefined;
  const responseUrl = payload.response_url;
  return {
    action,
    destination: {
      person: personOf(payload),
      place: { channel, ...threadOf(payload) },
      ...(responseUrl === undefined ? {} : { responseUrl }),
    },
    cause: causeOfAction(payload),
    triggerId: payload.trigger_id,
  };
}

export function personOf({ user }: Pick<ActionPayload, 'user'>): { id: string; name: string } {
  return { id: user.id, name: user.username ?? user.name ?? user.id };
}

/** A thread's root carries its own ts as thread_ts, and is looked at in the channel. */
function threadOf(payload: ActionPayload): { threadTs?: string } {
  const threadTs = payload.container.thread_ts ?? payload.message?.thread_ts;
  return threadTs === undefined || threadTs === payload.container.message_ts ? {} : { threadTs };
}

/** The same press always has the same cause; a second press has another. */
export function causeOfAction(payload: ActionPayload): string {
  const pressed = payload.actions[0];
  return idFrom('press', payload.user.id, payload.container.message_ts ?? '', pressed?.action_id ?? '', pressed?.action_ts ?? '');
}
