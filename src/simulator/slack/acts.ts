import { placedElements, type PlacedElement } from './blocks/form.ts';
import { isArchived, type Core } from './core.ts';
import { apiMessage } from './methods/message-shape.ts';
import { openIm } from './methods/target.ts';
import type { PageAct, PageOutcome } from './page-contract.ts';
import { post } from './posting.ts';
import type { StoredChannel, StoredMessage, StoredView } from './state/model.ts';
import { findPerson, type Person } from './state/people.ts';
import type { AppLink } from './wire/app-link.ts';
import { runCommand } from './wire/commands.ts';
import type { Events, Raised } from './wire/events.ts';
import { pressInMessage, pressInView } from './wire/press.ts';
import { closeView, submitView } from './wire/submit.ts';
import { messageText } from './wire/typed-text.ts';
import type { SlackWorkspaceOptions } from './workspace-types.ts';

/** What acting needs: the workspace, the way to the app, and what firing a sample does. */
export type Stage = { core: Core; link: AppLink; events: Events } & Pick<SlackWorkspaceOptions, 'onFire' | 'onResolve'>;

const failed = (error: string): PageOutcome => ({ ok: false, error });

type Place = { person: Person; channel: StoredChannel };

/** A person in a channel that the person can see, or the reason why not. */
function placeOf(core: Core, as: string, channelName: string): Place | PageOutcome {
  const person = findPerson(core.state.people, as);
  if (person === undefined) return failed('user_not_found');
  const isBot = findPerson(core.state.people, channelName)?.id === core.seed.app.botUserId;
  const channel = isBot ? openIm(core, person.id) : core.state.channel(channelName);
  if (channel === undefined) return failed('channel_not_found');
  return channel.members.includes(person.id) ? { person, channel } : failed('not_in_channel');
}

function events(stage: Stage, place: Place, message: StoredMessage): Raised[] {
  const { core } = stage;
  const { channel } = place;
  const bot = core.seed.app.botUserId;
  const said = {
    ...apiMessage(core, message, { allMetadata: false }),
    channel: channel.id,
    event_ts: message.ts,
  };
  const isIm = channel.kind === 'im';
  const subscription = isIm ? 'message.im' : channel.kind === 'private' ? 'message.groups' : 'message.channels';
  const hears = channel.members.includes(bot);
  const raised: Raised[] = [];
  if (hears) raised.push(stage.events.raise({ ...said, type: 'message', channel_type: isIm ? 'im' : 'channel' }, subscription));
  // A direct message to the bot is no mention.
  if (hears && !isIm && message.text.includes(`<@${bot}>`)) raised.push(stage.events.raise({ ...said, type: 'app_mention' }));
  return raised;
}

/** A person writes a message or a command; ends when the app has acknowledged what it was told. */
async function say(stage: Stage, act: Extract<PageAct, { act: 'say' }>): Promise<PageOutcome> {
  const place = placeOf(stage.core, act.as, act.channel);
  if ('ok' in place) return place;
  if (act.text.startsWith('/')) return runCommand(stage.core, stage.link, { ...place, text: act.text, threadTs: act.threadTs });
  if (isArchived(stage.core, place.channel)) return failed('is_archived');
  if (act.text.trim() === '') return failed('no_text');
  const root = act.threadTs === undefined ? undefined : stage.core.state.log(place.channel.id).find(act.threadTs);
  if (act.threadTs !== undefined && root === undefined) return failed('thread_not_found');
  const message = post(stage.core, {
    channel: place.channel.id,
    user: place.person.id,
    text: messageText(stage.core, act.text),
    ...(root === undefined ? {} : { threadTs: root.threadTs ?? root.ts }),
  });
  await Promise.all(events(stage, place, message).map((raised) => raised.first));
  return { ok: true };
}

/** Finds what a person sees at `ts`: a message of the channel, or an ephemeral one that is for them. */
function seenMessage(core: Core, place: Place, ts: string): StoredMessage | undefined {
  const log = core.state.log(place.channel.id);
  const ephemeral = log.findEphemeral(ts);
  return log.find(ts) ?? (ephemeral?.onlyFor === place.person.id ? ephemeral : undefined);
}

/** Which element is pressed: the one a person sees, which the message may have lost in the meantime. */
export type Pressed = { as: string; channel: string; ts: string; placed: PlacedElement; selected?: string | undefined };

export async function press(stage: Stage, pressed: Pressed): Promise<PageOutcome> {
  const place = placeOf(stage.core, pressed.as, pressed.channel);
  if ('ok' in place) return place;
  const message = seenMessage(stage.core, place, pressed.ts);
  if (message === undefined || message.isTombstone) return failed('message_not_found');
  return pressInMessage(stage.core, stage.link, { ...place, message, placed: pressed.placed, selected: pressed.selected });
}

function withValue(placed: PlacedElement, value: string | undefined): PlacedElement {
  return value === undefined ? placed : { ...placed, element: { ...placed.element, value } };
}

function isAt(blockId: string, actionId: string) {
  return (placed: PlacedElement) => placed.blockId === blockId && placed.element.action_id === actionId;
}

async function pressFromPage(stage: Stage, act: Extract<PageAct, { act: 'press' }>): Promise<PageOutcome> {
  const place = placeOf(stage.core, act.as, act.channel);
  if ('ok' in place) return place;
  const message = seenMessage(stage.core, place, act.ts);
  const placed = placedElements(message?.blocks ?? []).find(isAt(act.blockId, act.actionId));
  if (placed === undefined) return failed('message_changed');
  return press(stage, { ...act, placed: withValue(placed, act.value) });
}

function openView(core: Core, as: string, viewId: string): { person: Person; view: StoredView } | undefined {
  const person = findPerson(core.state.people, as);
  const view = core.state.views.get(viewId);
  return person === undefined || view?.user !== person.id ? undefined : { person, view };
}

async function pressView(stage: Stage, act: Extract<PageAct, { act: 'view_press' }>): Promise<PageOutcome> {
  const open = openView(stage.core, act.as, act.viewId);
  if (open === undefined) return failed('not_found');
  const placed = placedElements(open.view.content.blocks).find(isAt(act.blockId, act.actionId));
  if (placed === undefined) return failed('not_found');
  return pressInView(stage.core, stage.link, { ...open, placed: withValue(placed, act.value), selected: act.selected });
}

async function sample(stage: Stage, act: Extract<PageAct, { act: 'fire' | 'resolve' }>): Promise<PageOutcome> {
  const run = act.act === 'fire' ? stage.onFire : stage.onResolve;
  if (run === undefined) return failed('not_supported');
  await run(act.sample, act.as);
  return { ok: true };
}

/** Does what a person does on the page. */
export async function perform(stage: Stage, act: PageAct): Promise<PageOutcome> {
  switch (act.act) {
    case 'say':
      return say(stage, act);
    case 'press':
      return pressFromPage(stage, act);
    case 'view_press':
      return pressView(stage, act);
    case 'submit': {
      const open = openView(stage.core, act.as, act.viewId);
      return open === undefined ? failed('not_found') : submitView(stage.core, stage.link, { ...open, entered: act.values });
    }
    case 'close': {
      const open = openView(stage.core, act.as, act.viewId);
      return open === undefined ? failed('not_found') : closeView(stage.core, stage.link, open);
    }
    case 'fire':
    case 'resolve':
      return sample(stage, act);
  }
}
