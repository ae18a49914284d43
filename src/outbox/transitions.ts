import { addMs, msBetween } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { lanePriority } from './message.ts';
import type { Doubt, OutboxMessage } from './message.ts';
import type { FindOutcome, SendOutcome } from './ports.ts';

/** Edits of one message keep this distance, so that a burst of changes costs few of them. */
export const editGapMs = 2000;
const firstLookMs = 2000;
/**
 * A fresh post may be unreadable for some seconds, and a platform that hangs may have carried it out only just before it answered the first look:
 * "not there" proves something when it is said again so long after it was said first.
 */
export const proofOfAbsenceMs = 10_000;
/** An edit whose answer was lost may reach the platform this much later, and undo what was shown in the meantime. */
const lateEditMs = 15_000;
const unavailableMs = 30_000;
const freshLookMs = 2000;
/** After so long without a readable history, while everything else works, a message is posted again, marked as a possible repeat. */
const giveUpLookingMs = 15 * 60_000;

export type Attempt = NonNullable<OutboxMessage['attempt']>;
type Optional = 'firstTriedAt' | 'attempt' | 'doubt' | 'plain' | 'resent' | 'posted' | 'shownDigest';

function without(message: OutboxMessage, ...fields: readonly Optional[]): OutboxMessage {
  const copy = { ...message };
  for (const field of fields) delete copy[field];
  return copy;
}

/** The message as it is stored before a request: whoever finds it so after a crash knows what may have happened. */
export function begin(message: OutboxMessage, request: { token: number; digest: string; now: Instant }): OutboxMessage {
  return {
    // What chat shows is unknown until this request is settled, so no later edit may be skipped for looking the same.
    ...without(message, 'shownDigest'),
    state: 'sending',
    attempts: message.attempts + 1,
    attempt: { token: request.token, revision: message.wanted, digest: request.digest },
    ...(message.posted === undefined ? { firstTriedAt: message.firstTriedAt ?? request.now } : {}),
  };
}

/** The message after an answer. `delayMs` is how long to wait after one that was not taken. */
export function settle(
  message: OutboxMessage,
  settled: { attempt: Attempt; outcome: SendOutcome; now: Instant; delayMs: number },
): OutboxMessage {
  const { outcome, now } = settled;
  const again = (reason: string, delayMs: number): OutboxMessage => ({
    ...message,
    state: 'due',
    notBefore: addMs(now, delayMs),
    problem: reason,
  });
  switch (outcome.type) {
    case 'sent':
      return shown(message, { posted: { channel: outcome.channel, ts: outcome.ts }, attempt: settled.attempt, now });
    case 'not_applied':
      return untried(again(outcome.reason, settled.delayMs));
    case 'misconfigured':
      return untried(again(outcome.reason, 0));
    case 'ambiguous':
      if (message.posted === undefined) return doubted(message, outcome.reason, now);
      return { ...again(outcome.reason, settled.delayMs), doubt: { since: now } };
    case 'bad_payload':
      return message.plain === true ? refused(message, settled.attempt, outcome.reason) : { ...again(outcome.reason, 0), plain: true };
    case 'target_gone':
      return afterTargetGone(message, outcome, settled);
  }
}

/** The request came to nothing, so it does not count as an attempt. A repeat that nobody could look for first has to be looked for again. */
function untried(message: OutboxMessage): OutboxMessage {
  const attempts = Math.max(0, message.attempts - 1);
  return isBlindRepeat(message) ? lookAgain({ ...message, attempts }, message.notBefore) : { ...message, attempts };
}

/** Neither form of it is accepted. What is in chat already may be edited once it says something else; what is not is given up. */
function refused(message: OutboxMessage, attempt: Attempt, problem: string): OutboxMessage {
  if (message.posted === undefined) return dead(message, problem);
  return {
    ...without(message, 'attempt', 'doubt', 'plain'),
    sent: attempt.revision,
    state: message.wanted > attempt.revision ? 'due' : 'idle',
    attempts: 0,
    problem,
  };
}

/** After so many refused replies the thread is taken for closed. */
const maxRefusedReplies = 5;
/** About a day of edits in a channel that takes none. */
const maxClosedEdits = 150;

