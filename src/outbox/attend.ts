import { fileNameOf } from '../incidents/incident.ts';
import { countedMs } from '../kernel/clock.ts';
import { describeError, TocsinError } from '../kernel/errors.ts';
import { addMs, toInstant } from '../kernel/instant.ts';
import { giveWayToOpen, giveWayToStorm } from './give-way.ts';
import { endPauses } from './hold.ts';
import { blockedPollMs, holdLane, leasePollMs } from './lane.ts';
import type { LaneDeps, LaneMemory } from './lane.ts';
import { lanePriority } from './message.ts';
import type { OutboxMessage } from './message.ts';
import type { FindOutcome } from './ports.ts';
import { sendMessage, sendReady, tryReplace } from './send.ts';
import { confirmsAt, dead, deferred, editGapMs, hasToLookAgain, inStorm, lookAgain, reconciled, recovered } from './transitions.ts';

type Thread = NonNullable<OutboxMessage['posted']>;

/** Roots stand first in a page, and one post a second goes out: what is behind so many is not reached before the next look. */
const pageSize = 100;
const editPageSize = 250;
/**
 * In a storm somebody asks for a look many times a second, and reading a message costs some 25 µs: looks in vain take a fortieth of the time, or
 * more where hundreds wait, because what is new shall not wait for long.
 */
const restPerMessageMs = 1;
const mostRestMs = 100;
/**
 * Where an incident was announced a moment ago the next may follow. A reply that took the very next turn would put it off by a second, and with
 * one incident a second all after it too: so it leaves the turn to an announcement for a little longer.
 */
const rootsFollowMs = 3000;
const replyStepsBackMs = 300;
/** A post is made ready so long before its turn: reading, drawing and storing it would take from its second what no later one gets back. */
const readyAheadMs = 50;
/** The storm's own message is edited this seldom, so that hundreds of other cards get their share of the edits. */
const stormGapMs = { incidents: 10_000, oncall: 20_000 } as const;

/**
 * Does the next thing of a lane, at most one request. Returns 0 when something was done and more may follow, else the wait in ms until
 * there may be something to do (undefined: nothing is waiting).
 */
export async function stepLane(deps: LaneDeps, memory: LaneMemory): Promise<number | undefined> {
  if (memory.ready !== undefined) return await sendReady(deps, memory, memory.ready);
  const now = deps.clock.now();
  const pausedMs = Math.max(deps.pause.waitMs(now), memory.pause.waitMs(now));
  if (pausedMs > 0) return pausedMs;
  const holds = await holdLane(deps, memory);
  const waitMs = await serveDue(deps, memory, holds);
  const lookMs = holds ? await lookForStorm(deps, memory) : undefined;
  return waitMs === undefined || lookMs === undefined ? (waitMs ?? lookMs) : Math.min(waitMs, lookMs);
}

/** The lane whose threads wait in a storm watches it. */
async function lookForStorm({ storms }: LaneDeps, { lane, threadTimes, heldSinceMs }: LaneMemory): Promise<number | undefined> {
  return lane === 'incidents' ? await storms?.look({ times: threadTimes, sinceMs: heldSinceMs }) : undefined;
}

async function serveDue(deps: LaneDeps, memory: LaneMemory, holds: boolean): Promise<number | undefined> {
  const dueAt = await deps.outbox.nextDueAt(memory.lane);
  if (dueAt === undefined) return undefined;
  const untilDueMs = Date.parse(dueAt) - deps.clock.now().getTime();
  if (untilDueMs > 0) return untilDueMs;
  if (!holds) return leasePollMs;
  const restMs = memory.looksAfterMs - deps.clock.now().getTime();
  if (restMs > 0) return restMs;
  let waitMs = blockedPollMs;
  const due = await listDue(deps, memory);
  for (const message of inFairOrder(due, memory)) {
    const wait = await attendAlone(deps, memory, message);
    if (wait === 0 || memory.ready !== undefined) return wait;
    waitMs = Math.min(waitMs, wait);
  }
  memory.looksAfterMs = deps.clock.now().getTime() + Math.min(waitMs, mostRestMs, restPerMessageMs * due.length);
  return waitMs;
}

/** What is due in the lane, a page of each kind: edits come last, and must not wait until the last of many posts is out. */
async function listDue({ outbox, clock }: LaneDeps, { lane }: LaneMemory): Promise<readonly OutboxMessage[]> {
  const now = toInstant(clock.now());
  const due = await outbox.listDue(lane, now, pageSize);
  if (due.length < pageSize) return due;
  return [...due.filter((message) => message.posted === undefined), ...(await outbox.listDueEdits(lane, now, editPageSize))];
}

