import type { Message } from '../chat/message.ts';
import { uuidFrom } from '../kernel/hash.ts';
import { fromInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import type { LaneName } from '../outbox/message.ts';
import type { ChatSender, FindOutcome, SendOutcome } from '../outbox/ports.ts';
import type { Channels, Resolved } from './channels.ts';
import type { Identity } from './identity.ts';
import type { CallSlack, FoundMessage } from './methods.ts';
import { failureOf, isDoneAlready, slackErrorName } from './outcomes.ts';
import type { Failure } from './outcomes.ts';
import { drawMessage, drawPlain } from './render/message.ts';
import { shareFile, uploadUnseen } from './upload.ts';

export type SenderDeps = { write: CallSlack; read: CallSlack; channels: Channels; identity: () => Identity | undefined; log: Log };

/** Marks our messages, so that a post whose answer was lost can be found again. Members can read it: opaque ids only. */
const eventType = 'tocsin_message';
/** Text is never parsed for names and links: it is drawn exactly as meant. */
const asWritten = { parse: 'none', link_names: false } as const;
/** Clocks differ, by minutes where nobody looks after them: in a channel the search begins this much before the first try. */
const searchMarginMs = 15 * 60_000;
const pageSize = 200;

export function createSender(deps: SenderDeps): ChatSender {
  return {
    async post(request) {
      const channel = await channelOf(deps, request);
      if (channel.type === 'unresolved') return channel.failure;
      const { file } = request.message;
      const target = { ...request, channel: channel.id };
      const outcome = file === undefined ? await postMessage(deps, target) : await postFile(deps, { ...target, file });
      return isClosed(outcome) ? afterClosed(deps, { lane: request.lane, channel: channel.id, outcome }) : outcome;
    },
    async update(request) {
      // A file is what it was when it was posted.
      if (request.message.file !== undefined) return { type: 'sent', channel: request.channel, ts: request.ts };
      const drawn = request.plain ? drawPlain(request.message) : drawMessage(request.message);
      const args = { channel: request.channel, ts: request.ts, text: drawn.text, blocks: drawn.blocks, ...asWritten };
      return await attempt(deps, request.channel, () => edit(deps, { ...args, ts: request.ts }));
    },
    async find(request) {
      const channel = await channelOf(deps, request);
      if (channel.type === 'unresolved') return await unavailable(deps, channel.failure);
      return await find(deps, { ...request, channel: channel.id });
    },
  };
}

async function edit(
  deps: SenderDeps,
  args: { channel: string; ts: string } & Record<string, unknown>,
): Promise<{ channel: string; ts: string }> {
  try {
    return await deps.write('chat.update', args);
  } catch (error) {
    if (isDoneAlready(error)) return args;
    throw error;
  }
}

type Post = Parameters<ChatSender['post']>[0] & { channel: string };

async function postMessage(deps: SenderDeps, request: Post): Promise<SendOutcome> {
  const drawn = request.plain ? drawPlain(request.message) : drawMessage(request.message);
  const args = {
    channel: request.channel,
    text: drawn.text,
    ...(drawn.blocks.length > 0 ? { blocks: drawn.blocks } : {}),
    metadata: { event_type: eventType, event_payload: { k: request.key } },
    ...(request.threadTs === undefined ? {} : { thread_ts: request.threadTs, reply_broadcast: request.broadcast }),
    ...asWritten,
    unfurl_links: false,
    unfurl_media: false,
  };
  // Nothing rests on this id, but where Slack honours it, a repeat of the same post is recognised.
  return await post(deps, { ...args, client_msg_id: uuidFrom(`${request.key} ${request.since}`) }, request.begins);
}

type FilePost = Post & { file: NonNullable<Message['file']> };

const uploadTimeoutMs = 15_000;

/** Uploads out of sight, shares, and looks for the message that the share became: without its ts nothing is known to have been posted. */
async function postFile(deps: SenderDeps, request: FilePost): Promise<SendOutcome> {
  const { file, channel, threadTs } = request;
  let id: string;
  try {
    id = await uploadUnseen(deps.write, file, uploadTimeoutMs);
  } catch (error) {
    const failure = aboutFile(failureOf(error));
    return failure.type === 'ambiguous' ? { type: 'not_applied', reason: failure.reason } : failure;
  }
  await request.begins?.();
  if (request.isOurs?.() === false) return { type: 'not_applied', reason: 'the lane was taken over', retryAfterMs: 0 };
  try {
    const comment = drawPlain({ summary: request.message.summary, blocks: [] }).text;
    await shareFile(deps.write, id, { channel, comment, title: file.title, ...(threadTs === undefined ? {} : { threadTs }) });
  } catch (error) {
    return slackErrorName(error) === 'not_in_channel' ? await join(deps, channel) : aboutFile(failureOf(error));
  }
  const found = await find(deps, { ...request, fileName: file.name });
  return found.type === 'found' ? { ...found, type: 'sent' } : { type: 'ambiguous', reason: 'Slack has the file and shows no message yet' };
}

/** An app that may not upload files can still post: the file alone is given up, and the lanes go on. */
function aboutFile(failure: Failure): Failure {
  const { reason } = failure;
  return failure.type === 'misconfigured' && reason === 'missing_scope' ? { type: 'bad_payload', reason } : failure;
}

/** A thread stays where it was opened; everything else goes where the lane leads to now. */
async function channelOf({ channels }: SenderDeps, { channel, lane }: { channel?: string; lane: LaneName }): Promise<Resolved> {
  return channel === undefined ? await channels.idOf(lane) : { type: 'resolved', id: channel };
}

type Closed = Extract<SendOutcome, { type: 'target_gone' }>;

function isClosed(outcome: SendOutcome): outcome is Closed {
  return outcome.type === 'target_gone' && outcome.what === 'channel';
}

/** The lane may lead elsewhere by now: then only this thread is closed, and else there may be another channel of that name. */
function afterClosed({ channels }: SenderDeps, closed: { lane: LaneName; channel: string; outcome: Closed }): SendOutcome {
  const own = channels.known()[closed.lane];
  if (own !== undefined && own !== closed.channel) return { ...closed.outcome, what: 'message' };
  channels.forget(closed.lane);
  return closed.outcome;
}

async function post(
  deps: SenderDeps,
  args: { channel: string } & Record<string, unknown>,
  begins: (() => Promise<void>) | undefined,
): Promise<SendOutcome> {
  const outcome = await attempt(deps, args.channel, async () => {
    try {
      return await deps.write('chat.postMessage', args, begins);
    } catch (error) {
      if (slackErrorName(error) !== 'duplicate_message_not_found') throw error;
      // The id belongs to a message that is gone: this is a new one.
      const { client_msg_id: _stale, ...fresh } = args;
      return await deps.write('chat.postMessage', fresh);
    }
  });
  // Slack names a message by when it came, in seconds.
  return outcome.type === 'sent' ? { ...outcome, stampMs: Number(outcome.ts) * 1000 } : outcome;
}

async function attempt(deps: SenderDeps, channel: string, request: () => Promise<{ channel: string; ts: string }>): Promise<SendOutcome> {
  try {
    const answer = await request();
    return { type: 'sent', channel: answer.channel, ts: answer.ts };
  } catch (error) {
    return slackErrorName(error) === 'not_in_channel' ? await join(deps, channel) : failureOf(error);
  }
}

/** Joins the channel, so that the next try works. */
async function join(deps: SenderDeps, channel: string): Promise<SendOutcome> {
  try {
    await deps.write('conversations.join', { channel });
    deps.log.info({ channel }, 'joined a channel to post there');
    return { type: 'not_applied', reason: 'not_in_channel', retryAfterMs: 1000 };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.type === 'not_applied') return failure;
    return {
      type: 'misconfigured',
      what: 'channel',
      reason: `the bot is not in the channel ${channel} and cannot join it (${failure.reason}); invite it there`,
    };
  }
}

