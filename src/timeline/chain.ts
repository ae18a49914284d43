import { sha256 } from '../kernel/hash.ts';
import type { Instant } from '../kernel/instant.ts';
import { canonicalJson } from '../kernel/json.ts';
import type { Json } from '../kernel/json.ts';
import { partNames } from './entry.ts';
import type { ChainHead, EntryDraft, Part, TimelineEntry } from './entry.ts';

export type ChainVerdict =
  | { ok: true; count: number; head: ChainHead; erased: number }
  | { ok: false; count: number; firstBad: number; reason: string };

/** The head of a chain that has no entry yet; it binds the chain to its incident. */
export function genesis(incidentId: string): ChainHead {
  return { seq: 0, hash: sha256(`tocsin timeline 1 ${incidentId}`) };
}

/** Seals drafts onto the chain behind `head`, in order. `salt` gives at least 128 random bits as text. */
export function seal(
  chain: { incidentId: string; head: ChainHead; now: Instant; salt: () => string },
  drafts: readonly EntryDraft[],
): { entries: readonly TimelineEntry[]; head: ChainHead } {
  const entries: TimelineEntry[] = [];
  let head = chain.head;
  for (const draft of drafts) {
    const part = (value: Json): Part => ({ salt: chain.salt(), value });
    const parts: TimelineEntry['parts'] = {
      actor: part(draft.actor),
      facts: part(draft.facts),
      ...(draft.text === undefined ? {} : { text: part(draft.text) }),
      ...(draft.output === undefined ? {} : { output: part(draft.output) }),
    };
    const unsealed: Omit<TimelineEntry, 'hash'> = {
      schema: 1,
      incidentId: chain.incidentId,
      seq: head.seq + 1,
      at: draft.at ?? chain.now,
      kind: draft.kind,
      parts,
      digests: {
        actor: digestOf(parts.actor),
        facts: digestOf(parts.facts),
        ...(parts.text === undefined ? {} : { text: digestOf(parts.text) }),
        ...(parts.output === undefined ? {} : { output: digestOf(parts.output) }),
      },
      previous: head.hash,
    };
    const hash = hashOf(unsealed);
    entries.push({ ...unsealed, hash });
    head = { seq: unsealed.seq, hash };
  }
  return { entries, head };
}

/**
 * Checks a whole timeline from its first entry: numbers, links, hashes and the digest of each part that is still there. With `expected` it
 * also finds a timeline that was cut short.
 */
export function verifyChain(incidentId: string, entries: readonly TimelineEntry[], expected?: ChainHead): ChainVerdict {
  let head = genesis(incidentId);
  let erased = 0;
  for (const entry of entries) {
    const reason = faultOf(incidentId, head, entry);
    if (reason !== undefined) return { ok: false, count: entries.length, firstBad: head.seq + 1, reason };
    erased += Object.values(entry.parts).filter((part) => 'erased' in part).length;
    head = { seq: entry.seq, hash: entry.hash };
  }
  if (expected !== undefined && (expected.seq !== head.seq || expected.hash !== head.hash)) {
    const reason = `the timeline ends at entry ${head.seq}, but its recorded head is entry ${expected.seq} with another hash`;
    return { ok: false, count: entries.length, firstBad: Math.min(head.seq, expected.seq) + 1, reason };
  }
  return { ok: true, count: entries.length, head, erased };
}

function faultOf(incidentId: string, head: ChainHead, entry: TimelineEntry): string | undefined {
  if (entry.incidentId !== incidentId) return `it belongs to incident ${entry.incidentId}`;
  if (entry.seq !== head.seq + 1) return `its number is ${entry.seq}, expected ${head.seq + 1}: an entry is missing or out of place`;
  if (entry.previous !== head.hash) return 'it does not follow the entry before it: that one was changed, or one was removed';
  const { hash, ...unsealed } = entry;
  if (hashOf(unsealed) !== hash) return 'its hash does not match its content: its time, kind or digests were changed';
  for (const name of partNames) {
    const part = entry.parts[name];
    const digest = entry.digests[name];
    if ((part === undefined) !== (digest === undefined)) return `its part "${name}" and that part's digest do not come together`;
    if (part !== undefined && !('erased' in part) && digestOf(part) !== digest) return `its part "${name}" was changed`;
  }
  return undefined;
}

function digestOf(part: Part): string {
  return 'erased' in part ? sha256('') : sha256(canonicalJson([part.salt, part.value]));
}

function hashOf(entry: Omit<TimelineEntry, 'hash'>): string {
  const { parts: _parts, ...covered } = entry;
  return sha256(canonicalJson(covered));
}
