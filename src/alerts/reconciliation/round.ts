import type { ChangeDeps } from '../../incidents/change.ts';
import type { Clock } from '../../kernel/clock.ts';
import { describeError } from '../../kernel/errors.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Log } from '../../kernel/log.ts';
import type { AlertStore, DeliveryStore } from '../ports.ts';
import type { ReconcileMetrics } from './metrics.ts';
import type { AlertmanagerSource, FiringStore, ReconciliationStore } from './ports.ts';
import type { Reconciliation } from './reconciliation.ts';
import type { ReconcilePolicy } from './suspects.ts';

export type ReconcileOptions = {
  store: { deliveries: DeliveryStore; alerts: AlertStore; firing: FiringStore; reconciliation: ReconciliationStore };
  sources: readonly AlertmanagerSource[];
  change: ChangeDeps;
  policy: ReconcilePolicy;
  /** Alerts that are none: watchdogs. */
  isLeftOut: (labels: Readonly<Record<string, string>>) => boolean;
  clock: Clock;
  log: Log;
  metrics: ReconcileMetrics;
  /** Called after deliveries were stored. */
  received: () => void;
};

/** What the rest of a round works with: the claim that it stands on, and what is remembered so far. */
export type Round = { options: ReconcileOptions; claimed: Reconciliation; now: Instant; signal: AbortSignal };

/** A failure of one part of a round is logged, and the part comes again with the next round. */
export async function aside(log: Log, about: object, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    log.error({ ...about, error: describeError(error) }, 'a part of the comparison with alertmanager failed and will be repeated');
    return false;
  }
}
