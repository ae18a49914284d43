import { slackStampMs, type Core } from './core.ts';
import type { StoredMessage } from './state/model.ts';
import { slackbotId } from './state/people.ts';

/** What somebody writes; everything else about a message follows from it. */
export type Draft = Pick<StoredMessage, 'channel' | 'user' | 'text'> &
  Partial<
    Pick<StoredMessage, 'blocks' | 'attachments' | 'files' | 'byApp' | 'threadTs' | 'isBroadcast' | 'onlyFor' | 'metadata' | 'clientMsgId'>
  >;

/** A message with its place in the channel, not stored yet. */
export function compose(core: Core, draft: Draft): StoredMessage {
  return {
    blocks: [],
    attachments: [],
    files: [],
    byApp: false,
    isBroadcast: false,
    isTombstone: false,
    reactions: [],
    ...draft,
    ts: core.state.nextTs(draft.channel, slackStampMs(core)),
    storedAtMs: core.clock.now().getTime(),
  };
}

/** Stores what somebody wrote. */
export function post(core: Core, draft: Draft): StoredMessage {
  const message = compose(core, draft);
  core.state.saveMessage(message);
  return message;
}

/** The app's name and side of a draft. */
export function asApp(core: Core): { user: string; byApp: true } {
  return { user: core.seed.app.botUserId, byApp: true };
}

/** What Slack itself tells one person, such as that a command failed. */
export function tellPrivately(core: Core, to: { channel: string; user: string; text: string }): void {
  post(core, { channel: to.channel, user: slackbotId, text: to.text, onlyFor: to.user });
}
