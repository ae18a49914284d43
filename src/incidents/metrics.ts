import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { describeError } from '../kernel/errors.ts';
import { msBetween } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import { openStates, severities } from './incident.ts';
import type { Incident } from './incident.ts';
import type { IncidentStore } from './ports.ts';

/** Told of each committed change of an incident; `before` is absent when it was just opened. */
export type IncidentMetrics = { changed: (after: Incident, before?: Incident) => void };

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** What becomes of incidents, counted by the process that committed it, and, read from the store at each scrape, how many are open. */
export function createIncidentMetrics(
  registry: Registry,
  deps: { incidents: Pick<IncidentStore, 'countOpen'>; log: Log },
): IncidentMetrics {
  registerOpen(registry, deps);
  const counters = createCounters(registry);
  const times = createTimes(registry);

  function turned({ severity, milestones, state }: Incident, before: Incident): void {
    const { startedAt, detectedAt, acknowledgedAt, resolvedAt } = milestones;
    if (state === 'resolved') counters.resolved.inc({ severity });
    if (state === 'resolved' && resolvedAt !== undefined) times.resolve.observe({ severity }, secondsBetween(startedAt, resolvedAt));
    if (before.state === 'resolved') counters.reopened.inc({ severity });
    if (acknowledgedAt !== undefined && before.milestones.acknowledgedAt === undefined)
      times.acknowledge.observe({ severity }, secondsBetween(detectedAt, acknowledgedAt));
  }

  return {
    changed(after, before) {
      if (after.version === 1) counters.opened.inc({ severity: after.severity });
      if (before === undefined) return;
      if (after.state !== before.state) turned(after, before);
      const calls = (after.escalation?.told.length ?? 0) - (before.escalation?.told.length ?? 0);
      if (calls > 0) counters.calls.inc(calls);
    },
  };
}

function createCounters(registry: Registry) {
  const registers = [registry];
  const bySeverity = (name: string, help: string) => {
    const counter = new Counter({ name, help, labelNames: ['severity'], registers });
    for (const severity of severities) counter.inc({ severity }, 0);
    return counter;
  };
  return {
    opened: bySeverity('tocsin_incidents_opened_total', 'Incidents opened, by the severity that they had then'),
    resolved: bySeverity('tocsin_incidents_resolved_total', 'Incidents resolved, by people or by themselves'),
    reopened: bySeverity('tocsin_incidents_reopened_total', 'Incidents opened again after they were resolved'),
    calls: new Counter({
      name: 'tocsin_escalation_calls_total',
      help: 'Calls to those on call about critical incidents that nobody had acknowledged',
      registers,
    }),
  };
}

function createTimes(registry: Registry) {
  const registers = [registry];
  const labelNames = ['severity'] as const;
  return {
    acknowledge: new Histogram({
      name: 'tocsin_incident_acknowledge_seconds',
      help: 'From the moment that Tocsin knew of an incident to its acknowledgement',
      labelNames,
      buckets: [30, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute, hour, 4 * hour, day],
      registers,
    }),
    resolve: new Histogram({
      name: 'tocsin_incident_resolve_seconds',
      help: 'From the beginning of an incident, which is its first alert, to its resolution',
      labelNames,
      buckets: [5 * minute, 10 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, day, 3 * day, 7 * day],
      registers,
    }),
  };
}

function secondsBetween(from: Instant, to: Instant): number {
  return Math.max(0, msBetween(from, to)) / 1000;
}

function registerOpen(registry: Registry, { incidents, log }: Parameters<typeof createIncidentMetrics>[1]): void {
  const open = new Gauge({
    name: 'tocsin_incidents_open',
    help: 'Incidents that are not resolved, by state and severity',
    labelNames: ['state', 'severity'],
    registers: [],
    async collect() {
      this.reset();
      try {
        const counts = await incidents.countOpen();
        for (const state of openStates) for (const severity of severities) this.set({ state, severity }, 0);
        for (const { state, severity, count } of counts) this.set({ state, severity }, count);
      } catch (error) {
        // The scrape still has to answer, and no figure is better than an old one.
        log.warn({ error: describeError(error) }, 'open incidents could not be counted for a scrape');
      }
    },
  });
  registry.registerMetric(open);
}
