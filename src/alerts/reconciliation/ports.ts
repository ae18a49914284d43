import type { IncidentId } from '../../incidents/incident.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { AlertEvent, AlertOrigin } from '../alert.ts';
import type { Reconciliation } from './reconciliation.ts';

/** An alert as an Alertmanager holds it. It fires: one that has ended is not in the list. */
export type KnownAlert = {
  event: AlertEvent;
  /** `unprocessed`: it came so lately that no route has seen it yet. Also what no version known here says. */
  state: 'active' | 'suppressed' | 'unprocessed';
  /** Ids of silences; a suppressed alert without one is inhibited by another alert. */
  silencedBy: readonly string[];
  receivers: readonly string[];
  /** When Alertmanager last heard of it, as it says so. */
  heardAt: string;
};

export type Silence = { until: Instant; by: string };

/** What one Alertmanager answered. `settled` is false while it has not been running for long enough to know what fires. */
export type AlertmanagerView =
  | { type: 'seen'; alerts: readonly KnownAlert[]; silences: ReadonlyMap<string, Silence>; isSettled: boolean }
  | { type: 'failed'; reason: string };

/** One Alertmanager's API. Failures are outcomes, never thrown. */
export type AlertmanagerSource = {
  /** Its host, for people and metrics. */
  name: string;
  look(signal: AbortSignal): Promise<AlertmanagerView>;
  /**
   * Fingerprints of which it tells one of these receivers: a route may be muted by the time of day, which `look` does not show (Alertmanager
   * shows it in its groups, since 0.28). Undefined when it did not answer.
   */
  routed(receivers: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlySet<string> | undefined>;
};

/** The little of a firing alert that is compared. */
export type FiringAlert = {
  key: string;
  fingerprint: string;
  lastSeenAt: Instant;
  incidentId?: IncidentId;
  via?: AlertOrigin;
};

/** What fires here, in pages: there may be tens of thousands. */
export type FiringStore = {
  /** Those after `after`, by `lastSeenAt` and key. One that is seen meanwhile may come twice, and none is left out. */
  page(after: Pick<FiringAlert, 'lastSeenAt' | 'key'> | undefined, limit: number): Promise<readonly FiringAlert[]>;
};

export type ReconciliationStore = {
  get(): Promise<Reconciliation | undefined>;
  /** `expectedVersion` 0 inserts. False when the race was lost. */
  put(reconciliation: Reconciliation, expectedVersion: number): Promise<boolean>;
};
