import type { Message } from '../../src/chat/message.ts';
import type { ManualClock } from '../../src/kernel/clock.ts';
import type { LaneName } from '../../src/outbox/message.ts';
import type { ChatSender, FindOutcome, SendOutcome } from '../../src/outbox/ports.ts';

type Shown = {
  key: string;
  lane: LaneName;
  ts: string;
  threadTs?: string;
  text: string;
  message: Message;
  marked: boolean;
  plain: boolean;
  at: number;
  visibleAt: number;
};

/** What the next requests shall meet; when the script is used up, everything works. */
export type Step =
  | 'sent'
  | 'ambiguous_applied'
  | 'ambiguous_lost'
  | 'refused'
  | 'rate_limited'
  | 'bad_payload'
  | 'misconfigured'
  | 'channel_missing'
  | 'root_gone'
  | 'channel_gone';

/** A chat platform in memory with a script of failures. It counts nothing as a rule of its own: the tests look at what it shows. */
export function createFakeChat(clock: ManualClock) {
  const shown: Shown[] = [];
  const script: Step[] = [];
  const finds: (FindOutcome['type'] | 'ok')[] = [];
  const log: { method: 'post' | 'update' | 'find'; lane?: LaneName; key: string; at: number; since?: string; plain?: boolean }[] = [];
  /** `away`: nobody answers at all; with `swallows` not even that the connection is refused. `threadsClosed`: no reply is taken, though the root is there. */
  const settings = { lagMs: 0, away: false, swallows: false, threadsClosed: false };
  /** What the next edits meet, before the script. */
  const edits: Step[] = [];
  let serial = 0;

  const refusal = (step: Step): SendOutcome | undefined => {
    switch (step) {
      case 'refused':
        return { type: 'not_applied', reason: 'ECONNREFUSED' };
      case 'rate_limited':
        return { type: 'not_applied', reason: 'ratelimited', retryAfterMs: 7000 };
      case 'bad_payload':
        return { type: 'bad_payload', reason: 'invalid_blocks' };
      case 'misconfigured':
        return { type: 'misconfigured', what: 'workspace', reason: 'token_revoked' };
      case 'channel_missing':
        return { type: 'misconfigured', what: 'channel', reason: 'no such channel' };
      case 'root_gone':
        return { type: 'target_gone', what: 'message', reason: 'thread_not_found' };
      case 'channel_gone':
        return { type: 'target_gone', what: 'channel', reason: 'is_archived' };
      case 'ambiguous_lost':
        return { type: 'ambiguous', reason: 'timeout' };
      case 'sent':
      case 'ambiguous_applied':
        return undefined;
    }
  };
  const threadRefusal = (threadTs: string | undefined): SendOutcome | undefined => {
    if (threadTs === undefined || (!settings.threadsClosed && shown.some(({ ts }) => ts === threadTs))) return undefined;
    return { type: 'target_gone', what: 'message', reason: 'cannot_reply_to_message' };
  };
  const unreachable = (): SendOutcome =>
    settings.swallows ? { type: 'ambiguous', reason: 'timeout' } : { type: 'not_applied', reason: 'ECONNREFUSED' };
  const textOf = (message: Message) => message.summary.replace(' (re-sent)', '');

  const sender: ChatSender = {
    async post(request) {
      await request.begins?.();
      const at = clock.now().getTime();
      log.push({ method: 'post', lane: request.lane, key: request.key, at, since: request.since, plain: request.plain });
      if (settings.away) return unreachable();
      const step = script.shift() ?? 'sent';
      const refused = refusal(step) ?? threadRefusal(request.threadTs);
      if (refused !== undefined) return refused;
      const ts = `${1_700_000_000 + ++serial}.000000`;
      const { lane, key, threadTs, plain } = request;
      const marked = request.message.summary.includes('(re-sent)');
      shown.push({
        key,
        lane,
        ts,
        text: textOf(request.message),
        message: request.message,
        marked,
        plain,
        at,
        visibleAt: at + settings.lagMs,
        ...(threadTs === undefined ? {} : { threadTs }),
      });
      return step === 'sent' ? { type: 'sent', channel: lane, ts } : { type: 'ambiguous', reason: 'reset after applying' };
    },
    async update(request) {
      const at = clock.now().getTime();
      log.push({ method: 'update', key: request.key, at, plain: request.plain });
      if (settings.away) return unreachable();
      const held = edits.shift();
      const message = shown.find((one) => one.ts === request.ts);
      if (held === undefined && message === undefined) return { type: 'target_gone', what: 'message', reason: 'message_not_found' };
      const step = held ?? script.shift() ?? 'sent';
      const refused = refusal(step);
      if (refused !== undefined || message === undefined)
        return refused ?? { type: 'target_gone', what: 'message', reason: 'message_not_found' };
      message.text = textOf(request.message);
      message.message = request.message;
      message.plain = request.plain;
      return step === 'sent'
        ? { type: 'sent', channel: request.channel, ts: request.ts }
        : { type: 'ambiguous', reason: 'reset after applying' };
    },
    async find(request) {
      const now = clock.now().getTime();
      log.push({ method: 'find', lane: request.lane, key: request.key, at: now, since: request.since });
      if (settings.away) return { type: 'unavailable', reason: 'ECONNREFUSED', isAway: true };
      if (finds.shift() === 'unavailable') return { type: 'unavailable', reason: 'ratelimited' };
      const [found, ...others] = shown.filter(
        (one) => one.key === request.key && one.visibleAt <= now && one.threadTs === request.threadTs,
      );
      if (found === undefined) return { type: 'absent' };
      return { type: 'found', channel: found.lane, ts: found.ts, ...(others.length === 0 ? {} : { others: true }) };
    },
  };
  return {
    sender,
    shown,
    script,
    edits,
    finds,
    log,
    settings,
    remove(key: string) {
      shown.splice(
        shown.findIndex((one) => one.key === key),
        1,
      );
    },
  };
}
