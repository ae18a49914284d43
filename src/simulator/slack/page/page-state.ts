import type { Core } from '../core.ts';
import type { PageMessage, PageSample, PageState } from '../page-contract.ts';
import type { StoredChannel } from '../state/model.ts';
import { pageChannel, pageMessage, pagePerson, pageView } from './page-shapes.ts';

/** How many messages of a channel, and how many replies of a thread, a page begins with. */
const recentMessages = 300;

function channelMessages(core: Core, channel: StoredChannel): PageMessage[] {
  const log = core.state.log(channel.id);
  const roots = log.timeline.slice(-recentMessages);
  const replies = roots.flatMap((root) => log.replies(root.ts).slice(-recentMessages));
  const ephemerals = log.ephemerals.slice(-recentMessages);
  // A broadcast reply is in the channel and in its thread.
  const all = new Map([...roots, ...replies, ...ephemerals].map((message) => [message.ts, message]));
  return [...all.values()].map((message) => pageMessage(message, log));
}

/** What the page shows when it begins. */
export function pageState(core: Core, shown: { samples: readonly PageSample[]; notice: string }): PageState {
  const { app, team } = core.seed;
  return {
    team: { id: team.id, name: team.name },
    people: [...core.state.people.values()].map(pagePerson),
    channels: core.state.channels().map(pageChannel),
    messages: core.state.channels().flatMap((channel) => channelMessages(core, channel)),
    views: core.state.views
      .values()
      .filter((view) => view.content.type === 'modal')
      .map(pageView),
    commands: app.commands.map(({ command, description, usageHint, subcommands = [] }) => ({
      command,
      description,
      usageHint,
      subcommands,
    })),
    samples: shown.samples,
    faults: core.faults.current(),
    notice: shown.notice,
  };
}
