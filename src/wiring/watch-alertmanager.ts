import type { Registry } from 'prom-client';
import type { DeliveryStore } from '../alerts/ports.ts';
import type { ReadAhead } from '../alerts/read-ahead.ts';
import { createReconcileMetrics } from '../alerts/reconciliation/metrics.ts';
import type { ReconcileMetrics } from '../alerts/reconciliation/metrics.ts';
import type { AlertmanagerSource } from '../alerts/reconciliation/ports.ts';
import { createReconciler } from '../alerts/reconciliation/reconcile.ts';
import type { ReconcilePolicy } from '../alerts/reconciliation/suspects.ts';
import { registerWatchdogMetrics } from '../alerts/watchdogs/metrics.ts';
import { takeHeartbeats } from '../alerts/watchdogs/take-heartbeats.ts';
import { createWatch } from '../alerts/watchdogs/watch.ts';
import type { WatchdogPolicy } from '../alerts/watchdogs/watchdog.ts';
import type { Config } from '../config/config.ts';
import type { Settings } from '../config/settings.ts';
import type { ChangeDeps } from '../incidents/change.ts';
import type { Log } from '../kernel/log.ts';
import { startLoop } from '../kernel/loop.ts';
import type { Store } from '../store/store.ts';

export type AlertmanagerWatchParts = {
  config: Config;
  /** Those that are compared with; none where no address is configured. */
  alertmanagers: readonly AlertmanagerSource[];
  store: Store;
  change: ChangeDeps;
  registry: Registry;
  /** What scrapes read; it must not keep them waiting. */
  scraped: Store;
  ahead: Pick<ReadAhead, 'take'>;
  /** Called after deliveries were stored that no request brought. */
  received: () => void;
  log: Log;
};

/** What looks after the way from Alertmanager to here. `deliveries` and `ahead` are for the ingest: without the alert that always fires. */
export type AlertmanagerWatch = { deliveries: DeliveryStore; ahead: Pick<ReadAhead, 'take'>; stop(): Promise<void> };

const minuteMs = 60_000;
const longestWaitMs = 15_000;

/** Compares with Alertmanager, where its address is known, and listens for the watchdog. */
export function startAlertmanagerWatch(parts: AlertmanagerWatchParts): AlertmanagerWatch {
  const { config, store, change, registry, scraped, ahead, received, log } = parts;
  const { clock } = change;
  const policy = watchdogPolicy(config.settings);
  const loop = { clock, log, idleMs: longestWaitMs };
  const watch = createWatch({ store, policy, critical: criticalLabel(config.settings), clock, log, received });
  const watching = startLoop({ ...loop, name: 'watchdog', work: () => watch.work() });
  registerWatchdogMetrics(registry, { watchdogs: scraped.watchdogs, policy, clock, log });
  const isConfigured = config.ALERTMANAGER_URL !== undefined;
  const metrics = createReconcileMetrics(registry, { reconciliation: scraped.reconciliation, isConfigured, clock, log });
  const reconciling = isConfigured ? startLoop({ ...loop, name: 'reconcile', ...reconcilerOf(parts, metrics) }) : undefined;
  return {
    ...takeHeartbeats({ ...store, ahead }, { watchdogs: store.watchdogs, policy, changed: () => watching.nudge(), log }),
    async stop() {
      await Promise.all([watching.stop(), reconciling?.stop()]);
    },
  };
}

function reconcilerOf({ config, alertmanagers, store, change, received, log }: AlertmanagerWatchParts, metrics: ReconcileMetrics) {
  const { clock } = change;
  const { alertname } = config.settings.alerts.watchdog;
  return createReconciler({
    store,
    sources: alertmanagers,
    change,
    policy: reconcilePolicy(config.settings),
    isLeftOut: (labels) => alertname !== '' && labels['alertname'] === alertname,
    clock,
    log,
    metrics,
    received,
  });
}

function reconcilePolicy({ alertmanager }: Settings): ReconcilePolicy {
  const { receivers, findAfterMinutes, clearAfterMinutes } = alertmanager;
  return {
    receivers,
    clearAfterMs: clearAfterMinutes * minuteMs,
    ...(findAfterMinutes === 'never' ? {} : { findAfterMs: findAfterMinutes * minuteMs }),
  };
}

/** What the settings say of the alert that always fires. */
export function watchdogPolicy({ alerts: { watchdog } }: Settings): WatchdogPolicy {
  const { alertname, labels, everyMinutes, required } = watchdog;
  return { alertname, labels, everyMs: everyMinutes * minuteMs, isRequired: required };
}

function criticalLabel({ alerts }: Settings): { label: string; value: string } {
  return { label: alerts.severityLabel, value: alerts.severities.critical[0] ?? 'critical' };
}