type Search = { channel: string; key: string; threadTs?: string; since: Instant; fileName?: string };

async function find(deps: SenderDeps, search: Search): Promise<FindOutcome> {
  const identity = deps.identity();
  if (identity === undefined) return { type: 'unavailable', reason: 'Slack has not told yet who the bot is', isAway: true };
  // A thread is short, and its root's ts is of the clock that its replies are stamped by.
  const oldest = search.threadTs ?? ((fromInstant(search.since).getTime() - searchMarginMs) / 1000).toFixed(6);
  const args = { channel: search.channel, oldest, include_all_metadata: true, limit: pageSize };
  try {
    let cursor = '';
    do {
      const paged = { ...args, ...(cursor === '' ? {} : { cursor }) };
      const page =
        search.threadTs === undefined
          ? await deps.read('conversations.history', paged)
          : await deps.read('conversations.replies', { ...paged, ts: search.threadTs });
      cursor = page.response_metadata?.next_cursor ?? '';
      const [found, ...others] = page.messages.filter((message) => isMeant(message, identity, search));
      const isAlone = others.length === 0 && cursor === '';
      if (found !== undefined) return { type: 'found', channel: search.channel, ts: found.ts, ...(isAlone ? {} : { others: true }) };
    } while (cursor !== '');
    return { type: 'absent' };
  } catch (error) {
    return await unavailable(deps, failureOf(error));
  }
}

/** Where no answer came, another question tells whether it is the history alone. */
async function unavailable({ read }: SenderDeps, { reason, ...failure }: Failure): Promise<FindOutcome> {
  if (failure.type === 'not_applied' && failure.retryAfterMs !== undefined) {
    return { type: 'unavailable', reason, retryAfterMs: failure.retryAfterMs };
  }
  if (failure.type !== 'ambiguous' && failure.type !== 'not_applied') return { type: 'unavailable', reason };
  try {
    await read('auth.test', {});
    return { type: 'unavailable', reason };
  } catch {
    return { type: 'unavailable', reason, isAway: true };
  }
}

/** Messages carry their key; the message of a shared file has nothing of ours but the file's name. */
function isMeant(message: FoundMessage, identity: Identity, { key, fileName }: Search): boolean {
  if (fileName === undefined) return isOurs(message, identity) && keyOf(message) === key;
  const isByBot = isOurs(message, identity) || message.user === identity.botUserId;
  return isByBot && message.files?.some(({ name }) => name === fileName) === true;
}

function isOurs(message: FoundMessage, identity: Identity): boolean {
  return (
    (message.bot_id !== undefined && message.bot_id === identity.botId) ||
    (message.app_id !== undefined && message.app_id === identity.appId)
  );
}

function keyOf(message: FoundMessage): unknown {
  return message.metadata?.event_type === eventType ? message.metadata.event_payload?.['k'] : undefined;
}
