import type { Instant } from '../../kernel/instant.ts';

/** How a round of comparing ended. `complete`: every Alertmanager answered, and none was just started. */
export const roundOutcomes = ['complete', 'partial', 'failed', 'behind'] as const;
export type RoundOutcome = (typeof roundOutcomes)[number];

/** An alert on which Alertmanager and Tocsin do not agree, and since when. It is acted upon only after it was looked at again. */
export type Suspect = {
  /** `unseen`: fires there, and not here. `gone`: fires here, and no Alertmanager knows it. */
  kind: 'unseen' | 'gone';
  fingerprint: string;
  since: Instant;
  /** How many rounds in a row have found it. */
  looks: number;
  /** Of an unseen one: when Alertmanager had last heard of it at the first look. A later time proves that it fires still. */
  heardAt?: string;
  /** Of a gone one: it was silenced or inhibited when it was last known, so nobody will ever be told of its end. */
  wasQuiet?: boolean;
  /** When it was made a delivery. */
  toldAt?: Instant;
};

/** A firing alert about which Alertmanager tells nobody, and what was written into its incident about that. */
export type QuietMark = { fingerprint: string; mark: string };

/** A name that was heard, and when. */
export type Heard = { name: string; at: Instant };

export type LastRound = { at: Instant; outcome: RoundOutcome; problem: string };

/** What is remembered from round to round: one document, changed by compare-and-set, so that of many processes one does each round. */
export type Reconciliation = {
  schema: 1;
  version: number;
  /** When the next round begins. Whoever moves it on does that round. */
  dueAt: Instant;
  /** The receivers of Alertmanager that lead here, as its own API calls them. */
  receivers: readonly Heard[];
  /** Whose alerts these Alertmanagers hold, by the address that senders give of themselves. */
  senders: readonly Heard[];
  suspects: readonly Suspect[];
  /** What was silenced or inhibited in the last round. */
  quiet: readonly QuietMark[];
  lastCompleteAt?: Instant;
  lastRound?: LastRound;
};

export function firstReconciliation(now: Instant): Reconciliation {
  return { schema: 1, version: 0, dueAt: now, receivers: [], senders: [], suspects: [], quiet: [] };
}
