import { ApiError } from '../api-error.ts';
import { placedElements, stateValues } from '../blocks/form.ts';
import { inventId } from '../blocks/text.ts';
import { acceptView, type HomeView, type ModalView } from '../blocks/view.ts';
import { slackNowMs, type Core } from '../core.ts';
import { inventSlackId } from '../identifiers.ts';
import type { StoredView } from '../state/model.ts';
import { messageLimits } from '../tables/block-limits.ts';
import type { otherTable } from '../tables/other.ts';
import type { Trigger } from '../triggers.ts';
import type { Args, Handlers, Result } from './handler.ts';

type ViewMethod = 'views.open' | 'views.push' | 'views.update' | 'views.publish';
type TriggerArgs = Args<(typeof otherTable)['views.open']>;

/** A view as the API and the payloads carry it. */
export function apiView(core: Core, view: StoredView): Result {
  const { title, submit, close, ...content } = view.content;
  return {
    id: view.id,
    team_id: core.seed.team.id,
    ...content,
    // Slack names these three even where a view has none.
    ...(view.content.type === 'modal' ? { title, submit: submit ?? null, close: close ?? null } : {}),
    state: { values: stateValues(view) },
    hash: view.hash,
    root_view_id: view.rootId,
    previous_view_id: view.previousId ?? null,
    app_id: core.seed.app.appId,
    app_installed_team_id: core.seed.team.id,
    bot_id: core.seed.app.botId,
  };
}

/** The open modals of a person, the topmost last. */
export function modalStack(core: Core, user: string): StoredView[] {
  const modals = core.state.views.values().filter((view) => view.user === user && view.content.type === 'modal');
  const stack: StoredView[] = [];
  let next = modals.find((view) => view.previousId === undefined);
  while (next !== undefined) {
    const current = next;
    stack.push(current);
    next = modals.find((view) => view.previousId === current.id);
  }
  return stack;
}

function newHash(core: Core): string {
  return `${Math.floor(slackNowMs(core) / 1000)}.${inventId()}`;
}

function refuseDuplicate(core: Core, externalId: string, own?: StoredView): void {
  if (externalId === '') return;
  const taken = core.state.views.values().some((view) => view.externalId === externalId && view.id !== own?.id);
  if (taken) throw new ApiError('duplicate_external_id');
}

function create(core: Core, content: ModalView | HomeView, place: { user: string; below?: StoredView | undefined }): StoredView {
  refuseDuplicate(core, content.external_id);
  const id = inventSlackId('V');
  return {
    id,
    user: place.user,
    content,
    hash: newHash(core),
    externalId: content.external_id,
    rootId: place.below?.rootId ?? id,
    ...(place.below === undefined ? {} : { previousId: place.below.id }),
    values: {},
    errors: {},
  };
}

/** Opens a modal for a person; whatever was open goes away. */
function openModal(core: Core, user: string, content: ModalView): StoredView {
  const view = create(core, content, { user });
  modalStack(core, user)
    .toReversed()
    .forEach((open) => core.state.removeView(open));
  core.state.saveView(view);
  return view;
}

/** Puts a modal on top of the open ones, three at most. */
export function pushModal(core: Core, user: string, content: ModalView): StoredView {
  const stack = modalStack(core, user);
  const below = stack.at(-1);
  if (below === undefined) throw new ApiError('not_found');
  if (stack.length >= messageLimits.viewStack) throw new ApiError('push_limit_reached');
  const view = create(core, content, { user, below });
  core.state.saveView(view);
  return view;
}

/** Replaces a view's content. What was entered stays where block id, action id and kind are the same. */
export function replaceView(core: Core, view: StoredView, content: ModalView | HomeView): StoredView {
  refuseDuplicate(core, content.external_id, view);
  const values: StoredView['values'] = {};
  for (const { blockId, element } of placedElements(content.blocks)) {
    const entered = view.values[blockId]?.[element.action_id];
    if (entered?.type === element.type) (values[blockId] ??= {})[element.action_id] = entered;
  }
  const after: StoredView = { ...view, content, values, errors: {}, hash: newHash(core), externalId: content.external_id };
  core.state.saveView(after);
  return after;
}

function exchange(core: Core, args: TriggerArgs): Trigger {
  const id = args.trigger_id ?? args.interactivity_pointer;
  if (id === undefined) throw new ApiError('invalid_arguments', ['missing required field: trigger_id [json-pointer:]']);
  return core.triggers.exchange(id, slackNowMs(core));
}

function open(core: Core, args: TriggerArgs): Result {
  const content = acceptView(args.view, 'modal');
  return { view: apiView(core, openModal(core, exchange(core, args).user, content)) };
}

function push(core: Core, args: TriggerArgs): Result {
  const content = acceptView(args.view, 'modal');
  const trigger = exchange(core, args);
  // Only something pressed inside a modal can put another one on top of it.
  if (trigger.viewId === undefined) throw new ApiError('invalid_trigger_id');
  return { view: apiView(core, pushModal(core, trigger.user, content)) };
}

function refuseConflict(view: StoredView, hash: string | undefined): void {
  if (hash !== undefined && hash !== '' && hash !== view.hash) throw new ApiError('hash_conflict');
}

function update(core: Core, args: Args<(typeof otherTable)['views.update']>): Result {
  const view = core.state.views
    .values()
    .find((candidate) => candidate.id === args.view_id || (args.external_id !== undefined && candidate.externalId === args.external_id));
  if (view === undefined || view.content.type !== 'modal') throw new ApiError('not_found');
  const content = acceptView(args.view, 'modal');
  refuseConflict(view, args.hash);
  return { view: apiView(core, replaceView(core, view, content)) };
}

/** The Home view of a person, once one was published. */
export function homeOf(core: Core, user: string): StoredView | undefined {
  return core.state.views.values().find((view) => view.user === user && view.content.type === 'home');
}

function publish(core: Core, args: Args<(typeof otherTable)['views.publish']>): Result {
  if (core.state.people.get(args.user_id) === undefined) throw new ApiError('invalid_arguments', ['unknown user [json-pointer:/user_id]']);
  const content = acceptView(args.view, 'home');
  const before = homeOf(core, args.user_id);
  if (before !== undefined) {
    refuseConflict(before, args.hash);
    return { view: apiView(core, replaceView(core, before, content)) };
  }
  const view = create(core, content, { user: args.user_id });
  core.state.saveView(view);
  return { view: apiView(core, view) };
}

export const viewHandlers: Pick<Handlers<typeof otherTable>, ViewMethod> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
};