function afterTargetGone(
  message: OutboxMessage,
  outcome: Extract<SendOutcome, { type: 'target_gone' }>,
  settled: { now: Instant; delayMs: number },
): OutboxMessage {
  const { reason } = outcome;
  const again: OutboxMessage = { ...message, state: 'due', notBefore: addMs(settled.now, settled.delayMs), problem: reason };
  if (outcome.what === 'channel') {
    // A post has its lane stand still until the channel is open again; an edit may be about another channel than the lane's.
    if (message.posted === undefined) return untried(again);
    return message.attempts >= maxClosedEdits ? dead(message, reason) : again;
  }
  if (message.posted !== undefined) return postAnew(message, reason, settled.now);
  // The thread's root is gone; its own next edit finds that out and posts it anew, and this reply follows.
  return message.attempts >= maxRefusedReplies ? dead(message, reason) : again;
}

function postAnew(message: OutboxMessage, reason: string, now: Instant): OutboxMessage {
  return {
    ...without(message, 'posted', 'firstTriedAt', 'attempt', 'resent', 'plain', 'doubt'),
    ...queued(message, now),
    state: 'due',
    priority: priorityAnew(message),
    notBefore: now,
    problem: reason,
  };
}

function priorityAnew({ view, parentKey }: OutboxMessage): number {
  if (view.type === 'storm') return lanePriority.storm;
  return parentKey === undefined ? lanePriority.root : lanePriority.reply;
}

/** A place behind those that wait already: it was asked for anew now. */
function queued({ order }: OutboxMessage, now: Instant): Pick<OutboxMessage, 'order'> {
  return { order: `${now}${order.slice(now.length)}` };
}

function shown(
  message: OutboxMessage,
  showing: { posted: { channel: string; ts: string }; attempt: Attempt; now: Instant },
): OutboxMessage {
  const { posted, attempt, now } = showing;
  const next: OutboxMessage = {
    ...without(message, 'attempt', 'doubt', 'plain', 'firstTriedAt'),
    posted,
    sent: attempt.revision,
    shownDigest: attempt.digest,
    state: message.wanted > attempt.revision ? 'due' : 'idle',
    priority: lanePriority.edit,
    attempts: 0,
    notBefore: addMs(now, editGapMs),
    problem: '',
  };
  const { doubt } = message;
  if (message.posted === undefined || doubt === undefined || msBetween(doubt.since, now) >= lateEditMs) return next;
  return { ...without(next, 'shownDigest'), state: 'due', doubt };
}

/** When an edit that shows nothing new is to be made once more, in case an older one came late; undefined when it need not wait. */
export function confirmsAt(message: OutboxMessage): Instant | undefined {
  const { doubt, sent, wanted } = message;
  return doubt === undefined || sent < wanted ? undefined : addMs(doubt.since, lateEditMs);
}

export function dead(message: OutboxMessage, problem: string): OutboxMessage {
  return { ...without(message, 'attempt', 'doubt'), state: 'dead', problem };
}

/** One that was given up is tried from the beginning: in its full form, as what stood in its way may be repaired. */
export function revived(message: OutboxMessage, now: Instant): OutboxMessage {
  return { ...without(message, 'plain'), ...queued(message, now), state: 'due', attempts: 0, notBefore: now, problem: '' };
}

/** Nothing to send: chat shows what is wanted already, or there is nothing to show any more. */
export function satisfied(message: OutboxMessage): OutboxMessage {
  return { ...without(message, 'doubt'), state: 'idle', sent: message.wanted, attempts: 0, problem: '' };
}

/** What belongs to an incident that is over by now goes behind what belongs to others; undefined when it has its place already. */
export function behindOthers(message: OutboxMessage): OutboxMessage | undefined {
  const { priority } = message;
  if (priority === lanePriority.criticalRoot || priority === lanePriority.root) return { ...message, priority: lanePriority.lateRoot };
  return priority === lanePriority.reply ? { ...message, priority: lanePriority.lateReply } : undefined;
}

/** The storm's message says it for many at once: this one is never posted by itself. */
export function inStorm(message: OutboxMessage, number: number): OutboxMessage {
  return { ...satisfied(message), inStorm: number };
}

/** Asked again not before `at`, everything else as it was. */
export function deferred(message: OutboxMessage, at: Instant): OutboxMessage {
  return { ...message, notBefore: at };
}

