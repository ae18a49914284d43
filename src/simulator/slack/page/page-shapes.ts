import type { PageChannel, PageMessage, PagePerson, PageView } from '../page-contract.ts';
import type { MessageLog } from '../state/message-log.ts';
import type { StoredChannel, StoredMessage, StoredView } from '../state/model.ts';
import type { Person } from '../state/people.ts';

/** The page's form of a message; a root carries the summary of its thread. */
export function pageMessage(message: StoredMessage, log: MessageLog): PageMessage {
  const latest = log.replies(message.ts).at(-1);
  return {
    channel: message.channel,
    ts: message.ts,
    user: message.user,
    text: message.text,
    blocks: message.blocks,
    ...(message.threadTs === undefined ? {} : { threadTs: message.threadTs }),
    replyCount: log.replies(message.ts).length,
    replyUsers: log.replyUsers(message.ts),
    ...(latest === undefined ? {} : { latestReply: latest.ts }),
    edited: message.editedTs !== undefined,
    isBroadcast: message.isBroadcast,
    ...(message.onlyFor === undefined ? {} : { onlyFor: message.onlyFor }),
    reactions: message.reactions,
    ...(message.files.length === 0
      ? {}
      : {
          files: message.files.map((file) => ({
            id: file.id,
            title: file.title,
            name: file.name,
            size: file.size,
            url: `/files/${file.id}`,
          })),
        }),
  };
}

export function pageChannel(channel: StoredChannel): PageChannel {
  return { id: channel.id, name: channel.name, topic: channel.topic, isArchived: channel.isArchived, members: channel.members };
}

export function pagePerson(person: Person): PagePerson {
  return {
    id: person.id,
    name: person.name,
    realName: person.realName,
    title: person.title,
    color: person.color,
    isBot: person.isBot,
    isRestricted: person.isRestricted === true || person.isUltraRestricted === true,
  };
}

export function pageView(view: StoredView): PageView {
  return { id: view.id, user: view.user, hash: view.hash, view: view.content, errors: view.errors };
}
