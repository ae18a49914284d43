import type { IncidentId, MessageView } from '../incidents/incident.ts';
import type { Instant } from '../kernel/instant.ts';

/** The channels that Tocsin posts to, by what they are for; configuration names the real ones. */
export const laneNames = ['incidents', 'oncall'] as const;
export type LaneName = (typeof laneNames)[number];

/**
 * A message that shall exist in chat and show at least revision `wanted` of its incident. It is posted once and edited afterwards.
 *
 * idle: chat shows what is wanted. due: something is to be sent. sending: a request is, or was at a crash, under way.
 * ambiguous: nobody knows whether the last post arrived; look before posting again. dead: gave up, `problem` says why.
 */
export type OutboxMessage = {
  schema: 1;
  key: string;
  lane: LaneName;
  incidentId: IncidentId;
  view: MessageView;
  /** Key of the message whose thread it belongs to; it waits until that one is posted. */
  parentKey?: string;
  /** Lower goes first within a lane: critical roots 0, roots 1, what people must notice 2, replies 3, edits 4. */
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
  /** Since when nobody knows what became of the last request (of an edit: it may still arrive), and how often a post was looked for in vain. */
  doubt?: Doubt;
  /** The platform refused the full form: the next request sends text only. */
  plain?: boolean;
  /** Posted without knowing whether it is there already, after a vain search or after a restore from a backup; the message says so. */
  resent?: boolean | 'restored';
  posted?: { channel: string; ts: string };
  /** Digest of the content last shown, so that an edit without a difference is not sent. */
  shownDigest?: string;
  problem: string;
};

/** `isAnother`: what may be found is another message of that key, from a time that the store has lost, and is left as it is. */
export type Doubt = { since: Instant; absences: number; isAnother?: true };

/** A lane's lease: one process at a time posts to a channel, and a successor knows when the last post was. */
export type LaneLease = { lane: LaneName; owner: string; token: number; until: Instant; lastPostAt?: Instant };
