import type { Severity } from '../incidents/incident.ts';
import { msBetween } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { lanePriority } from './message.ts';
import type { OutboxMessage, StormView } from './message.ts';

/** Of one severity: how many incidents, how many of them nobody acknowledged, how many are resolved, and how many alerts are in all of them. */
export type StormCount = { incidents: number; unacknowledged: number; resolved: number; alerts: number };
export type StormCounts = Readonly<Record<Severity, StormCount>>;

/** What was counted at `at`. */
export type StormFigures = {
  at: Instant;
  counts: StormCounts;
  /** Threads that are not in chat yet. */
  waiting: number;
  /** Changes that needed no message of their own, because a later state of the same message says the same. */
  folded: number;
  /** Threads that open in a minute at the present pace; 0 when none could be opened lately. */
  perMinute: number;
};

/**
 * A time in which threads wait because many incidents came at once. One document, changed by compare-and-set on `version`; its messages show
 * the version that they are drawn from. It covers the incidents from `firstIncident` on, until it is over.
 */
export type Storm = {
  schema: 1;
  /** Storms are counted from 1; each begins at most once. */
  number: number;
  version: number;
  since: Instant;
  firstIncident: number;
  /** Present once it is over. */
  lastIncident?: number;
  endedAt?: Instant;
  /** Since when so little waits that it may be over. */
  calmSince?: Instant;
  /** How many cards the incidents channel got, 0: none; a storm that lasts gets a new one, where people see it. */
  cards: number;
  cardAt: Instant;
  /** Whether those on call are told by a message about the whole of it. */
  isForOncall: boolean;
  figures: StormFigures;
};

/** `threads`: so many waiting threads are a storm. It is over when a fifth of that or less has waited for `calmMs`. */
export type StormPolicy = { threads: number; calmMs: number };

/** How often a storm is counted anew. */
export const lookEveryMs = 5000;
/** A card has scrolled far away after this many posts of threads. */
const newCardMs = 30 * 60_000;
/** With fewer posts than this to go by, the lane is taken to post once a second. */
const leastPosts = 5;
const nominalPerMinute = 60;
const paceWindowMs = 60_000;

/** A storm that begins: nobody has been told of it yet. */
export function begunStorm(begin: Pick<Storm, 'number' | 'since' | 'firstIncident' | 'figures'>): Storm {
  return { schema: 1, version: 1, cards: 0, cardAt: begin.figures.at, isForOncall: false, ...begin };
}

/** The storm with a message in that lane; undefined when it has one. */
export function toldIn(storm: Storm, lane: OutboxMessage['lane'], now: Instant): Storm | undefined {
  if (lane === 'oncall') return storm.isForOncall ? undefined : { ...storm, version: storm.version + 1, isForOncall: true };
  return storm.cards > 0 ? undefined : { ...storm, version: storm.version + 1, cards: 1, cardAt: now };
}

export type StormLook = {
  figures: StormFigures;
  /** Announcements to those on call that wait. */
  announcements: number;
  newestIncident: number;
  policy: StormPolicy;
};

/** The storm after a look at it; undefined when nothing has changed since the last one. */
export function lookedAt(storm: Storm, { figures, announcements, newestIncident, policy }: StormLook): Storm | undefined {
  const now = figures.at;
  const { calmSince: calmBefore, ...rest } = storm;
  const isCalm = Math.max(figures.waiting, announcements) <= Math.floor(policy.threads / 5);
  const calmSince = isCalm ? (calmBefore ?? now) : undefined;
  const next: Storm = { ...rest, version: storm.version + 1, figures, ...(calmSince === undefined ? {} : { calmSince }) };
  if (calmSince !== undefined && msBetween(calmSince, now) >= policy.calmMs) {
    return { ...next, endedAt: calmSince, lastIncident: newestIncident };
  }
  if (storm.cards > 0 && msBetween(storm.cardAt, now) >= newCardMs) return { ...next, cards: storm.cards + 1, cardAt: now };
  const isSame = calmSince === calmBefore && saying(figures) === saying(storm.figures);
  return isSame ? undefined : next;
}

function saying({ at: _at, ...figures }: StormFigures): string {
  return JSON.stringify(figures);
}

/** How many threads open in a minute, from the times of the posts before `nowMs`, and from when on there was something to post. */
export function paceOf(posts: readonly number[], sinceMs: number, nowMs: number): number {
  const late = posts.filter((at) => at > nowMs - paceWindowMs);
  if (late.length === 0 && nowMs - sinceMs >= paceWindowMs) return 0;
  const first = late[0];
  if (first === undefined || late.length < leastPosts) return nominalPerMinute;
  return Math.min(nominalPerMinute, Math.max(1, Math.round(((late.length - 1) * 60_000) / Math.max(1, nowMs - first))));
}

/** How long it takes until all threads are open if nothing more comes; undefined when that cannot be told. */
export function waitMsOf({ waiting, perMinute }: StormFigures): number | undefined {
  return perMinute === 0 ? undefined : (waiting / perMinute) * 60_000;
}

/** Its messages that shall show its present version. Cards before the one that a newer one replaced have said their last. */
export function messagesOf(storm: Storm): readonly OutboxMessage[] {
  const { number, cards, isForOncall } = storm;
  const shown = [cards - 1, cards].filter((card) => card > 0);
  return [
    ...shown.map((card) => toMessage(storm, 'incidents', { type: 'storm', number, card })),
    ...(isForOncall ? [toMessage(storm, 'oncall', { type: 'storm', number, card: 1 })] : []),
  ];
}

/** The outbox key of the storm's newest message in a lane. */
export function stormKey({ number, cards }: Storm, lane: OutboxMessage['lane']): string {
  return lane === 'oncall' ? `storm:${number}:oncall` : `storm:${number}:card:${cards}`;
}

function toMessage(storm: Storm, lane: OutboxMessage['lane'], view: StormView): OutboxMessage {
  const { figures, version } = storm;
  return {
    schema: 1,
    key: stormKey({ ...storm, cards: view.card }, lane),
    lane,
    view,
    priority: lanePriority.storm,
    order: `${storm.since}:storm`,
    wanted: version,
    sent: 0,
    state: 'due',
    version: 1,
    attempts: 0,
    notBefore: figures.at,
    problem: '',
  };
}
