import type { Message } from '../chat/message.ts';
import type { Incident, Severity } from '../incidents/incident.ts';
import type { Instant } from '../kernel/instant.ts';
import type { LaneLease, LaneName, OutboxMessage } from './message.ts';
import type { PauseScope, StoredPause } from './pause.ts';
import type { Storm, StormCounts } from './storm.ts';

export type OutboxStore = {
  /** Adds messages that are not there yet; of those that are, raises `wanted` and makes an idle one due. Running it again changes nothing. */
  want(messages: readonly OutboxMessage[]): Promise<void>;
  get(key: string): Promise<OutboxMessage | undefined>;
  /** Messages of a lane in state due, sending or ambiguous with `notBefore` at or before `now`, by priority, then order. */
  listDue(lane: LaneName, now: Instant, limit: number): Promise<readonly OutboxMessage[]>;
  /** The same, of those only that are in chat already, at `lanePriority.edit` all of them: in a storm thousands of posts stand before them. */
  listDueEdits(lane: LaneName, now: Instant, limit: number): Promise<readonly OutboxMessage[]>;
  /** The earliest `notBefore` of the lane's unsent messages. */
  nextDueAt(lane: LaneName): Promise<Instant | undefined>;
  /** Compare-and-set on `version` (the given message carries the next version, expected + 1). False when the race was lost. */
  replace(message: OutboxMessage, expectedVersion: number): Promise<boolean>;
  getByPost(channel: string, ts: string): Promise<OutboxMessage | undefined>;
  /** How many threads or announcements of a lane wait for their first post, counted up to `limit`. Messages of storms and calls are none. */
  countRoots(lane: LaneName, limit?: number): Promise<number>;
  /** The same, themselves, in the order in which they were asked for. */
  listRoots(lane: LaneName, limit: number): Promise<readonly OutboxMessage[]>;
  /** The sum of `folded` over the messages of a lane that were first asked for at or after `since`. */
  countFolded(lane: LaneName, since: Instant): Promise<number>;
  /** How many messages of a lane are in state due, sending or ambiguous. */
  countWaiting(lane: LaneName): Promise<number>;
  /** Those whose `notBefore` is earliest. */
  listLongestWaiting(lane: LaneName, limit: number): Promise<readonly OutboxMessage[]>;
  counts(): Promise<Readonly<Record<OutboxMessage['state'], number>>>;
  listDead(limit: number): Promise<readonly OutboxMessage[]>;
  /** Takes or renews the lane's lease when it is free, expired at `now`, or owned by `owner`; a new owner gets the next token. */
  leaseLane(request: { lane: LaneName; owner: string; now: Instant; until: Instant }): Promise<LaneLease | undefined>;
  /** Remembers the time of the lane's last post, if the lease still carries `token`. */
  notePost(lane: LaneName, token: number, at: Instant): Promise<boolean>;
  /** Remembers that something stands still; false when that is known already, and then it stays as it is. */
  beginPause(pause: StoredPause): Promise<boolean>;
  /** False when that did not stand still. */
  endPause(scope: PauseScope): Promise<boolean>;
  listPauses(): Promise<readonly StoredPause[]>;
};

/** Incidents by number, both ends included; without `to` all newer ones. */
export type NumberRange = { from: number; to?: number };

export type StormStore = {
  /** The one with the highest number. */
  latest(): Promise<Storm | undefined>;
  get(number: number): Promise<Storm | undefined>;
  /** Adds a storm (version 1); false when its number is taken, and then nothing changed. */
  insert(storm: Storm): Promise<boolean>;
  /** Compare-and-set on `version` (the given storm carries the next one, expected + 1). False when the race was lost. */
  replace(storm: Storm, expectedVersion: number): Promise<boolean>;
  /** Counts incidents by the severity that they have now. It may be asked every few seconds while thousands are in the range. */
  countIncidents(range: NumberRange): Promise<StormCounts>;
  /** Those of one severity that are not resolved, the oldest first. */
  listOpen(range: NumberRange & { severity: Severity; limit: number }): Promise<readonly Incident[]>;
};

/** What became of one request to the chat platform, told apart by what may be done next. */
export type SendOutcome =
  /** `stampMs`: when a post became one, by the platform's clock; absent where it does not say. */
  | { type: 'sent'; channel: string; ts: string; stampMs?: number }
  /** The platform did not act: send again, at the earliest after `retryAfterMs`. */
  | { type: 'not_applied'; reason: string; retryAfterMs?: number }
  /** It may have acted: look before a post is sent again. */
  | { type: 'ambiguous'; reason: string }
  /** It will never accept this payload. */
  | { type: 'bad_payload'; reason: string }
  /** The message (for a post: the thread's root) or the whole channel is not there any more, or takes no more. */
  | { type: 'target_gone'; what: 'message' | 'channel'; reason: string }
  /** Nothing will work until a person repairs the configuration: in the whole workspace (a revoked token), or in this lane's channel. */
  | { type: 'misconfigured'; what: 'workspace' | 'channel'; reason: string };

/**
 * `others`: there is another copy, or may be one in what was not read. `isAway`: not the history alone, nothing can be reached.
 * `retryAfterMs`: the platform wants no reads for so long.
 */
export type FindOutcome =
  | { type: 'found'; channel: string; ts: string; others?: true }
  | { type: 'absent' }
  | { type: 'unavailable'; reason: string; isAway?: true; retryAfterMs?: number };

/** The chat platform as the outbox sees it; the adapter decides which failure is which outcome, and never throws for one. */
export type ChatSender = {
  /**
   * `since` is when this post was first tried: equal for its repeats, another when a deleted message is posted anew. `channel` is where
   * the thread is: the lane may lead to another channel by now.
   */
  post(request: {
    lane: LaneName;
    key: string;
    message: Message;
    channel?: string;
    threadTs?: string;
    broadcast: boolean;
    plain: boolean;
    since: Instant;
    /** Asked before the step that people see, where others go before it: false when somebody else sends by now. */
    isOurs?: () => boolean;
    /** Awaited when all is ready, right before the step that people see: resolves at the moment at which it may begin. */
    begins?: () => Promise<void>;
  }): Promise<SendOutcome>;
  update(request: { channel: string; ts: string; key: string; message: Message; plain: boolean }): Promise<SendOutcome>;
  /** Looks for a post that carries `key`, among those since `since`. */
  find(request: {
    lane: LaneName;
    key: string;
    /** What was posted when it was a file: those are found by their name. */
    fileName?: string;
    channel?: string;
    threadTs?: string;
    since: Instant;
  }): Promise<FindOutcome>;
};
