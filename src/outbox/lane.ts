import type { Message } from '../chat/message.ts';
import type { Clock } from '../kernel/clock.ts';
import { addMs, toInstant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import type { Budget } from './budget.ts';
import type { LaneLease, LaneName, OutboxMessage } from './message.ts';
import type { Pause, PauseEvent } from './pause.ts';
import type { ChatSender, OutboxStore } from './ports.ts';

/** What happened to a message, for counting. */
export type OutboxEvent =
  | 'posted'
  | 'edited'
  | 'unchanged'
  | 'not_applied'
  | 'ambiguous'
  | 'found'
  | 'resent'
  | 'degraded'
  | 'refused'
  | 'dead'
  | 'misconfigured';

/** What a lane works with. Budgets and the pause are shared by the lanes of a worker: they belong to the workspace. */
export type LaneDeps = {
  outbox: OutboxStore;
  sender: ChatSender;
  /** Draws the latest state; undefined when there is nothing to show any more. */
  render: (message: OutboxMessage) => Promise<Message | undefined>;
  /** Called when a post is known to be in chat, before the message is marked so. Must be repeatable. */
  onPosted: (message: OutboxMessage) => Promise<void>;
  clock: Clock;
  log: Log;
  owner: string;
  random: () => number;
  count: (event: OutboxEvent, lane: LaneName) => void;
  /** Called when everything or a lane begins to stand still, and when that is over. */
  onPause: (event: PauseEvent) => void;
  updates: Budget;
  reads: Budget;
  pause: Pause;
};

/** What a lane remembers between its steps. All of it may be lost: the store holds what must survive. */
export type LaneMemory = {
  lane: LaneName;
  lease: LaneLease | undefined;
  /** When a post may have reached the channel last. */
  lastPostMs: number;
  /** The platform asked for a rest from posts (its Retry-After). */
  postsAfterMs: number;
  /** The lane alone stands still: its channel is missing, or closed to us. */
  pause: Pause;
  /** Requests failed: nothing but reads before this. */
  holdUntilMs: number;
  failures: number;
  /** When each message was edited last, so that a busy one does not starve the others. */
  editedAtMs: Map<string, number>;
};

export function newMemory(lane: LaneName, pause: Pause): LaneMemory {
  const never = Number.NEGATIVE_INFINITY;
  return { lane, pause, lease: undefined, lastPostMs: never, postsAfterMs: never, holdUntilMs: never, failures: 0, editedAtMs: new Map() };
}

/** Slack: about one chat.postMessage a second per channel; more may be dropped without an error. */
export const postGapMs = 1000;
const leaseMs = 45_000;
/** Every request starts with at least this much lease left, which is more than any request may take. */
const leaseReserveMs = 30_000;

/** Takes or renews the lane's lease; false when another process has it. */
export async function holdLane(deps: LaneDeps, memory: LaneMemory): Promise<boolean> {
  const now = deps.clock.now();
  if (memory.lease !== undefined && Date.parse(memory.lease.until) - now.getTime() >= leaseReserveMs) return true;
  const before = memory.lease?.token;
  const lease = await deps.outbox.leaseLane(leaseRequest(deps, memory.lane, leaseMs));
  if (lease !== undefined && lease.token !== before) await takeOverPauses(deps, memory);
  memory.lease = lease;
  const last = memory.lease?.lastPostAt;
  if (last !== undefined) memory.lastPostMs = Math.max(memory.lastPostMs, Date.parse(last));
  return memory.lease !== undefined;
}

/** Whoever had the lane before may have left it standing still: only who sends finds out that this is over. */
async function takeOverPauses(deps: LaneDeps, memory: LaneMemory): Promise<void> {
  for (const pause of await deps.outbox.listPauses()) {
    if (pause.scope === 'workspace') deps.pause.takeOver(pause);
    if (pause.scope === memory.lane) memory.pause.takeOver(pause);
  }
}

/** Gives the lane back, so that a successor need not wait for the lease to run out. */
export async function releaseLane(deps: LaneDeps, memory: LaneMemory): Promise<void> {
  if (memory.lease === undefined) return;
  memory.lease = undefined;
  await deps.outbox.leaseLane(leaseRequest(deps, memory.lane, 0));
}

/** Remembers that a post goes out now; false when the lane belongs to another process by now, and then nothing must be sent. */
export async function notePost(deps: LaneDeps, memory: LaneMemory): Promise<boolean> {
  if (memory.lease === undefined) return false;
  const now = deps.clock.now();
  memory.lastPostMs = Math.max(memory.lastPostMs, now.getTime());
  return await deps.outbox.notePost(memory.lane, memory.lease.token, toInstant(now));
}

function leaseRequest(deps: LaneDeps, lane: LaneName, forMs: number) {
  const now = toInstant(deps.clock.now());
  return { lane, owner: deps.owner, now, until: addMs(now, forMs) };
}
