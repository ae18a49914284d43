import type { Message } from '../chat/message.ts';
import { countedMs } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import { sha256 } from '../kernel/hash.ts';
import { addMs, toInstant } from '../kernel/instant.ts';
import { backoffMs } from './backoff.ts';
import type { Budget } from './budget.ts';
import { maxHoldMs, takeHold } from './hold.ts';
import type { RequestKind } from './hold.ts';
import { blockedPollMs, isHeld, notePost } from './lane.ts';
import type { LaneDeps, LaneMemory, ReadyMessage } from './lane.ts';
import type { OutboxMessage } from './message.ts';
import type { SendOutcome } from './ports.ts';
import { begin, satisfied, settle, suspected } from './transitions.ts';
import type { Attempt } from './transitions.ts';

/** More posts than go out in the time that the pace is measured over. */
const keptTimes = 60;
/** A timer is late by a millisecond or two, and each post by as much more than the one before: so the last moment before a post is spent awake. */
const mostAwakeMs = 3;
/** Losing more often in a row leaves it to the next refusal. */
const maxRaces = 5;

/** Where a reply's root is. */
type Thread = NonNullable<OutboxMessage['posted']>;

/** Stores a message if nobody changed it meanwhile; a lost race is no harm, the next round looks again. */
export async function tryReplace(deps: LaneDeps, next: OutboxMessage, from: OutboxMessage): Promise<boolean> {
  return await deps.outbox.replace({ ...next, version: from.version + 1 }, from.version);
}

/**
 * Draws the message and posts or edits it: stored as `sending` before the request, settled after it. A post whose turn comes only at `atMs` is
 * made ready so far and kept until then. Returns how long to wait when the budget is used up, for that turn, or for what cannot be drawn, else 0.
 */
export async function sendMessage(
  deps: LaneDeps,
  memory: LaneMemory,
  work: { message: OutboxMessage; thread?: Thread; atMs?: number },
): Promise<number> {
  const { message, thread, atMs = Number.NEGATIVE_INFINITY } = work;
  const drawn = await draw(deps, message);
  if (drawn === 'failed') return blockedPollMs;
  if (drawn === undefined || drawn.digest === message.shownDigest) {
    if (await tryReplace(deps, satisfied(message), message)) deps.count('unchanged', message.lane);
    return 0;
  }
  const waitMs = takeBudgets(deps, memory, message);
  if (waitMs > 0) return waitMs;
  const begun = await beginRequest(deps, memory, { message, digest: drawn.digest });
  if (begun === undefined) return 0;
  memory.ready = { message: begun, content: drawn.content, atMs, ...(thread === undefined ? {} : { thread }) };
  return await sendReady(deps, memory, memory.ready);
}

/** Sends what is ready and settles it. Returns how long to wait where its moment is still to come, else 0. */
export async function sendReady(deps: LaneDeps, memory: LaneMemory, ready: ReadyMessage): Promise<number> {
  const { message, atMs } = ready;
  const { clock } = deps;
  const leftMs = atMs - countedMs(clock);
  const awakeMs = clock.exactly === undefined ? 0 : mostAwakeMs;
  if (leftMs > awakeMs) return Math.ceil(leftMs - awakeMs);
  memory.ready = undefined;
  // Who lost the lane and has it again does not know what became of the message meanwhile.
  const isOurs = () => isHeld(deps, memory) && memory.lease?.token === message.attempt?.token;
  if (!isOurs()) {
    memory.lease = undefined;
    await conclude(deps, memory, { stored: message, outcome: notSent('the lane was taken over') });
    return 0;
  }
  const begins = async () => {
    if (countedMs(clock) < atMs) await clock.exactly?.(atMs);
    memory.spacing.began(countedMs(clock));
  };
  const outcome = await timed(deps, message, () => request(deps, { ...ready, isOurs, begins }));
  await conclude(deps, memory, { stored: message, outcome });
  return 0;
}

/** Has what is ready and was not sent yet wait as before, for whoever has the lane next. */
export async function putBackReady(deps: LaneDeps, memory: LaneMemory): Promise<void> {
  const { ready } = memory;
  memory.ready = undefined;
  if (ready !== undefined) await writeSettled(deps, ready.message, { outcome: notSent('the process is ending'), delayMs: 0 });
}

function notSent(reason: string): SendOutcome {
  return { type: 'not_applied', reason, retryAfterMs: 0 };
}

/** Takes what the request costs; when there is not enough left of something, how long to wait for it. */
function takeBudgets(deps: LaneDeps, { lane }: LaneMemory, message: OutboxMessage): number {
  const nowMs = deps.clock.now().getTime();
  for (const budget of budgetsOf(deps, message)) {
    if (!budget.take(lane, nowMs)) return Math.max(1, budget.waitMs(lane, nowMs));
  }
  return 0;
}

