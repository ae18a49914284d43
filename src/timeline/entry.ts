import type { Instant } from '../kernel/instant.ts';
import type { Json, JsonObject } from '../kernel/json.ts';

/** Who did it. `name` is what people saw at that time. */
export type Actor =
  | { type: 'user'; id: string; name: string }
  | { type: 'alert'; fingerprint: string; name: string }
  | { type: 'schedule'; rule: string }
  | { type: 'system'; part: string };

export const entryKinds = [
  'declared',
  'alert_firing',
  'alert_resolved',
  'alerts_cleared',
  'thread_opened',
  'measured',
  'acknowledged',
  'note',
  'update',
  'severity_changed',
  'role_assigned',
  'resolved',
  'reopened',
  'escalated',
  'step_run',
  'step_finished',
  'query_run',
  'step_marked',
  'mitigation_requested',
  'undo_requested',
  'mitigation_proposed',
  'mitigation_approved',
  'mitigation_denied',
  'mitigation_expired',
  'mitigation_cancelled',
  'break_glass',
  'mitigation_started',
  'mitigation_applied',
  'mitigation_failed',
  'mitigation_unknown',
  'mitigation_stale',
  'verification',
] as const;
export type EntryKind = (typeof entryKinds)[number];

/** One part of an entry. Its digest is salted, so a part can be erased later without breaking the chain and without being guessed. */
export type Part = { salt: string; value: Json } | { erased: string };

/** The parts of an entry: who, the facts of the matter, words that a person wrote, and what a program printed. */
export const partNames = ['actor', 'facts', 'text', 'output'] as const;

/**
 * One sealed fact on an incident's timeline. `hash` covers everything but the parts themselves, whose `digests` it covers; `previous` is the
 * hash of the entry before. Entries are never changed: a correction is another entry.
 */
export type TimelineEntry = {
  schema: 1;
  incidentId: string;
  /** 1 for the first entry, without gaps. */
  seq: number;
  at: Instant;
  kind: EntryKind;
  parts: { actor: Part; facts: Part; text?: Part; output?: Part };
  digests: { actor: string; facts: string; text?: string; output?: string };
  previous: string;
  hash: string;
};

/** What a decision wants on the timeline; sealing gives it its place in the chain. */
export type EntryDraft = {
  kind: EntryKind;
  actor: Actor;
  facts: JsonObject;
  text?: string;
  /** What a program printed, already cut to a size that an incident can carry. */
  output?: string;
  /** When it happened, where that differs from when it is recorded. */
  at?: Instant;
  /** Post a message about it into the incident's thread; `broadcast` shows it in the channel too, `oncall` tells those on call as well, or only them. */
  tell?: { broadcast: boolean; oncall?: boolean | 'only' };
};

/** The end of an incident's chain: the last entry's number and hash. */
export type ChainHead = { seq: number; hash: string };
