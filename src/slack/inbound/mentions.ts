import { within } from './background.ts';
import { answerLate } from './deliver.ts';
import { answerWithinMs, ask } from './deps.ts';
import type { InboundDeps } from './deps.ts';
import type { MentionPayload } from './payloads.ts';
import { afterMention, inboundText } from './text.ts';

/**
 * A mention of the bot, in a channel or a thread. It is acknowledged when it was handled or after two seconds, so that Slack sends it
 * again when this process ends before that.
 */
export async function onMention(deps: InboundDeps, payload: MentionPayload): Promise<void> {
  const { event } = payload;
  const userId = event.user;
  // Never answer a bot: two of them could keep each other busy for ever.
  if (userId === undefined || event.bot_id !== undefined) return;
  const work = async () => {
    const person = { id: userId, name: (await deps.nameOf(userId)) ?? userId };
    const place = { channel: event.channel, ...(event.thread_ts === undefined ? {} : { threadTs: event.thread_ts }) };
    const text = inboundText(afterMention(event.text, deps.identity()?.botUserId));
    const cause = payload.event_id;
    const reply = await ask(deps, cause, () => deps.handler.command({ text, person, place, cause }));
    await answerLate(deps.deliver, { person, place }, reply);
  };
  await within(deps.clock, answerWithinMs, deps.background.run('a mention', work));
}
