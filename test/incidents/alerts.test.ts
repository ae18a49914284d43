import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyAlerts, applyFold, foldAlerts } from '../../src/incidents/apply-alert.ts';
import type { AlertLink, Incident } from '../../src/incidents/incident.ts';
import { resolveIncident } from '../../src/incidents/resolve.ts';
import { alertLink, createTestDesk } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';

let desk: TestDesk;
let incident: Incident;
const gpu = alertLink();
const api = alertLink({ fingerprint: 'ffffffffffffffff', target: 'api-gateway' });
beforeEach(async () => {
  desk = createTestDesk();
  incident = await desk.open({ alert: gpu, by: { type: 'alert', fingerprint: gpu.fingerprint, name: gpu.name } });
});
afterEach(() => desk.store.close());

const apply = (alert: AlertLink, policy = {}) => applyAlerts(desk.change, { id: incident.id, alerts: [alert], policy });
const kinds = async () => {
  await desk.relay();
  return (await desk.store.timeline.read(incident.id)).map(({ kind }) => kind);
};

describe('alerts of an incident', () => {
  it('join and clear, and only the last to clear suggests the resolution', async () => {
    await apply(api);
    expect((await apply({ ...gpu, status: 'resolved' })).reason).toBe('the alert cleared');
    const last = await apply({ ...api, status: 'resolved' });
    expect(last).toMatchObject({ reason: 'all alerts have cleared', incident: { state: 'triggered' } });
    expect(await kinds()).toEqual(['declared', 'alert_firing', 'alert_firing', 'alert_resolved', 'alert_resolved', 'alerts_cleared']);
  });

  it('change nothing when they are applied again', async () => {
    expect(await apply(gpu)).toMatchObject({ outcome: 'unchanged' });
    await apply({ ...gpu, status: 'resolved' });
    expect(await apply({ ...gpu, status: 'resolved' })).toMatchObject({ outcome: 'unchanged' });
    expect(await apply({ ...api, status: 'resolved' })).toMatchObject({ outcome: 'unchanged' });
  });

  it('are applied as was foreseen, and anew where the incident has changed since', async () => {
    const third = alertLink({ fingerprint: '0000000000000003' });
    const foldOf = async (alert: AlertLink) => {
      const fold = foldAlerts((await desk.store.incidents.get(incident.id)) ?? incident, {});
      expect(fold.add(alert, incident.updatedAt).alerts).toEqual([...fold.from.alerts, alert]);
      return fold;
    };
    expect((await applyFold(desk.change, await foldOf(api))).incident.alerts).toEqual([gpu, api]);
    const early = await foldOf(third);
    const cleared = { ...gpu, status: 'resolved' } as const;
    await apply(cleared);
    expect((await applyFold(desk.change, early)).incident.alerts).toEqual([cleared, api, third]);
  });

  it('raise the severity of the incident, and never lower it', async () => {
    expect((await apply({ ...api, severity: 'critical' })).incident.severity).toBe('critical');
    expect((await apply(alertLink({ fingerprint: '0000000000000001', severity: 'info' }))).incident.severity).toBe('critical');
    expect(await kinds()).toContain('severity_changed');
  });

  it('reopen a resolved incident when they fire again', async () => {
    await apply({ ...gpu, status: 'resolved' });
    await resolveIncident(desk.change, { id: incident.id, cause: 'r', by: { type: 'system', part: 'test' } });
    const again = await apply({ ...gpu, key: `${gpu.fingerprint}@later` });
    expect(again.incident).toMatchObject({ state: 'triggered' });
    expect((await kinds()).slice(-2)).toEqual(['alert_firing', 'reopened']);
  });

  it('schedule the resolution where that is configured, and firing again calls it off', async () => {
    const cleared = await apply({ ...gpu, status: 'resolved' }, { resolveAfterMs: 600_000 });
    expect(cleared.incident.due.resolve).toBe('2026-03-01T03:10:00.000Z');
    expect((await apply(api, { resolveAfterMs: 600_000 })).incident.due.resolve).toBeUndefined();
  });

  it('keep the clock, but no person, from resolving while they fire', async () => {
    const bySystem = await resolveIncident(desk.change, { id: incident.id, cause: 'clock', by: { type: 'schedule', rule: 'resolve' } });
    expect(bySystem).toMatchObject({ outcome: 'unchanged', reason: '1 alerts still fire' });
    const byAna = await resolveIncident(desk.change, { id: incident.id, cause: 'ana', by: { type: 'user', id: 'U1', name: 'ana' } });
    expect(byAna).toMatchObject({ outcome: 'changed' });
  });
});