/** Edits come last already, by their priority; among them a storm's, then the one whose last edit is longest ago. */
function inFairOrder(due: readonly OutboxMessage[], memory: LaneMemory): readonly OutboxMessage[] {
  const isEdit = (message: OutboxMessage) => message.state === 'due' && message.posted !== undefined;
  const rank = (message: OutboxMessage) => (message.view.type === 'storm' ? 0 : 1);
  const edits = due.filter(isEdit).sort((a, b) => rank(a) - rank(b) || editedAt(memory, a) - editedAt(memory, b) || 0);
  if (memory.editedAtMs.size > 2 * editPageSize) memory.editedAtMs.clear();
  return [...due.filter((message) => !isEdit(message)), ...edits];
}

function editedAt({ editedAtMs }: LaneMemory, { key }: OutboxMessage): number {
  // A number that can be subtracted from itself.
  return editedAtMs.get(key) ?? 0;
}

/** A message that cannot be worked on, such as a reply whose root is damaged in the store, holds no other up. */
async function attendAlone(deps: LaneDeps, memory: LaneMemory, message: OutboxMessage): Promise<number> {
  try {
    return await attend(deps, memory, message);
  } catch (error) {
    // The store is away: the others would fail as well.
    if (error instanceof TocsinError && error.retryable) throw error;
    deps.log.error({ key: message.key, lane: message.lane, error: describeError(error) }, 'a chat message cannot be worked on');
    return blockedPollMs;
  }
}

async function attend(deps: LaneDeps, memory: LaneMemory, message: OutboxMessage): Promise<number> {
  switch (message.state) {
    case 'sending':
      return await recover(deps, memory, message);
    case 'ambiguous':
      return await reconcile(deps, memory, message);
    case 'due':
      return message.posted === undefined ? await post(deps, memory, message) : await edit(deps, memory, message);
    case 'idle':
    case 'dead':
      return blockedPollMs;
  }
}

/** A lane sends one thing at a time and settles it, so what still says `sending` here was left by a process that ended or lost its lease. */
async function recover(deps: LaneDeps, memory: LaneMemory, message: OutboxMessage): Promise<number> {
  const now = deps.clock.now();
  if (message.posted === undefined) memory.spacing.another(countedMs(deps.clock));
  await tryReplace(deps, recovered(message, toInstant(now)), message);
  return 0;
}

async function edit(deps: LaneDeps, memory: LaneMemory, message: OutboxMessage): Promise<number> {
  const nowMs = deps.clock.now().getTime();
  const gapMs = message.view.type === 'storm' ? stormGapMs[message.lane] : editGapMs;
  const nextEditMs = (memory.editedAtMs.get(message.key) ?? Number.NEGATIVE_INFINITY) + gapMs;
  const confirmAt = confirmsAt(message);
  const ownWaitMs = Math.max(memory.holdUntilMs, nextEditMs, confirmAt === undefined ? 0 : Date.parse(confirmAt)) - nowMs;
  // Only who could go now queues for a token.
  const waitMs = ownWaitMs > 0 ? ownWaitMs : deps.updates.waitMs(memory.lane, nowMs);
  return waitMs > 0 ? waitMs : await sendMessage(deps, memory, { message });
}

async function post(deps: LaneDeps, memory: LaneMemory, message: OutboxMessage): Promise<number> {
  if (message.inStorm !== undefined) {
    // It was raised while the storm's message took its place.
    await tryReplace(deps, inStorm(message, message.inStorm), message);
    return 0;
  }
  const leftMs = turnInMs(deps, memory, message);
  const aheadMs = Math.ceil(leftMs - readyAheadMs);
  // Only who could be made ready now queues for a token.
  const waitMs = aheadMs > 0 ? aheadMs : budgetWaitMs(deps, memory, message);
  if (waitMs > 0) return waitMs;
  const atMs = countedMs(deps.clock) + leftMs;
  const now = toInstant(deps.clock.now());
  if (hasToLookAgain(message, now)) {
    await tryReplace(deps, lookAgain(message, now), message);
    return 0;
  }
  if ((await giveWayToStorm(deps, message)) || (await giveWayToOpen(deps, message))) return 0;
  if (message.parentKey === undefined) return await sendMessage(deps, memory, { message, atMs });
  const thread = await threadOf(deps, message);
  return thread === undefined ? blockedPollMs : await sendMessage(deps, memory, { message, thread, atMs });
}

