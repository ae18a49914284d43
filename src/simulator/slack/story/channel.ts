import { TocsinError } from '../../../kernel/errors.ts';
import type { Stage } from '../acts.ts';
import { visibleText } from '../blocks/visible.ts';
import { slackNowMs, type Core } from '../core.ts';
import { pageMessage } from '../page/page-shapes.ts';
import { tsText } from '../state/message-log.ts';
import type { StoredChannel, StoredMessage } from '../state/model.ts';
import { findPerson } from '../state/people.ts';
import type { SeenMessage, SimulatedChannel } from '../workspace-types.ts';

function seen(core: Core, message: StoredMessage): SeenMessage {
  const files = message.files.map((file) => file.title);
  const page = pageMessage(message, core.state.log(message.channel));
  const { metadata } = message;
  return { ...page, visibleText: [visibleText(message), ...files].join('\n'), ...(metadata === undefined ? {} : { metadata }) };
}

/** A channel to look at and to change, for tests and drills. */
export function createChannel(stage: Stage, id: string): SimulatedChannel {
  const { core, events } = stage;
  const log = core.state.log(id);
  const show = (messages: readonly StoredMessage[]) => messages.map((message) => seen(core, message));

  function current(): StoredChannel {
    const channel = core.state.channel(id);
    if (channel === undefined) throw new TocsinError('internal', `the channel ${id} is gone`);
    return channel;
  }
  /** Tells the app of a change; a failed delivery is in the log already. */
  function tell(event: { type: string } & Record<string, unknown>): void {
    const [by] = current().members;
    events.raise({ ...event, user: by, event_ts: tsText(slackNowMs(core) * 1000) });
  }
  return {
    id,
    get name() {
      return current().name;
    },
    messages: () => show(log.timeline),
    thread: (rootTs) => show(log.replies(rootTs)),
    ephemeralsFor(person) {
      const found = findPerson(core.state.people, person);
      return show(log.ephemerals.filter((message) => message.onlyFor === found?.id));
    },
    find(ts) {
      const message = log.find(ts);
      return message === undefined ? undefined : seen(core, message);
    },
    members: () => current().members,
    archive() {
      core.state.saveChannel({ ...current(), isArchived: true });
      tell({ type: 'channel_archive', channel: id });
    },
    unarchive() {
      core.state.saveChannel({ ...current(), isArchived: false });
      tell({ type: 'channel_unarchive', channel: id });
    },
    rename(name) {
      core.state.saveChannel({ ...current(), name });
      tell({ type: 'channel_rename', channel: { id, name, created: Math.floor(current().createdMs / 1000) } });
    },
    invite(userId) {
      const { members } = current();
      if (!members.includes(userId)) core.state.saveChannel({ ...current(), members: [...members, userId] });
    },
    remove(userId) {
      core.state.saveChannel({ ...current(), members: current().members.filter((member) => member !== userId) });
    },
    canvas: () => core.state.canvases.get(current().canvas ?? '')?.markdown,
    pins: () => current().pins,
    bookmarks: () => current().bookmarks,
  };
}