/** Stores that a request goes out. Undefined when there is nothing to settle: another process has the lane or the message. */
async function beginRequest(
  deps: LaneDeps,
  memory: LaneMemory,
  { message, digest }: { message: OutboxMessage; digest: string },
): Promise<OutboxMessage | undefined> {
  const token = memory.lease?.token;
  if (token === undefined) return undefined;
  const started = begin(message, { token, digest, now: toInstant(deps.clock.now()) });
  const isPost = message.posted === undefined;
  // At the same time, so that they share a commit.
  const [isBegun, isNoted] = await Promise.all([tryReplace(deps, started, message), isPost ? notePost(deps, memory) : true]);
  if (!isBegun) return undefined;
  if (!isNoted) memory.lease = undefined;
  return { ...started, version: message.version + 1 };
}

async function timed(deps: LaneDeps, message: OutboxMessage, request: () => Promise<SendOutcome>): Promise<SendOutcome> {
  const startMs = deps.clock.now().getTime();
  const outcome = await request();
  deps.request({ method: kindOf(message), outcome: outcome.type, ms: deps.clock.now().getTime() - startMs });
  return outcome;
}

async function draw(deps: LaneDeps, message: OutboxMessage): Promise<{ content: Message; digest: string } | 'failed' | undefined> {
  try {
    const plainContent = await deps.render(message);
    if (plainContent === undefined) return undefined;
    const content = marked(plainContent, message.resent);
    return { content, digest: sha256(JSON.stringify(content)) };
  } catch (error) {
    const failures = message.attempts + 1;
    const delayMs = backoffMs(failures, { maxMs: maxHoldMs, random: deps.random });
    const notBefore = addMs(toInstant(deps.clock.now()), delayMs);
    await tryReplace(deps, { ...message, attempts: failures, notBefore, problem: describeError(error) }, message);
    deps.log.error({ key: message.key, error: describeError(error) }, 'a chat message could not be drawn and will be tried again');
    return 'failed';
  }
}

function marked(content: Message, resent: OutboxMessage['resent']): Message {
  if (resent === undefined || resent === false) return content;
  const [short, mark] = resent === 'restored' ? afterRestore : repeated;
  return { summary: `${content.summary} (${short})`, blocks: [...content.blocks, { type: 'context', content: [`(${short}) ${mark}`] }] };
}

const repeated = ['re-sent', 'Chat did not confirm this message the first time, so it may be here twice.'] as const;
const afterRestore = ['after a restore', 'Tocsin has lost a part of its memory, so parts of this may be here already.'] as const;

function budgetsOf({ updates, posts, files }: LaneDeps, message: OutboxMessage): readonly Budget[] {
  const kind = kindOf(message);
  if (kind === 'update') return [updates];
  return kind === 'file' ? [files, posts] : [posts];
}

type Request = Omit<ReadyMessage, 'atMs'> & { isOurs: () => boolean; begins: () => Promise<void> };

async function request(deps: LaneDeps, work: Request): Promise<SendOutcome> {
  const { message, content } = work;
  const plain = message.plain === true;
  try {
    if (message.posted !== undefined) return await deps.sender.update({ ...message.posted, key: message.key, message: content, plain });
    return await deps.sender.post({
      lane: message.lane,
      key: message.key,
      message: content,
      ...(work.thread === undefined ? {} : { channel: work.thread.channel, threadTs: work.thread.ts }),
      broadcast: message.view.type === 'entry' && message.view.broadcast,
      plain,
      since: message.firstTriedAt ?? toInstant(deps.clock.now()),
      isOurs: work.isOurs,
      begins: work.begins,
    });
  } catch (error) {
    return { type: 'ambiguous', reason: describeError(error) };
  }
}

async function conclude(deps: LaneDeps, memory: LaneMemory, done: { stored: OutboxMessage; outcome: SendOutcome }): Promise<void> {
  const { stored } = done;
  const isPost = stored.posted === undefined;
  await noteTimes(deps, memory, done);
  const outcome = isPost && done.outcome.type === 'sent' ? await announce(deps, stored, done.outcome) : done.outcome;
  const delayMs = takeHold(deps, memory, { outcome, kind: kindOf(stored), attempts: stored.attempts });
  const settled = await writeSettled(deps, stored, { outcome, delayMs });
  if (settled === undefined) {
    deps.log.warn({ key: stored.key, outcome: outcome.type }, 'another process has taken this chat message over');
    // This edit may have come after theirs, with an older state.
    if (!isPost) await suspect(deps, stored.key);
    return;
  }
  report(deps, settled, { outcome, isPost });
  if (isPost && outcome.type === 'target_gone' && outcome.what === 'message') await suspectParent(deps, stored);
}

