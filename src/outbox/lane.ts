import type { Message } from '../chat/message.ts';
import { countedMs } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import { addMs, toInstant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import type { Budget } from './budget.ts';
import type { LaneLease, LaneName, OutboxMessage } from './message.ts';
import type { Pause, PauseEvent } from './pause.ts';
import type { ChatSender, OutboxStore } from './ports.ts';
import { createSpacing } from './spacing.ts';
import type { Spacing } from './spacing.ts';
import type { StormWatch } from './storm-watch.ts';

/** What happened to a message, for counting. */
export type OutboxEvent =
  | 'posted'
  | 'edited'
  | 'unchanged'
  | 'folded'
  | 'not_applied'
  | 'ambiguous'
  | 'found'
  | 'resent'
  | 'degraded'
  | 'refused'
  | 'dead'
  | 'misconfigured';

/** One request to chat that came to its end, in ms. */
export type OutboxRequest = { method: 'post' | 'file' | 'update' | 'find'; outcome: string; ms: number };

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
  request: (request: OutboxRequest) => void;
  /** Whether what the message is about is over by now. */
  isOver: (message: OutboxMessage) => Promise<boolean>;
  /** Absent: nothing is told of storms. */
  storms?: StormWatch;
  /** Called when everything or a lane begins to stand still, and when that is over. */
  onPause: (event: PauseEvent) => void;
  posts: Budget;
  files: Budget;
  updates: Budget;
  reads: Budget;
  pause: Pause;
};

/** A message that is drawn and stored as `sending`, and goes out when so much is counted, `atMs`, or at once where that is over. `thread`: where a reply's root is. */
export type ReadyMessage = { message: OutboxMessage; content: Message; atMs: number; thread?: NonNullable<OutboxMessage['posted']> };

/** What a lane remembers between its steps. All of it may be lost: the store holds what must survive. */
export type LaneMemory = {
  lane: LaneName;
  lease: LaneLease | undefined;
  /** A lease that is being asked for. */
  leasing: Promise<void> | undefined;
  /** Another process has the lane: it is not asked for again before this. */
  leaseAfterMs: number;
  /** Since when this process has the lane, and when it posted threads lately. */
  heldSinceMs: number;
  threadTimes: number[];
  spacing: Spacing;
  /** What goes out next, before anything else is looked at. */
  ready: ReadyMessage | undefined;
  /** The platform asked for a rest from posts (its Retry-After). */
  postsAfterMs: number;
  /** The lane alone stands still: its channel is missing, or closed to us. */
  pause: Pause;
  /** Requests failed: nothing but reads before this. */
  holdUntilMs: number;
  failures: number;
  /** A look at what is due led to nothing: the next one comes no sooner. */
  looksAfterMs: number;
  /** When each message was edited last, so that a busy one does not starve the others. */
  editedAtMs: Map<string, number>;
};

export function newMemory(lane: LaneName, pause: Pause): LaneMemory {
  const never = Number.NEGATIVE_INFINITY;
  return {
    lane,
    pause,
    lease: undefined,
    leasing: undefined,
    leaseAfterMs: never,
    heldSinceMs: never,
    threadTimes: [],
    spacing: createSpacing(),
    ready: undefined,
    postsAfterMs: never,
    holdUntilMs: never,
    failures: 0,
    looksAfterMs: never,
    editedAtMs: new Map(),
  };
}

const leaseMs = 12_000;
/** A running process renews its leases this often, whatever its lanes do. */
export const leaseBeatMs = 4000;
/**
 * A request starts with at least this much lease left. What was sent in the last moment shows within 16 s (a post and its repeat, 8 s each),
 * and a successor believes that it is not there 12 s after the lease at the earliest: it never takes for absent what is still under way.
 */
const leaseReserveMs = 5000;
/** How often a lane that another process has is asked for. */
export const leasePollMs = 2000;
/** A message that can do nothing now lets the next have its turn; the lane looks again this soon. */
export const blockedPollMs = 1000;

/** Takes or renews the lane's lease where that is needed; false when another process has it. */
export async function holdLane(deps: LaneDeps, memory: LaneMemory): Promise<boolean> {
  const nowMs = deps.clock.now().getTime();
  if (leaseLeftMs(memory, nowMs) >= leaseReserveMs) return true;
  if (memory.lease === undefined && nowMs < memory.leaseAfterMs) return false;
  await renewLane(deps, memory);
  return memory.lease !== undefined;
}

/** Asks for the lane, or for more time with it. */
export async function renewLane(deps: LaneDeps, memory: LaneMemory): Promise<void> {
  memory.leasing ??= lease(deps, memory).finally(() => (memory.leasing = undefined));
  await memory.leasing;
}

async function lease(deps: LaneDeps, memory: LaneMemory): Promise<void> {
  const nowMs = deps.clock.now().getTime();
  const before = memory.lease?.token;
  const taken = await deps.outbox.leaseLane(leaseRequest(deps, memory.lane, leaseMs));
  if (taken === undefined) memory.leaseAfterMs = nowMs + leasePollMs;
  else if (taken.token !== before) {
    memory.heldSinceMs = nowMs;
    if (taken.lastPostAt !== undefined) memory.spacing.another(countedMs(deps.clock) - Math.max(0, nowMs - Date.parse(taken.lastPostAt)));
    await takeOverPauses(deps, memory);
  }
  memory.lease = taken;
}

function leaseLeftMs({ lease: held }: LaneMemory, nowMs: number): number {
  return held === undefined ? Number.NEGATIVE_INFINITY : Date.parse(held.until) - nowMs;
}

/** Whether the lane still belongs to this process, as far as it can tell without asking. */
export function isHeld(deps: Pick<LaneDeps, 'clock'>, memory: LaneMemory): boolean {
  return leaseLeftMs(memory, deps.clock.now().getTime()) > 0;
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
  await memory.leasing;
  memory.lease = undefined;
  await deps.outbox.leaseLane(leaseRequest(deps, memory.lane, 0));
}

/** Remembers for a successor that a post goes out now; false when the lane belongs to another process by now, and then nothing must be sent. */
export async function notePost(deps: LaneDeps, memory: LaneMemory): Promise<boolean> {
  if (memory.lease === undefined) return false;
  return await deps.outbox.notePost(memory.lane, memory.lease.token, toInstant(deps.clock.now()));
}

function leaseRequest(deps: LaneDeps, lane: LaneName, forMs: number) {
  const now = toInstant(deps.clock.now());
  return { lane, owner: deps.owner, now, until: addMs(now, forMs) };
}
