import type { Instant } from '../kernel/instant.ts';
import type { Incident, IncidentId, IncidentState, OpenState, Severity } from './incident.ts';

/** Which incident collects the alerts of a correlation key now. */
export type Correlation = { key: string; incidentId: IncidentId };

export type OpenCount = { state: OpenState; severity: Severity; count: number };

/** Incidents, changed by compare-and-set alone. Every write is durable when it resolves. Failures throw TocsinError `unavailable`. */
export type IncidentStore = {
  /** The next incident number. Numbers that a crash left unused stay unused. */
  nextNumber(): Promise<number>;
  /** Adds a new incident (version 1); false when that id is taken already, and then nothing changed. */
  insert(incident: Incident): Promise<boolean>;
  get(id: IncidentId): Promise<Incident | undefined>;
  getByNumber(number: number): Promise<Incident | undefined>;
  /** The incident whose thread root this message is. */
  getByThread(channel: string, ts: string): Promise<Incident | undefined>;
  /** Stores `incident` if the stored version is still `expectedVersion`; false when the race was lost. */
  replace(incident: Incident, expectedVersion: number): Promise<boolean>;
  /** Empties `pending` if the stored version is still `version`; the version itself stays. False when the race was lost. */
  clearPending(id: IncidentId, version: number): Promise<boolean>;
  /** Newest number first. */
  list(filter: { states?: readonly IncidentState[]; limit: number }): Promise<readonly Incident[]>;
  /** Incidents whose `pending` is not empty, oldest change first. */
  listPending(limit: number): Promise<readonly Incident[]>;
  /** Incidents with any due time at or before `now`, earliest first. */
  listDue(now: Instant, limit: number): Promise<readonly Incident[]>;
  /** How many open incidents there are by state and severity; what there is none of is left out. Cheap: it is asked at each scrape. */
  countOpen(): Promise<readonly OpenCount[]>;
  getCorrelation(key: string): Promise<Correlation | undefined>;
  /** Points the key at `to` if it still points at `from` (undefined: does not exist yet); false when the race was lost. */
  moveCorrelation(key: string, from: IncidentId | undefined, to: IncidentId): Promise<boolean>;
};
