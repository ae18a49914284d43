import type { Message } from '../chat/message.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import { startLoop } from '../kernel/loop.ts';
import type { Loop } from '../kernel/loop.ts';
import { stepLane } from './attend.ts';
import { createBudget } from './budget.ts';
import { isHeld, leaseBeatMs, newMemory, releaseLane, renewLane } from './lane.ts';
import type { LaneDeps, LaneMemory, OutboxEvent, OutboxRequest } from './lane.ts';
import { laneNames } from './message.ts';
import type { LaneName, OutboxMessage } from './message.ts';
import { createPauseBook } from './pause-book.ts';
import { createPause } from './pause.ts';
import type { Paused, PauseEvent } from './pause.ts';
import type { ChatSender, OutboxStore } from './ports.ts';
import { putBackReady } from './send.ts';
import type { StormWatch } from './storm-watch.ts';
import { longestWaitingIn, waitsSince } from './waiting.ts';

export type OutboxOptions = {
  outbox: OutboxStore;
  sender: ChatSender;
  /** Loads what the message is about and draws its latest state; undefined when there is nothing to show any more. */
  render: (message: OutboxMessage) => Promise<Message | undefined>;
  /** A message is in chat at `message.posted`. Called before the message is marked so, hence again after a crash: it must be repeatable. */
  onPosted: (message: OutboxMessage) => Promise<void>;
  clock: Clock;
  log: Log;
  /** Names this process; no two running ones may share it. */
  owner: string;
  random?: () => number;
  metrics?: { count(event: OutboxEvent, lane: LaneName): void; request?(request: OutboxRequest): void };
  /** Whether what a message is about is over, so that others go before it. Absent: nothing ever is. */
  isOver?: (message: OutboxMessage) => Promise<boolean>;
  /** Absent: many threads at once are opened without a word about it. */
  storms?: StormWatch;
  /** Called once when everything or a lane begins to stand still, and once when that is over, of all processes in one. Must not throw. */
  onPause?: (event: PauseEvent) => void;
};

/** `paused`: this lane alone stands still, for example because its channel does not exist. `problem`: what the oldest message met last. */
type LaneStatus = { depth: number; oldest?: Instant; problem?: string; paused?: Paused };
export type OutboxStatus = { paused?: Paused; lanes: Readonly<Record<LaneName, LaneStatus>>; dead: number };

/** Sends what the outbox wants to be in chat. Any number of workers may run on one store: a lane belongs to one of them at a time. */
export type OutboxWorker = {
  /** Does what can be done now in all lanes. Resolves with the wait in ms until something is due, undefined when nothing is waiting. */
  run(signal: AbortSignal): Promise<number | undefined>;
  /** Runs each lane in a loop of its own, so that a slow request in one never delays the other. */
  start(): void;
  nudge(): void;
  /** Lets requests under way finish and gives the lanes back. */
  stop(): Promise<void>;
  status(): Promise<OutboxStatus>;
};

/**
 * Slack, for the whole workspace: chat.update and conversations.history are Tier 3, 50 a minute; files.* Tier 4, 100; posts "several hundred".
 * A little less leaves room for others. Lanes may sit in several processes, so each process uses the share of the lanes that it holds.
 */
const budgets = {
  posts: { perMinute: 240, burst: 10 },
  files: { perMinute: 80, burst: 5 },
  updates: { perMinute: 45, burst: 5 },
  reads: { perMinute: 40, burst: 5 },
};
const idleMs = 1000;

export function createOutboxWorker(options: OutboxOptions): OutboxWorker {
  const random = options.random ?? Math.random;
  const memories = laneNames.map((name) => newMemory(name, createPause(random)));
  const share = () => Math.max(1, memories.filter((memory) => isHeld(options, memory)).length) / laneNames.length;
  const book = createPauseBook({ ...options, told: (event) => options.onPause?.(event) });
  const deps: LaneDeps = {
    ...options,
    random,
    count: (event, lane) => options.metrics?.count(event, lane),
    request: (request) => options.metrics?.request?.(request),
    isOver: async (message) => (await options.isOver?.(message)) === true,
    onPause: (event) => book.note(event),
    posts: createBudget({ ...budgets.posts, share }),
    files: createBudget({ ...budgets.files, share }),
    updates: createBudget({ ...budgets.updates, share }),
    reads: createBudget({ ...budgets.reads, share }),
    pause: createPause(random),
  };
  const lanes = memories.map((memory) => createRunner(deps, memory));
  let loops: readonly Loop[] = [];
  return {
    async run(signal) {
      const waits = await Promise.all(lanes.map((lane) => lane.run(signal)));
      const due = waits.filter((wait) => wait !== undefined);
      return due.length === 0 ? undefined : Math.min(...due);
    },
    start() {
      if (loops.length > 0) return;
      const { clock, log } = options;
      const keep = () => Promise.all(memories.map((memory) => renewLane(deps, memory)));
      loops = [
        ...lanes.map((lane) => startLoop({ name: `outbox ${lane.name}`, clock, log, idleMs, work: (signal) => lane.run(signal) })),
        // A request may take longer than a lease lasts, and a lane that idles is still ours.
        startLoop({ name: 'outbox leases', clock, log, idleMs: leaseBeatMs, work: async () => void (await keep()) }),
      ];
    },
    nudge: () => loops.forEach((loop) => loop.nudge()),
    async stop() {
      const stopping = loops;
      loops = [];
      await Promise.all(stopping.map((loop) => loop.stop()));
      await Promise.all(lanes.map((lane) => lane.release()));
      await book.settled();
    },
    status: () => statusOf(deps, memories),
  };
}

type Runner = { name: LaneName; run(signal: AbortSignal): Promise<number | undefined>; release(): Promise<void> };

function createRunner(deps: LaneDeps, memory: LaneMemory): Runner {
  let running: Promise<number | undefined> | undefined;
  async function work(signal: AbortSignal): Promise<number | undefined> {
    while (!signal.aborted) {
      const waitMs = await stepLane(deps, memory);
      if (waitMs !== 0) return waitMs;
    }
    return undefined;
  }
  return {
    name: memory.lane,
    // A lane never works twice at once: a `sending` message that it comes across would not be its own.
    run(signal) {
      running ??= work(signal).finally(() => (running = undefined));
      return running;
    },
    async release() {
      await putBackReady(deps, memory);
      await releaseLane(deps, memory);
    },
  };
}

async function statusOf(deps: LaneDeps, memories: readonly LaneMemory[]): Promise<OutboxStatus> {
  const paused = deps.pause.reason();
  const counts = await deps.outbox.counts();
  const depths = await Promise.all(memories.map(async (memory) => [memory.lane, await laneStatus(deps, memory)] as const));
  return {
    ...(paused === undefined ? {} : { paused }),
    // There is a memory for each of laneNames, so every lane is there.
    lanes: Object.fromEntries(depths) as Record<LaneName, LaneStatus>,
    dead: counts.dead,
  };
}

async function laneStatus(deps: LaneDeps, memory: LaneMemory): Promise<LaneStatus> {
  const paused = memory.pause.reason();
  const [depth, oldest] = await Promise.all([deps.outbox.countWaiting(memory.lane), longestWaitingIn(deps.outbox, memory.lane)]);
  return {
    depth,
    ...(oldest === undefined ? {} : { oldest: waitsSince(oldest), ...(oldest.problem === '' ? {} : { problem: oldest.problem }) }),
    ...(paused === undefined ? {} : { paused }),
  };
}
