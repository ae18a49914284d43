import { within } from '../../kernel/within.ts';
import { answerLate } from './deliver.ts';
import { answerWithinMs, ask } from './deps.ts';
import type { InboundDeps } from './deps.ts';
import type { MentionPayload } from './payloads.ts';
import { afterMention, inboundText } from './text.ts';

/**
 * A mention of the bot, in a channel or a thread. Resolves with whether it was handled in time: only then may Slack be told so, because
 * Slack sends an event again that was not acknowledged. The work goes on either way, and finds its cause again when it is repeated.
 */
export async function onMention(deps: InboundDeps, payload: MentionPayload): Promise<boolean> {
  const { event } = payload;
  const userId = event.user;
  // Never answer a bot: two of them could keep each other busy for ever.
  if (userId === undefined || event.bot_id !== undefined || userId === deps.identity()?.botUserId) return true;
  const place = { channel: event.channel, ...(event.thread_ts === undefined ? {} : { threadTs: event.thread_ts }) };
  const text = inboundText(afterMention(event.text, deps.identity()?.botUserId));
  const cause = payload.event_id;
  const answer = async () => {
    const person = { id: userId, name: (await deps.nameOf(userId)) ?? userId };
    return { person, reply: await ask(deps, cause, () => deps.handler.command({ text, person, place, cause, isMention: true })) };
  };
  const answered = answer();
  void deps.background.run('the answer to a mention', async () => {
    const { person, reply } = await answered;
    await answerLate(deps.deliver, { person, place }, reply);
  });
  return (await within(deps.clock, answerWithinMs, answered)) !== undefined;
}