/** A message that may have been deleted in chat: its next edit is made even if nothing differs, and finds out. */
export function suspected(message: OutboxMessage, now: Instant): OutboxMessage {
  return { ...without(message, 'shownDigest'), state: 'due', notBefore: message.state === 'due' ? message.notBefore : now };
}

/** A message found in `sending` that nobody is sending: an edit is simply made again, a post has to be looked for first. */
export function recovered(message: OutboxMessage, now: Instant): OutboxMessage {
  const problem = 'the process that was sending it ended';
  if (message.posted === undefined) return doubted(message, problem, now);
  return { ...message, state: 'due', notBefore: now, problem };
}

function doubted(message: OutboxMessage, problem: string, now: Instant): OutboxMessage {
  return { ...message, state: 'ambiguous', doubt: { since: now }, notBefore: addMs(now, firstLookMs), problem };
}

/** The message after a look into the history. */
export function reconciled(message: OutboxMessage, outcome: FindOutcome, now: Instant): OutboxMessage {
  const doubt = message.doubt ?? { since: now };
  switch (outcome.type) {
    case 'found':
      if (doubt.isAnother === true) return beside(message, now);
      // What was posted blindly again, and is there once, is no repeat.
      return found(outcome.others === true ? message : without(message, 'resent'), outcome, now);
    case 'absent':
      return absent(message, doubt, now);
    case 'unavailable':
      return unreadable(message, outcome, now);
  }
}

function absent(message: OutboxMessage, doubt: Doubt, now: Instant): OutboxMessage {
  const absentSince = doubt.absentSince ?? now;
  if (msBetween(absentSince, now) >= proofOfAbsenceMs) return repost(message, now);
  return { ...message, doubt: { ...doubt, absentSince }, notBefore: addMs(absentSince, proofOfAbsenceMs) };
}

function unreadable(message: OutboxMessage, outcome: Extract<FindOutcome, { type: 'unavailable' }>, now: Instant): OutboxMessage {
  const doubt = message.doubt ?? { since: now };
  const waiting: OutboxMessage = {
    ...message,
    doubt,
    notBefore: addMs(now, unavailableMs),
    problem: `the history cannot be read: ${outcome.reason}`,
  };
  // Nobody misses a post where nothing can be posted: what counts is how long the history alone stays unreadable.
  if (outcome.isAway === true) return { ...waiting, doubt: { ...doubt, since: now } };
  if (msBetween(doubt.since, now) < giveUpLookingMs) return waiting;
  return { ...message, state: 'due', doubt, resent: true, notBefore: now };
}

/** The other one stays; this one says that parts of it may be there already. */
function beside(message: OutboxMessage, now: Instant): OutboxMessage {
  return { ...without(message, 'doubt', 'attempt', 'firstTriedAt'), state: 'due', resent: 'restored', notBefore: now };
}

function repost(message: OutboxMessage, now: Instant): OutboxMessage {
  return { ...without(message, 'doubt', 'resent'), state: 'due', notBefore: now };
}

/** Whether it is to be posted again although nobody could look whether it is there. */
function isBlindRepeat(message: OutboxMessage): boolean {
  return message.posted === undefined && message.doubt !== undefined;
}

/**
 * Whether the last vain look is too long ago for a blind repeat. While the platform is away as a whole every look is in vain, and once it
 * is back one that works would find the post.
 */
export function hasToLookAgain(message: OutboxMessage, now: Instant): boolean {
  return isBlindRepeat(message) && msBetween(message.notBefore, now) > freshLookMs;
}

export function lookAgain(message: OutboxMessage, at: Instant): OutboxMessage {
  return { ...without(message, 'resent'), state: 'ambiguous', notBefore: at };
}

function found(message: OutboxMessage, post: { channel: string; ts: string }, now: Instant): OutboxMessage {
  const posted = { channel: post.channel, ts: post.ts };
  // After several attempts nobody knows which of them this is: an edit makes it the latest.
  if (message.attempt !== undefined && message.attempts === 1) return shown(message, { posted, attempt: message.attempt, now });
  return {
    ...without(message, 'attempt', 'doubt', 'plain', 'firstTriedAt'),
    posted,
    state: 'due',
    priority: lanePriority.edit,
    attempts: 0,
    notBefore: now,
    problem: '',
  };
}
