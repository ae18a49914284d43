import { Registry } from 'prom-client';
import type { AlertEvent } from '../../../src/alerts/alert.ts';
import { parseWebhook } from '../../../src/alerts/parse-webhook.ts';
import { createReconcileMetrics } from '../../../src/alerts/reconciliation/metrics.ts';
import type { AlertmanagerSource, KnownAlert, Silence } from '../../../src/alerts/reconciliation/ports.ts';
import { createReconciler } from '../../../src/alerts/reconciliation/reconcile.ts';
import type { ReconcilePolicy } from '../../../src/alerts/reconciliation/suspects.ts';
import { toInstant } from '../../../src/kernel/instant.ts';
import { silentLog } from '../../../src/kernel/log.ts';
import type { Store } from '../../../src/store/store.ts';
import type { SentAlert } from './payload.ts';
import { webhookBody } from './payload.ts';
import type { World } from './world.ts';

/** An Alertmanager's API that answers what a test says. */
export type FakeAlertmanager = AlertmanagerSource & {
  /** It holds this alert now, and has just heard of it. */
  holds(alert: SentAlert, how?: Partial<KnownAlert>): void;
  forgets(alert: SentAlert): void;
  silences: Map<string, Silence>;
  muted: Set<string>;
  isAway: boolean;
  isSettled: boolean;
  looks: number;
};

export function fakeAlertmanager(world: World, name = 'am-0'): FakeAlertmanager {
  const alerts = new Map<string, KnownAlert>();
  const manager: FakeAlertmanager = {
    name,
    silences: new Map(),
    muted: new Set(),
    isAway: false,
    isSettled: true,
    looks: 0,
    holds(alert, how = {}) {
      const heardAt = toInstant(world.clock.now());
      const known = { event: eventOf(alert), state: 'active', silencedBy: [], receivers: ['tocsin'], heardAt } as const;
      alerts.set(alert.fingerprint, { ...known, ...how });
    },
    forgets: ({ fingerprint }) => void alerts.delete(fingerprint),
    async look() {
      manager.looks += 1;
      if (manager.isAway) return { type: 'failed', reason: 'it is away' };
      return { type: 'seen', alerts: [...alerts.values()], silences: manager.silences, isSettled: manager.isSettled };
    },
    async routed() {
      return manager.isAway ? undefined : new Set([...alerts.keys()].filter((fingerprint) => !manager.muted.has(fingerprint)));
    },
  };
  return manager;
}

function eventOf(alert: SentAlert): AlertEvent {
  const parsed = parseWebhook(webhookBody([alert]), toInstant(new Date(0)));
  const event = parsed.ok ? parsed.events[0] : undefined;
  if (event === undefined) throw new Error('an example that cannot be read');
  const { via: _webhook, ...known } = event;
  return known;
}

const minuteMs = 60_000;

const testPolicy: ReconcilePolicy = { receivers: [], findAfterMs: 2 * minuteMs, clearAfterMs: 6 * minuteMs };

export type Reconciling = {
  /** So many minutes with a round each, and the ingest of what it found. */
  minutes(count: number): Promise<void>;
  work(): Promise<number>;
  metrics(): Promise<string>;
};

export function reconcilerOver(
  world: World,
  sources: readonly AlertmanagerSource[],
  how: { policy?: Partial<ReconcilePolicy>; store?: Store } = {},
): Reconciling {
  const { clock } = world;
  const store = how.store ?? world.store;
  const registry = new Registry();
  let salts = 0;
  const reconciler = createReconciler({
    store,
    sources,
    change: { incidents: store.incidents, clock, salt: () => `note-salt-${(salts += 1)}`, changed: () => {} },
    policy: { ...testPolicy, ...how.policy },
    isLeftOut: (labels) => labels['alertname'] === 'Watchdog',
    clock,
    log: silentLog,
    metrics: createReconcileMetrics(registry, { reconciliation: store.reconciliation, isConfigured: true, clock, log: silentLog }),
    received: () => {},
  });
  const work = () => reconciler.work(new AbortController().signal);
  return {
    work,
    metrics: () => registry.metrics(),
    async minutes(count) {
      for (let minute = 0; minute < count; minute += 1) {
        await work();
        await world.work();
        world.advanceMinutes(1);
      }
    },
  };
}
