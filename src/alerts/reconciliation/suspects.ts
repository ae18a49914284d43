import { msBetween } from '../../kernel/instant.ts';
import { apiSender } from './learn.ts';
import type { Look } from './merge.ts';
import type { Reconciliation, Suspect } from './reconciliation.ts';

export type ReconcilePolicy = {
  /** Receivers of Alertmanager that lead here; empty: those that were learned from webhooks. */
  receivers: readonly string[];
  /** How long an alert must have been firing there, and unknown here, until it counts as missed; absent: never. */
  findAfterMs?: number;
  /** How long an alert must be gone. For one that was silenced before two looks are enough. */
  clearAfterMs: number;
};

/** So many of each kind are kept in mind, those that have waited longest. */
const remembered = 2000;
/** What was told and changed nothing (its delivery was parked) is told again after this time. */
const tellAgainMs = 60 * 60 * 1000;

/** Those on which both sides do not agree now, each with how long that has been so. `before` has what was learned in this round. */
export function suspectsOf(before: Reconciliation, look: Look, policy: ReconcilePolicy): readonly Suspect[] {
  const earlier = new Map(before.suspects.map((suspect) => [`${suspect.kind} ${suspect.fingerprint}`, suspect]));
  const again = (found: Suspect): Suspect => {
    const known = earlier.get(`${found.kind} ${found.fingerprint}`);
    return known === undefined || known.looks === 0 ? { ...known, ...found } : { ...known, looks: known.looks + 1 };
  };
  const gone = look.isComplete ? oldest(goneIn(before, look).map(again)) : interrupted(before.suspects);
  return [...oldest(unseenIn(before, look, policy).map(again)), ...gone];
}

/** A look that does not see everything proves nothing and breaks the row: what was missing has to be missed anew. */
export function interrupted(suspects: readonly Suspect[]): readonly Suspect[] {
  return suspects.flatMap((suspect) => (suspect.kind === 'gone' ? [{ ...suspect, looks: 0 }] : []));
}

/** The receivers that lead here. */
export function ourReceivers({ receivers }: Pick<Reconciliation, 'receivers'>, policy: ReconcilePolicy): ReadonlySet<string> {
  return new Set(policy.receivers.length > 0 ? policy.receivers : receivers.map(({ name }) => name));
}

/** What fires there for one of our receivers, silenced by nobody, and not here. */
function unseenIn(before: Reconciliation, { known, here, now }: Look, policy: ReconcilePolicy): readonly Suspect[] {
  const ours = ourReceivers(before, policy);
  return [...known].flatMap(([fingerprint, alert]): Suspect[] => {
    const isTold = alert.isActive && alert.quiet === undefined && alert.receivers.some((name) => ours.has(name));
    if (!isTold || here.has(fingerprint)) return [];
    return [{ kind: 'unseen', fingerprint, since: now, looks: 1, heardAt: alert.heardAt }];
  });
}

/** What fires here, came from these Alertmanagers, and is known to none of them. */
function goneIn(before: Reconciliation, { known, here, now }: Look): readonly Suspect[] {
  const senders = new Set([apiSender, ...before.senders.map(({ name }) => name)]);
  const quiet = new Set(before.quiet.map(({ fingerprint }) => fingerprint));
  return [...here].flatMap(([fingerprint, { via }]): Suspect[] => {
    if (via === undefined || !senders.has(via.sender) || known.has(fingerprint)) return [];
    return [{ kind: 'gone', fingerprint, since: now, looks: 1, ...(quiet.has(fingerprint) ? { wasQuiet: true } : {}) }];
  });
}

function oldest(suspects: readonly Suspect[]): readonly Suspect[] {
  return suspects.toSorted((a, b) => (a.since < b.since ? -1 : 1)).slice(0, remembered);
}

/** Whether it is time to act upon a suspect. */
export function isRipe(suspect: Suspect, { now, isComplete }: Pick<Look, 'now' | 'isComplete'>, policy: ReconcilePolicy): boolean {
  const { kind, since, looks, wasQuiet, toldAt } = suspect;
  if (looks < 2 || (toldAt !== undefined && msBetween(toldAt, now) < tellAgainMs)) return false;
  const ageMs = msBetween(since, now);
  if (kind === 'unseen') return policy.findAfterMs !== undefined && ageMs >= policy.findAfterMs;
  return isComplete && (wasQuiet === true || ageMs >= policy.clearAfterMs);
}
