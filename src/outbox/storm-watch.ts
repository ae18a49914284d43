import type { Incident } from '../incidents/incident.ts';
import type { IncidentStore } from '../incidents/ports.ts';
import type { Clock } from '../kernel/clock.ts';
import { describeError, TocsinError } from '../kernel/errors.ts';
import { addMs, fromInstant, toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import type { LaneName, OutboxMessage } from './message.ts';
import type { OutboxStore, StormStore } from './ports.ts';
import { begunStorm, lookedAt, lookEveryMs, messagesOf, paceOf, stormKey, toldIn } from './storm.ts';
import type { Storm, StormFigures, StormPolicy } from './storm.ts';
import { inStorm } from './transitions.ts';

export type StormWatchDeps = {
  storms: StormStore;
  outbox: OutboxStore;
  incidents: Pick<IncidentStore, 'get' | 'getByNumber' | 'list'>;
  policy: StormPolicy;
  clock: Clock;
  log: Log;
};

/** When a lane's threads were posted lately, and since when this process has the lane, both in ms. */
type Posts = { times: readonly number[]; sinceMs: number };

/** Tells people about many incidents at once by one message, ahead of the many. */
export type StormWatch = {
  /**
   * Before a thread or an announcement is posted: when so many wait that it is a storm, its message is put ahead of them; announcements to
   * those on call are folded into it once it is there. Resolves with whether the lane has to look again at what comes next.
   */
  before(lane: LaneName): Promise<{ isChanged: boolean; folded: number }>;
  /** Counts the storm anew if it is time to, and lets its messages show that. Resolves with the wait until the next look, while there is a storm. */
  look(posts: Posts): Promise<number | undefined>;
};

const candidates = 10;
const foldPage = 200;
const maxFoldPages = 50;
/** An incident whose thread was asked for so long after it was opened did not come with the storm. */
const belongsWithinMs = 10 * 60_000;

const justBeforeMs = 5000;

type WatchMemory = {
  nextLookMs: number;
  isOn: boolean;
  /** The latest storm whose messages this process asked for, as a process before it may have died before doing so. */
  known: number;
  settled: number;
  /** Keys of messages that are known to be in the outbox. */
  asked: Set<string>;
};

export function createStormWatch(deps: StormWatchDeps): StormWatch {
  const memory: WatchMemory = { nextLookMs: Number.NEGATIVE_INFINITY, isOn: false, known: 0, settled: 0, asked: new Set() };
  return {
    before: (lane) => orElse(deps, { isChanged: false, folded: 0 }, () => before(deps, memory, lane)),
    look: (posts) => orElse(deps, undefined, () => look(deps, memory, posts)),
  };
}

/** Whatever is wrong with a storm holds no thread up. A store that is away would fail the others as well. */
async function orElse<T>({ log }: StormWatchDeps, otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TocsinError && error.retryable) throw error;
    log.error({ error: describeError(error) }, 'a storm cannot be told of: threads go on one by one');
    return otherwise;
  }
}

async function before(deps: StormWatchDeps, memory: WatchMemory, lane: LaneName): Promise<{ isChanged: boolean; folded: number }> {
  const { outbox, policy } = deps;
  if ((await outbox.countRoots(lane, policy.threads)) < policy.threads) return { isChanged: false, folded: 0 };
  const storm = await presentStorm(deps, memory, lane);
  if (storm === undefined) return { isChanged: false, folded: 0 };
  const key = stormKey({ ...storm, cards: Math.max(1, storm.cards) }, lane);
  if (!memory.asked.has(key)) {
    await tell(deps, storm, lane);
    memory.asked.add(key);
    return { isChanged: true, folded: 0 };
  }
  const isThere = lane === 'oncall' && (await outbox.get(key))?.posted !== undefined;
  const folded = isThere ? await fold(deps, storm.number) : 0;
  return { isChanged: folded > 0, folded };
}

/** The storm that is on, or one that begins now with the oldest thread that waits. */
async function presentStorm(deps: StormWatchDeps, memory: WatchMemory, lane: LaneName): Promise<Storm | undefined> {
  const { storms, clock, log } = deps;
  const latest = await storms.latest();
  if (latest !== undefined && latest.endedAt === undefined) return latest;
  if (latest !== undefined) await settle(deps, memory, latest);
  const first = await firstOf(deps, lane);
  if (first === undefined) return undefined;
  const number = (latest?.number ?? 0) + 1;
  const since = first.milestones.detectedAt;
  const figures = await count(deps, { since, firstIncident: first.number }, { times: [], sinceMs: clock.now().getTime() });
  const storm = begunStorm({ number, since, firstIncident: first.number, figures });
  if (!(await storms.insert(storm))) return await storms.get(number);
  log.warn({ storm: number, since, incidents: figures.counts }, 'an alert storm began: threads are opened as fast as chat allows');
  memory.isOn = true;
  memory.nextLookMs = Number.NEGATIVE_INFINITY;
  return storm;
}

