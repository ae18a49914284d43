import { Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { acknowledgeIncident } from '../../src/incidents/acknowledge.ts';
import { escalateIncident } from '../../src/incidents/escalate.ts';
import { createIncidentMetrics } from '../../src/incidents/metrics.ts';
import { reopenIncident } from '../../src/incidents/reopen.ts';
import { resolveIncident } from '../../src/incidents/resolve.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { ana, ben, createTestDesk } from '../support/desk.ts';
import { figure } from '../support/figures.ts';

const minuteMs = 60_000;

function measuredDesk() {
  const registry = new Registry();
  const desk = createTestDesk({ ladder: [{ afterMs: 15 * minuteMs }], changed: (after, before) => metrics.changed(after, before) });
  const metrics = createIncidentMetrics(registry, { incidents: desk.store.incidents, log: silentLog });
  onTestFinished(() => desk.store.close());
  return { ...desk, of: (series: string) => figure(registry, series) };
}

describe('the metrics of incidents', () => {
  it('count what becomes of them, and how long it took', async () => {
    const desk = measuredDesk();
    const { change, clock, of } = desk;
    const { id } = await desk.open({ severity: 'critical' });
    await desk.open({ severity: 'info' });
    expect(await of('tocsin_incidents_opened_total{severity="critical"}')).toBe(1);
    expect(await of('tocsin_incidents_opened_total{severity="warning"}')).toBe(0);
    expect(await of('tocsin_incidents_open{state="triggered",severity="critical"}')).toBe(1);
    expect(await of('tocsin_incidents_open{state="triggered",severity="info"}')).toBe(1);
    expect(await of('tocsin_incidents_open{state="acknowledged",severity="critical"}')).toBe(0);

    clock.advance(15 * minuteMs);
    await escalateIncident(change, { id });
    await escalateIncident(change, { id });
    expect(await of('tocsin_escalation_calls_total')).toBe(1);

    clock.advance(minuteMs);
    await acknowledgeIncident(change, { id, cause: 'ack', by: ana });
    expect(await of('tocsin_incident_acknowledge_seconds_sum{severity="critical"}')).toBe(16 * 60);
    clock.advance(4 * minuteMs);
    await resolveIncident(change, { id, cause: 'done', by: { type: 'user', ...ana } });
    expect(await of('tocsin_incident_resolve_seconds_sum{severity="critical"}')).toBe(20 * 60);
    expect(await of('tocsin_incidents_resolved_total{severity="critical"}')).toBe(1);
    expect(await of('tocsin_incidents_open{state="acknowledged",severity="critical"}')).toBe(0);

    await reopenIncident(change, { id, cause: 'again', by: { type: 'user', ...ana } });
    expect(await of('tocsin_incidents_reopened_total{severity="critical"}')).toBe(1);
    expect(await of('tocsin_incidents_opened_total{severity="critical"}')).toBe(1);
  });

  it('count once what many ask for at once, and what is asked for twice', async () => {
    const desk = measuredDesk();
    const { change, of } = desk;
    const { id } = await desk.open({ severity: 'warning' });
    await Promise.all([ana, ben, ana, ben].map((by, index) => acknowledgeIncident(change, { id, cause: `ack-${index}`, by })));
    const done = () => resolveIncident(change, { id, cause: 'done', by: { type: 'user', ...ana } });
    await Promise.all([done(), done(), done()]);
    expect(await of('tocsin_incident_acknowledge_seconds_count{severity="warning"}')).toBe(1);
    expect(await of('tocsin_incidents_resolved_total{severity="warning"}')).toBe(1);
    expect(await of('tocsin_incident_resolve_seconds_count{severity="warning"}')).toBe(1);
  });

  it('say nothing of open incidents while the store is away, rather than what was', async () => {
    const registry = new Registry();
    let isAway = false;
    const countOpen = () =>
      isAway
        ? Promise.reject(new TocsinError('unavailable', 'away'))
        : Promise.resolve([{ state: 'triggered' as const, severity: 'critical' as const, count: 3 }]);
    createIncidentMetrics(registry, { incidents: { countOpen }, log: silentLog });
    expect(await figure(registry, 'tocsin_incidents_open{state="triggered",severity="critical"}')).toBe(3);
    isAway = true;
    expect(await figure(registry, 'tocsin_incidents_open{state="triggered",severity="critical"}')).toBeUndefined();
  });
});
