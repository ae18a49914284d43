import { ApiError, RateLimited } from '../api-error.ts';
import { characters } from '../blocks/text.ts';
import { cumulativeCap, type Core } from '../core.ts';
import { asApp, compose, post, type Draft } from '../posting.ts';
import type { StoredMessage } from '../state/model.ts';
import { messageLimits } from '../tables/block-limits.ts';
import type { chatTable } from '../tables/chat.ts';
import { cut, readContent, readMetadata } from './content.ts';
import type { Args, Result } from './handler.ts';
import { apiMessage } from './message-shape.ts';
import { requirePostable, requireThread } from './target.ts';

type PostArgs = Args<(typeof chatTable)['chat.postMessage']>;

const method = 'chat.postMessage';

function answer(core: Core, message: StoredMessage, extra: Result = {}): Result {
  return { channel: message.channel, ts: message.ts, message: apiMessage(core, message, { allMetadata: true }), ...extra };
}

/** The same client_msg_id again, while the fault knob says that Slack recognises it. */
function duplicate(core: Core, channel: string, args: PostArgs): StoredMessage | undefined {
  if (args.client_msg_id === undefined) return undefined;
  const first = core.state.log(channel).byClientId(args.client_msg_id);
  return first !== undefined && core.faults.hits('dedupeClientMsgId', method) !== undefined ? first : undefined;
}

/** Posts of one channel are one per second; over it comes a 429, or with the fault `burstDropped` an ok for nothing. */
function isSwallowed(core: Core, channel: string): boolean {
  const waitS = core.pace.post(channel, core.fineMs());
  if (waitS === 0) return false;
  if (core.faults.hits('burstDropped', method) === undefined) throw new RateLimited(waitS);
  return true;
}

function pieces(core: Core, draft: Draft): string[] {
  const isLong = (draft.blocks ?? []).length === 0 && characters(draft.text) > messageLimits.splitText;
  if (!isLong || core.faults.hits('longTextSplit', method) === undefined) return [draft.text];
  const all = Array.from(draft.text);
  const count = Math.ceil(all.length / messageLimits.splitText);
  return Array.from({ length: count }, (_, index) =>
    all.slice(index * messageLimits.splitText, (index + 1) * messageLimits.splitText).join(''),
  );
}

function store(core: Core, draft: Draft): StoredMessage {
  const [first, ...rest] = pieces(core, draft).map((text) => post(core, { ...draft, text }));
  if (first === undefined) throw new ApiError('no_text');
  core.pace.stored(draft.channel, core.fineMs());
  rest.forEach(() => core.pace.stored(draft.channel, core.fineMs()));
  return first;
}

export function postMessage(core: Core, args: PostArgs): Result {
  const channel = requirePostable(core, args.channel);
  if (args.thread_ts !== undefined) requireThread(core, channel, args.thread_ts);
  const content = readContent(args, cumulativeCap(core));
  const metadata = readMetadata(args.metadata);
  const first = duplicate(core, channel.id, args);
  if (first !== undefined) return answer(core, first, { is_duplicate: true });
  const draft: Draft = {
    channel: channel.id,
    ...asApp(core),
    ...content,
    text: cut(content.text, messageLimits.postText),
    isBroadcast: args.reply_broadcast === true && args.thread_ts !== undefined,
    ...(args.thread_ts === undefined ? {} : { threadTs: args.thread_ts }),
    ...(metadata === undefined || metadata === 'none' ? {} : { metadata }),
    ...(args.client_msg_id === undefined ? {} : { clientMsgId: args.client_msg_id }),
  };
  if (isSwallowed(core, channel.id)) return answer(core, compose(core, draft));
  return answer(core, store(core, draft));
}
