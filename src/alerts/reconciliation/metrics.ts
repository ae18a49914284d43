import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Clock } from '../../kernel/clock.ts';
import { describeError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { ReconciliationStore } from './ports.ts';
import { roundOutcomes } from './reconciliation.ts';
import type { RoundOutcome } from './reconciliation.ts';

export type ReconcileMetrics = {
  round(outcome: RoundOutcome): void;
  answered(alertmanager: string, isAnswered: boolean): void;
  found(alerts: number): void;
  cleared(alerts: number): void;
};

type Deps = { reconciliation: ReconciliationStore; isConfigured: boolean; clock: Clock; log: Log };

/** What Prometheus may know of the comparison with Alertmanager. The age of the last complete one is the same on every replica. */
export function createReconcileMetrics(registry: Registry, deps: Deps): ReconcileMetrics {
  const registers = [registry];
  const rounds = new Counter({
    name: 'tocsin_reconcile_rounds_total',
    help: 'Comparisons with Alertmanager by how they ended',
    labelNames: ['outcome'],
    registers,
  });
  const alerts = new Counter({
    name: 'tocsin_reconcile_alerts_total',
    help: 'Alerts that no webhook told of: found firing there, or cleared because they were gone there',
    labelNames: ['difference'],
    registers,
  });
  const up = new Gauge({
    name: 'tocsin_reconcile_alertmanager_up',
    help: 'Whether an Alertmanager answered this process when it last asked',
    labelNames: ['alertmanager'],
    registers,
  });
  registry.registerMetric(
    new Gauge({
      name: 'tocsin_reconcile_last_complete_age_seconds',
      help: 'Seconds since everything was compared; +Inf when it never was, not a number when no Alertmanager is configured',
      registers: [],
      async collect() {
        this.set(await completeAgeOf(deps));
      },
    }),
  );
  for (const outcome of roundOutcomes) rounds.inc({ outcome }, 0);
  for (const difference of ['found', 'cleared']) alerts.inc({ difference }, 0);
  return {
    round: (outcome) => rounds.inc({ outcome }),
    answered: (alertmanager, isAnswered) => up.set({ alertmanager }, isAnswered ? 1 : 0),
    found: (count) => alerts.inc({ difference: 'found' }, count),
    cleared: (count) => alerts.inc({ difference: 'cleared' }, count),
  };
}

async function completeAgeOf({ reconciliation, isConfigured, clock, log }: Deps): Promise<number> {
  if (!isConfigured) return Number.NaN;
  try {
    const at = (await reconciliation.get())?.lastCompleteAt;
    return at === undefined ? Number.POSITIVE_INFINITY : (clock.now().getTime() - Date.parse(at)) / 1000;
  } catch (error) {
    // The scrape still has to answer.
    log.warn({ error: describeError(error) }, 'the comparison with alertmanager could not be read for a scrape');
    return Number.NaN;
  }
}
