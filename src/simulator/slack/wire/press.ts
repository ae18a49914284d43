import { enteredState, findOption, inputFor, type FormElement, type PlacedElement } from '../blocks/form.ts';
import { isArchived, slackNowMs, type Core } from '../core.ts';
import { apiMessage } from '../methods/message-shape.ts';
import { apiView } from '../methods/views.ts';
import type { PageInput, PageOutcome } from '../page-contract.ts';
import { tsText } from '../state/message-log.ts';
import type { StoredChannel, StoredMessage, StoredView } from '../state/model.ts';
import type { Person } from '../state/people.ts';
import { failureOf, isAcknowledged, type AppLink } from './app-link.ts';
import { interactionBase, interactionBody } from './payloads.ts';
import { createResponseUrl, responseAddress } from './responses.ts';

/** One press: the element as the person saw it, and what was chosen where it offers a choice. */
export type Press = { person: Person; placed: PlacedElement; selected?: string | undefined };

/** The values that `selected` stands for: choices of several are separated by commas. */
function inputOf(element: FormElement, selected: string | undefined): PageInput | undefined {
  const takesMany = element.type === 'checkboxes' || element.type === 'multi_static_select';
  return inputFor(element, selected === undefined ? [] : takesMany ? selected.split(',') : [selected]);
}

/** What was chosen, as the payload carries it; undefined when there is nothing to send. */
function chosen(element: FormElement, selected: string | undefined): Record<string, unknown> | undefined {
  if (element.type === 'button') return {};
  if (element.type === 'overflow') {
    const option = findOption(element, selected ?? '');
    return option === undefined ? undefined : { selected_option: option };
  }
  const input = inputOf(element, selected);
  const state = input === undefined ? undefined : enteredState(element, input);
  const isEmpty = Object.values(state ?? {}).includes(null) && element.type.endsWith('_select');
  return isEmpty ? undefined : state;
}

const carried = [
  'text',
  'value',
  'url',
  'style',
  'placeholder',
  'confirm',
  'initial_option',
  'initial_user',
  'initial_date',
  'initial_time',
];

function actionOf(core: Core, press: Press): Record<string, unknown> | undefined {
  const { element, blockId } = press.placed;
  const choice = chosen(element, press.selected);
  if (choice === undefined) return undefined;
  const kept = Object.fromEntries(Object.entries(element).filter(([key, value]) => carried.includes(key) && value !== undefined));
  return {
    type: element.type,
    action_id: element.action_id,
    block_id: blockId,
    ...kept,
    ...choice,
    action_ts: tsText(slackNowMs(core) * 1000),
  };
}

async function send(link: AppLink, payload: Record<string, unknown>): Promise<PageOutcome> {
  const posted = await link.send({
    kind: 'interaction',
    name: 'block_actions',
    contentType: 'application/x-www-form-urlencoded',
    body: interactionBody(payload),
  });
  return isAcknowledged(posted) ? { ok: true } : { ok: false, error: failureOf(posted) };
}

/** Presses an element of a message. */
export async function pressInMessage(
  core: Core,
  link: AppLink,
  press: Press & { channel: StoredChannel; message: StoredMessage },
): Promise<PageOutcome> {
  const { channel, message, person } = press;
  const action = actionOf(core, press);
  if (action === undefined) return { ok: false, error: 'nothing_selected' };
  if (isArchived(core, channel)) return { ok: false, error: 'is_archived' };
  const isEphemeral = message.onlyFor !== undefined;
  const thread = message.threadTs === undefined ? {} : { threadTs: message.threadTs };
  const source = createResponseUrl(core, { channel: channel.id, user: person.id, original: { ts: message.ts, isEphemeral, ...thread } });
  return send(link, {
    type: 'block_actions',
    ...interactionBase(core, person),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    trigger_id: core.triggers.create({ user: person.id }, slackNowMs(core)),
    channel: { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name },
    // Slack does not send the content of an ephemeral message back.
    ...(isEphemeral ? {} : { message: apiMessage(core, message, { allMetadata: true }) }),
    state: { values: {} },
    response_url: responseAddress(core, source),
    actions: [action],
  });
}

/** Presses or chooses an element inside an open view, which remembers the choice. */
export async function pressInView(core: Core, link: AppLink, press: Press & { view: StoredView }): Promise<PageOutcome> {
  const action = actionOf(core, press);
  if (action === undefined) return { ok: false, error: 'nothing_selected' };
  const view = remembered(core, press);
  return send(link, {
    type: 'block_actions',
    ...interactionBase(core, press.person),
    container: { type: 'view', view_id: view.id },
    trigger_id: core.triggers.create({ user: press.person.id, viewId: view.id }, slackNowMs(core)),
    view: apiView(core, view),
    actions: [action],
  });
}

function remembered(core: Core, press: Press & { view: StoredView }): StoredView {
  const { view, placed, selected } = press;
  const input = inputOf(placed.element, selected);
  const state = input === undefined ? undefined : enteredState(placed.element, input);
  if (state === undefined) return view;
  const after: StoredView = {
    ...view,
    values: { ...view.values, [placed.blockId]: { ...view.values[placed.blockId], [placed.element.action_id]: state } },
  };
  core.state.saveView(after);
  return after;
}
