import type { PageChannel, PageMessage, PagePerson, PageView } from '../../../simulator/slack/page-contract.ts';
import { isInChannel, threadKey, type Model } from './model.ts';

/** Slack's own voice, which takes no orders. */
const slackbotId = 'USLACKBOT';

function messagesFor(model: Model): readonly PageMessage[] {
  return (model.workspace?.messages ?? []).filter((message) => message.onlyFor === undefined || message.onlyFor === model.actingAs);
}

/** What the acting person sees in a channel, oldest first. */
export function channelMessages(model: Model, channel: string): readonly PageMessage[] {
  return messagesFor(model).filter((message) => message.channel === channel && isInChannel(message));
}

/** The root of a thread and its replies, as the acting person sees them. */
export function threadMessages(model: Model, ts: string): readonly PageMessage[] {
  return messagesFor(model).filter((message) => message.channel === model.channelId && (message.ts === ts || message.threadTs === ts));
}

/** How many messages came since the channel was last in sight; one's own do not count. */
export function unreadCount(model: Model, channel: string): number {
  const seen = model.seen[channel] ?? '';
  return channelMessages(model, channel).filter((message) => message.ts > seen && message.user !== model.actingAs).length;
}

/** Whether a thread has replies that were not in sight yet. */
export function hasNewReplies(model: Model, root: PageMessage): boolean {
  return root.latestReply !== undefined && root.latestReply > (model.seen[threadKey(root.channel, root.ts)] ?? '');
}

/** People one can act as. */
export function humans(model: Model): readonly PagePerson[] {
  return (model.workspace?.people ?? []).filter((person) => !person.isBot);
}

export function actingPerson(model: Model): PagePerson | undefined {
  return model.workspace?.people.find((person) => person.id === model.actingAs);
}

export function currentChannel(model: Model): PageChannel | undefined {
  return model.workspace?.channels.find((channel) => channel.id === model.channelId);
}

/** The modal on top for the acting person. */
export function topView(model: Model): PageView | undefined {
  return model.workspace?.views.findLast((view) => view.user === model.actingAs);
}

/** The bot to mention where a command cannot be typed. */
export function mainBot(model: Model): PagePerson | undefined {
  return model.workspace?.people.find((person) => person.isBot && person.id !== slackbotId);
}
