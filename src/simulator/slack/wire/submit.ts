import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { clientErrors, enteredState, placedElements } from '../blocks/form.ts';
import { acceptView } from '../blocks/view.ts';
import { slackNowMs, type Core } from '../core.ts';
import { apiView, modalStack, pushModal, replaceView } from '../methods/views.ts';
import type { PageInput, PageOutcome } from '../page-contract.ts';
import type { StoredView } from '../state/model.ts';
import type { Person } from '../state/people.ts';
import { failureOf, isAcknowledged, type AppLink } from './app-link.ts';
import { interactionBase, interactionBody } from './payloads.ts';

export type EnteredValues = Readonly<Record<string, Readonly<Record<string, PageInput>>>>;

const reaction = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.undefined().optional() }),
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal('update'), view: z.unknown() }),
  z.object({ response_action: z.literal('push'), view: z.unknown() }),
  z.object({ response_action: z.literal('clear') }),
]);

function withEntered(view: StoredView, entered: EnteredValues): StoredView {
  const values: StoredView['values'] = { ...view.values };
  for (const { blockId, element } of placedElements(view.content.blocks)) {
    const input = entered[blockId]?.[element.action_id];
    const state = input === undefined ? undefined : enteredState(element, input);
    if (state !== undefined) values[blockId] = { ...values[blockId], [element.action_id]: state };
  }
  return { ...view, values };
}

function showErrors(core: Core, view: StoredView, errors: Record<string, string>): PageOutcome {
  core.state.saveView({ ...view, errors });
  return { ok: true, viewErrors: errors };
}

function clear(core: Core, user: string): PageOutcome {
  modalStack(core, user)
    .toReversed()
    .forEach((open) => core.state.removeView(open));
  return { ok: true };
}

/** Errors can only stand at input blocks; anything else is refused by Slack's client. */
function appErrors(core: Core, view: StoredView, errors: Record<string, string>): PageOutcome {
  const inputs = new Set(placedElements(view.content.blocks).flatMap((placed) => (placed.isInput ? [placed.blockId] : [])));
  const unknown = Object.keys(errors).filter((blockId) => !inputs.has(blockId));
  if (unknown.length > 0 || Object.keys(errors).length === 0) {
    core.log.warn({ unknown }, 'a submission was answered with errors for blocks that are no inputs');
    return { ok: false, error: 'invalid_response_action' };
  }
  return showErrors(core, view, errors);
}

function react(core: Core, view: StoredView, body: string): PageOutcome {
  const parsed = reaction.safeParse(JSON.parse(body.trim() === '' ? '{}' : body));
  if (!parsed.success) return { ok: false, error: 'invalid_response_action' };
  const { data } = parsed;
  switch (data.response_action) {
    case undefined:
      core.state.removeView(view);
      return { ok: true };
    case 'errors':
      return appErrors(core, view, data.errors);
    case 'clear':
      return clear(core, view.user);
    case 'update':
      replaceView(core, view, acceptView(data.view, 'modal'));
      return { ok: true };
    case 'push':
      pushModal(core, view.user, acceptView(data.view, 'modal'));
      return { ok: true };
  }
}

/** Submits the view; the app's acknowledgement closes, changes or keeps it. */
export async function submitView(
  core: Core,
  link: AppLink,
  submission: { person: Person; view: StoredView; entered: EnteredValues },
): Promise<PageOutcome> {
  const view = withEntered(submission.view, submission.entered);
  const missing = clientErrors(view);
  if (Object.keys(missing).length > 0) return showErrors(core, view, missing);
  core.state.saveView({ ...view, errors: {} });
  const posted = await link.send({
    kind: 'interaction',
    name: 'view_submission',
    contentType: 'application/x-www-form-urlencoded',
    body: interactionBody({
      type: 'view_submission',
      ...interactionBase(core, submission.person),
      trigger_id: core.triggers.create({ user: submission.person.id, viewId: view.id }, slackNowMs(core)),
      view: apiView(core, view),
    }),
  });
  if (!isAcknowledged(posted)) return { ok: false, error: failureOf(posted) };
  // The app may have updated the view while it was asked.
  const current = core.state.views.get(view.id) ?? view;
  try {
    return react(core, current, posted.body);
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof SyntaxError)) throw error;
    core.log.warn({ error: error.message }, 'the answer to a submission was refused');
    return { ok: false, error: 'invalid_response_action' };
  }
}

/** Closes the topmost view, or all of them where it asks for that; the app hears of it when it asked to. */
export async function closeView(core: Core, link: AppLink, closing: { person: Person; view: StoredView }): Promise<PageOutcome> {
  const { view, person } = closing;
  const isCleared = view.content['clear_on_close'] === true;
  if (isCleared) clear(core, person.id);
  else core.state.removeView(view);
  if (view.content['notify_on_close'] !== true) return { ok: true };
  const posted = await link.send({
    kind: 'interaction',
    name: 'view_closed',
    contentType: 'application/x-www-form-urlencoded',
    body: interactionBody({
      type: 'view_closed',
      ...interactionBase(core, person),
      view: apiView(core, view),
      is_cleared: isCleared,
    }),
  });
  return isAcknowledged(posted) ? { ok: true } : { ok: false, error: failureOf(posted) };
}