async function noteTimes(deps: LaneDeps, memory: LaneMemory, done: { stored: OutboxMessage; outcome: SendOutcome }): Promise<void> {
  const { stored, outcome } = done;
  const nowMs = deps.clock.now().getTime();
  if (stored.posted !== undefined) {
    memory.editedAtMs.set(stored.key, nowMs);
    return;
  }
  if (outcome.type !== 'sent' && outcome.type !== 'ambiguous') return;
  memory.spacing.ended(countedMs(deps.clock), outcome.type === 'sent' ? outcome.stampMs : undefined);
  // A slow post may have reached the channel only now: a successor keeps its distance from the answer, not from the request.
  await notePost(deps, memory);
  if (stored.view.type === 'card') memory.threadTimes = [...memory.threadTimes, nowMs].slice(-keptTimes);
}

function kindOf({ posted, view }: OutboxMessage): RequestKind {
  if (posted !== undefined) return 'update';
  return view.type === 'file' ? 'file' : 'post';
}

async function announce(deps: LaneDeps, stored: OutboxMessage, sent: Extract<SendOutcome, { type: 'sent' }>): Promise<SendOutcome> {
  try {
    await deps.onPosted({ ...stored, posted: { channel: sent.channel, ts: sent.ts } });
    return sent;
  } catch (error) {
    // It is in chat, but its incident does not know: looking it up again brings it back here.
    return { type: 'ambiguous', reason: `posted, but not recorded: ${describeError(error)}` };
  }
}

/** Settles what this process started, keeping what others raised meanwhile. Undefined when the message is another's by now. */
async function writeSettled(
  deps: LaneDeps,
  stored: OutboxMessage,
  answer: { outcome: SendOutcome; delayMs: number },
): Promise<OutboxMessage | undefined> {
  const attempt = stored.attempt;
  if (attempt === undefined) return undefined;
  let current: OutboxMessage | undefined = stored;
  while (current?.state === 'sending' && isSame(current.attempt, attempt)) {
    const next = settle(current, { attempt, ...answer, now: toInstant(deps.clock.now()) });
    if (await tryReplace(deps, next, current)) return next;
    current = await deps.outbox.get(stored.key);
  }
  return undefined;
}

function isSame(a: Attempt | undefined, b: Attempt): boolean {
  return a !== undefined && a.token === b.token && a.revision === b.revision && a.digest === b.digest;
}

function report(deps: LaneDeps, settled: OutboxMessage, answer: { outcome: SendOutcome; isPost: boolean }): void {
  const { outcome } = answer;
  if (settled.state === 'dead') {
    deps.count('dead', settled.lane);
    deps.log.error({ key: settled.key, lane: settled.lane, problem: settled.problem }, 'a chat message was given up');
    return;
  }
  if (outcome.type === 'sent') {
    deps.count(answer.isPost ? 'posted' : 'edited', settled.lane);
    if (answer.isPost && settled.resent === true) {
      deps.count('resent', settled.lane);
      deps.log.warn({ key: settled.key }, 'the history stayed unreadable, so a chat message was posted again and may be there twice');
    }
    return;
  }
  if (outcome.type === 'bad_payload' && settled.plain !== true) {
    deps.count('refused', settled.lane);
    deps.log.error({ key: settled.key, lane: settled.lane, problem: settled.problem }, 'an edit was given up: chat shows an older state');
    return;
  }
  const event = outcome.type === 'bad_payload' ? 'degraded' : outcome.type === 'target_gone' ? 'not_applied' : outcome.type;
  deps.count(event, settled.lane);
  deps.log.warn({ key: settled.key, outcome: outcome.type, reason: outcome.reason }, 'a chat message was not accepted');
}

/** Until its next edit tells whether the root is there, its refused replies wait. */
async function suspectParent(deps: LaneDeps, reply: OutboxMessage): Promise<void> {
  if (reply.parentKey !== undefined) await suspect(deps, reply.parentKey);
}

/** Has a message that is in chat edited once more, whatever it is thought to show. */
async function suspect(deps: LaneDeps, key: string): Promise<void> {
  for (let race = 0; race < maxRaces; race += 1) {
    const message = await deps.outbox.get(key);
    if (message?.posted === undefined || (message.state !== 'idle' && message.state !== 'due')) return;
    if (await tryReplace(deps, suspected(message, toInstant(deps.clock.now())), message)) return;
  }
}