/** The incident of the oldest waiting message; what was tried again or posted anew waits for another reason. */
async function firstOf({ outbox, incidents }: StormWatchDeps, lane: LaneName): Promise<Incident | undefined> {
  for (const message of await outbox.listRoots(lane, candidates)) {
    const incident = message.incidentId === undefined ? undefined : await incidents.get(message.incidentId);
    if (incident !== undefined && addMs(incident.milestones.detectedAt, belongsWithinMs) >= askedAt(message)) {
      return await withThoseBefore(incidents, incident);
    }
  }
  return undefined;
}

/** The threads that just went out, before anybody could see a storm in it, belong to it too. */
async function withThoseBefore(incidents: StormWatchDeps['incidents'], first: Incident): Promise<Incident> {
  let earliest = first;
  for (let back = 0; back < candidates; back += 1) {
    const before = await incidents.getByNumber(earliest.number - 1);
    if (before === undefined || before.milestones.detectedAt < addMs(first.milestones.detectedAt, -justBeforeMs)) break;
    earliest = before;
  }
  return earliest;
}

/** The relay writes the time into the order. */
function askedAt({ order, notBefore }: OutboxMessage): Instant {
  const text = order.slice(0, notBefore.length);
  return Number.isNaN(Date.parse(text)) ? notBefore : toInstant(new Date(text));
}

async function tell({ storms, outbox, clock }: StormWatchDeps, storm: Storm, lane: LaneName): Promise<void> {
  let current: Storm | undefined = storm;
  while (current !== undefined) {
    const next = toldIn(current, lane, toInstant(clock.now()));
    if (next === undefined || (await storms.replace(next, current.version))) return await outbox.want(messagesOf(next ?? current));
    current = await storms.get(storm.number);
  }
}

/** Folds the announcements that wait now. One that is being sent, or looked for, goes its own way. */
async function fold({ outbox }: StormWatchDeps, number: number): Promise<number> {
  let folded = 0;
  for (let page = 0; page < maxFoldPages; page += 1) {
    const roots = await outbox.listRoots('oncall', foldPage);
    const waiting = roots.filter(({ state, view }) => state === 'due' && view.type === 'oncall');
    // All at once, so that they share a commit.
    const done = await Promise.all(
      waiting.map((message) => outbox.replace({ ...inStorm(message, number), version: message.version + 1 }, message.version)),
    );
    const taken = done.filter(Boolean).length;
    folded += taken;
    if (taken === 0 || roots.length < foldPage) break;
  }
  return folded;
}

async function look(deps: StormWatchDeps, memory: WatchMemory, posts: Posts): Promise<number | undefined> {
  const nowMs = deps.clock.now().getTime();
  if (nowMs < memory.nextLookMs) return memory.isOn ? memory.nextLookMs - nowMs : undefined;
  const storm = await deps.storms.latest();
  memory.nextLookMs = nowMs + lookEveryMs;
  memory.isOn = storm !== undefined && storm.endedAt === undefined;
  if (storm === undefined) return undefined;
  if (!memory.isOn) {
    await settle(deps, memory, storm);
    return undefined;
  }
  if (memory.known < storm.number) await deps.outbox.want(messagesOf(storm));
  memory.known = storm.number;
  await lookAt(deps, storm, posts);
  return lookEveryMs;
}

async function lookAt(deps: StormWatchDeps, storm: Storm, posts: Posts): Promise<void> {
  const { storms, outbox, incidents, policy, log } = deps;
  const sinceMs = Math.max(posts.sinceMs, fromInstant(storm.since).getTime());
  const [figures, announcements, [newest]] = await Promise.all([
    count(deps, storm, { ...posts, sinceMs }),
    outbox.countRoots('oncall', policy.threads),
    incidents.list({ limit: 1 }),
  ]);
  const next = lookedAt(storm, { figures, announcements, newestIncident: newest?.number ?? storm.firstIncident, policy });
  // Whoever wins a race for it has counted the same.
  if (next === undefined || !(await storms.replace(next, storm.version))) return;
  await outbox.want(messagesOf(next));
  if (next.endedAt === undefined) return;
  log.info({ storm: next.number, since: next.since, endedAt: next.endedAt, incidents: figures.counts }, 'an alert storm is over');
}

/** A process may have died between the end of a storm and the last word about it. */
async function settle({ outbox }: StormWatchDeps, memory: WatchMemory, storm: Storm): Promise<void> {
  if (memory.settled >= storm.number) return;
  await outbox.want(messagesOf(storm));
  memory.settled = storm.number;
}

async function count(
  { storms, outbox, clock }: StormWatchDeps,
  storm: Pick<Storm, 'since' | 'firstIncident'>,
  posts: Posts,
): Promise<StormFigures> {
  const now = clock.now();
  const [counts, waiting, folded] = await Promise.all([
    storms.countIncidents({ from: storm.firstIncident }),
    outbox.countRoots('incidents'),
    outbox.countFolded('incidents', storm.since),
  ]);
  return { at: toInstant(now), counts, waiting, folded, perMinute: paceOf(posts.times, posts.sinceMs, now.getTime()) };
}
