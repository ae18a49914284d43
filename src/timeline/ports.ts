import type { TimelineEntry } from './entry.ts';

/** The timelines of all incidents. Append only. */
export type TimelineStore = {
  /** Adds entries that are not there yet; an entry with the same incident and seq stays as it is. Durable when it resolves. */
  insertIfAbsent(entries: readonly TimelineEntry[]): Promise<void>;
  get(incidentId: string, seq: number): Promise<TimelineEntry | undefined>;
  /** Entries in order of `seq`, those after `afterSeq` only, at most `limit`. */
  read(incidentId: string, range?: { afterSeq?: number; limit?: number }): Promise<readonly TimelineEntry[]>;
};