/** How long it is at least until the post may go out, by what the lane knows. */
function turnInMs({ clock }: LaneDeps, memory: LaneMemory, { priority }: OutboxMessage): number {
  const nowMs = clock.now().getTime();
  const rootMs = memory.threadTimes.at(-1) ?? Number.NEGATIVE_INFINITY;
  const stepsBackMs = priority >= lanePriority.reply && nowMs - rootMs < rootsFollowMs ? replyStepsBackMs : 0;
  const spaceMs = memory.spacing.freeAtMs() + stepsBackMs - countedMs(clock);
  return Math.max(Math.max(memory.holdUntilMs, memory.postsAfterMs) - nowMs, spaceMs);
}

function budgetWaitMs({ posts, files, clock }: LaneDeps, { lane }: LaneMemory, { view }: OutboxMessage): number {
  const nowMs = clock.now().getTime();
  return Math.max(posts.waitMs(lane, nowMs), view.type === 'file' ? files.waitMs(lane, nowMs) : 0);
}

/**
 * Where the root is; undefined when the message has to wait for it (deferred then) or can never have one (dead then). Who waits lets the next have its
 * turn: it is back in a second, and what it waits for may be the edit of the root, which comes last.
 */
async function threadOf(deps: LaneDeps, message: OutboxMessage): Promise<Thread | undefined> {
  const parent = message.parentKey === undefined ? undefined : await deps.outbox.get(message.parentKey);
  if (parent?.posted !== undefined && !(message.attempts > 0 && isInQuestion(parent))) return parent.posted;
  if (parent?.state === 'dead') {
    await giveUpWith(deps, message, parent);
    return undefined;
  }
  const now = toInstant(deps.clock.now());
  const soon = addMs(now, parent === undefined || parent.state === 'idle' ? 30_000 : 1000);
  const at = parent !== undefined && parent.notBefore > soon ? parent.notBefore : soon;
  await tryReplace(deps, deferred(message, at), message);
  return undefined;
}

async function giveUpWith(deps: LaneDeps, message: OutboxMessage, root: OutboxMessage): Promise<void> {
  if (!(await tryReplace(deps, dead(message, `the thread could not be opened: ${root.problem}`), message))) return;
  const { key, lane } = message;
  deps.count('dead', lane);
  deps.log.error({ key, lane, root: root.key }, 'a chat message was given up because its thread could not be opened');
}

/** A root that may have been deleted, or of which an edit is under way: a reply that was refused waits for what becomes of it. */
function isInQuestion(root: OutboxMessage): boolean {
  return root.state === 'due' && root.shownDigest === undefined;
}

async function reconcile(deps: LaneDeps, memory: LaneMemory, message: OutboxMessage): Promise<number> {
  const nowMs = deps.clock.now().getTime();
  const waitMs = deps.reads.waitMs(memory.lane, nowMs);
  if (waitMs > 0) return waitMs;
  const thread = message.parentKey === undefined ? undefined : await threadOf(deps, message);
  if (message.parentKey !== undefined && thread === undefined) return blockedPollMs;
  if (!deps.reads.take(memory.lane, nowMs)) return blockedPollMs;

  const startMs = deps.clock.now().getTime();
  const outcome = await look(deps, message, thread);
  deps.request({ method: 'find', outcome: outcome.type, ms: deps.clock.now().getTime() - startMs });
  if (outcome.type === 'unavailable' && outcome.retryAfterMs !== undefined) deps.reads.pause(startMs + outcome.retryAfterMs);
  if (outcome.type !== 'unavailable') endPauses(deps, memory);
  const next = reconciled(message, outcome, toInstant(deps.clock.now()));
  if (!(await tryReplace(deps, next, message))) return 0;
  if (outcome.type === 'found') deps.count('found', message.lane);
  return 0;
}

async function look(deps: LaneDeps, message: OutboxMessage, thread: Thread | undefined): Promise<FindOutcome> {
  try {
    const outcome = await deps.sender.find({
      lane: message.lane,
      key: message.key,
      ...(message.view.type === 'file' ? { fileName: fileNameOf(message.view) } : {}),
      ...(thread === undefined ? {} : { channel: thread.channel, threadTs: thread.ts }),
      since: message.firstTriedAt ?? message.doubt?.since ?? toInstant(deps.clock.now()),
    });
    if (outcome.type === 'found') await deps.onPosted({ ...message, posted: { channel: outcome.channel, ts: outcome.ts } });
    return outcome;
  } catch (error) {
    return { type: 'unavailable', reason: describeError(error) };
  }
}
