import type { IncidentId, MessageView } from '../incidents/incident.ts';
import type { Instant } from '../kernel/instant.ts';

/** The channels that Tocsin posts to, by what they are for; configuration names the real ones. */
export const laneNames = ['incidents', 'oncall'] as const;
export type LaneName = (typeof laneNames)[number];

/** The message of a storm in a lane. Of a storm that lasts, `card` counts the cards: the newest one follows it. */
export type StormView = { type: 'storm'; number: number; card: number };
export type OutboxView = MessageView | StormView;

/**
 * A message that shall exist in chat and show at least revision `wanted` of what it is about. It is posted once and edited afterwards.
 *
 * idle: chat shows what is wanted. due: something is to be sent. sending: a request is, or was at a crash, under way.
 * ambiguous: nobody knows whether the last post arrived; look before posting again. dead: gave up, `problem` says why.
 */
export type OutboxMessage = {
  schema: 1;
  key: string;
  lane: LaneName;
  /** What it is about; absent when that is no single incident. */
  incidentId?: IncidentId;
  view: OutboxView;
  /** Key of the message whose thread it belongs to; it waits until that one is posted. */
  parentKey?: string;
  /** Lower goes first within a lane: see `lanePriority`. */
  priority: number;
  /** Creation order within a priority. */
  order: string;
  wanted: number;
  sent: number;
  state: 'idle' | 'due' | 'sending' | 'ambiguous' | 'dead';
  version: number;
  attempts: number;
  notBefore: Instant;
  /** When the first post was tried: reconciliation looks from here on. */
  firstTriedAt?: Instant;
  /** The latest request: under which lease it was made and what it showed, so that only its maker settles it and a found post is known. */
  attempt?: { token: number; revision: number; digest: string };
  /** Nobody knows what became of the last request (of an edit: it may still arrive). */
  doubt?: Doubt;
  /** The platform refused the full form: the next request sends text only. */
  plain?: boolean;
  /** Posted without knowing whether it is there already, after a vain search or after a restore from a backup; the message says so. */
  resent?: boolean | 'restored';
  posted?: { channel: string; ts: string };
  /** Digest of the content last shown, so that an edit without a difference is not sent. */
  shownDigest?: string;
  /** How many changes asked for it while it was waiting already, and needed no request of their own. */
  folded?: number;
  /** Never posted: the message of the storm with this number said it for many at once. */
  inStorm?: number;
  problem: string;
};

/**
 * `absentSince`: when a post was first looked for in vain. `isAnother`: what may be found is another message of that key, from a time that the
 * store has lost, and is left as it is.
 */
export type Doubt = { since: Instant; absentSince?: Instant; isAnother?: true };

/**
 * Places in a lane. Calls of the escalation ladder go before everything, the message of a storm before what it is about; what belongs to an
 * incident that is over by now goes behind its like; a message that was posted waits among the edits from then on.
 */
export const lanePriority = {
  call: -2,
  storm: -1,
  criticalRoot: 0,
  root: 1,
  lateRoot: 1.5,
  notice: 2,
  reply: 3,
  lateReply: 3.5,
  edit: 4,
} as const;

/** A lane's lease: one process at a time posts to a channel, and a successor knows when the last post was. */
export type LaneLease = { lane: LaneName; owner: string; token: number; until: Instant; lastPostAt?: Instant };
