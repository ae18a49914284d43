import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { factsOf } from '../../src/export/entry-parts.ts';
import { acknowledgeIncident } from '../../src/incidents/acknowledge.ts';
import { applyAlerts } from '../../src/incidents/apply-alert.ts';
import { changeSeverity } from '../../src/incidents/change-severity.ts';
import { escalateIncident } from '../../src/incidents/escalate.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { addNote } from '../../src/incidents/note.ts';
import { reopenIncident } from '../../src/incidents/reopen.ts';
import { resolveIncident } from '../../src/incidents/resolve.ts';
import { addMs, toInstant } from '../../src/kernel/instant.ts';
import { alertLink, ana, createTestDesk, testStart } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';

const minuteMs = 60_000;
const ladder = [{ afterMs: 15 * minuteMs }, { afterMs: 30 * minuteMs }];
const start = toInstant(testStart);
const at = (minutes: number) => addMs(start, minutes * minuteMs);
const byAna = { type: 'user', ...ana } as const;

let desk: TestDesk;
beforeEach(() => {
  desk = createTestDesk({ ladder });
});
afterEach(() => desk.store.close());

const pass = (minutes: number) => desk.clock.advance(minutes * minuteMs);
const escalate = ({ id }: Incident) => escalateIncident(desk.change, { id });
/** What the timeline says that those on call were told. */
async function calls(incident: Incident) {
  await desk.relay();
  return (await desk.store.timeline.read(incident.id)).flatMap((entry) => factsOf(entry, 'escalated') ?? []);
}
/** The messages to those on call that go out besides the announcement. */
async function messages() {
  await desk.relay();
  const due = await desk.store.outbox.listDue('oncall', at(10_000), 50);
  return due.filter(({ view }) => view.type === 'entry');
}

describe('a critical incident that nobody acknowledges', () => {
  it('is announced again at each step, to those on call alone, and not once more after the last', async () => {
    const incident = await desk.open({ severity: 'critical' });
    expect(incident).toMatchObject({ escalation: { since: start, done: 0, nextAt: at(15) }, due: { escalate: at(15) } });
    pass(14);
    expect(await escalate(incident)).toMatchObject({ outcome: 'unchanged' });
    pass(1);
    expect(await escalate(incident)).toMatchObject({ outcome: 'changed' });
    expect(await desk.fresh(incident)).toMatchObject({ escalation: { done: 1, nextAt: at(30) }, due: { escalate: at(30) } });
    pass(15);
    await escalate(incident);
    const last = await desk.fresh(incident);
    expect(last.escalation).toEqual({
      since: start,
      done: 2,
      told: [
        { at: at(15), seq: 2 },
        { at: at(30), seq: 3 },
      ],
    });
    expect(last.due.escalate).toBeUndefined();
    pass(600);
    expect(await escalate(incident)).toMatchObject({ outcome: 'unchanged' });
    expect(await calls(incident)).toMatchObject([
      { step: 1, of: 2, since: start, dueAt: at(15), lateMs: 0, missedAt: [], toldAt: [], nextAt: at(30) },
      { step: 2, of: 2, since: start, dueAt: at(30), lateMs: 0, missedAt: [], toldAt: [at(15)] },
    ]);
    expect((await messages()).map(({ key, lane }) => [key, lane])).toEqual([
      [`${incident.id}:entry:2:oncall`, 'oncall'],
      [`${incident.id}:entry:3:oncall`, 'oncall'],
    ]);
    expect((await desk.store.outbox.listDue('incidents', at(10_000), 50)).map(({ view }) => view.type)).toEqual(['card']);
  });

  it('is announced once when many look at the same time', async () => {
    const incident = await desk.open({ severity: 'critical' });
    pass(15);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => escalate(incident)));
    expect(outcomes.filter(({ outcome }) => outcome === 'changed')).toHaveLength(1);
    expect(await calls(incident)).toHaveLength(1);
  });

  it('is announced once and late, for all steps that were missed while nothing ran', async () => {
    const incident = await desk.open({ severity: 'critical' });
    pass(42);
    await escalate(incident);
    await escalate(incident);
    expect(await calls(incident)).toMatchObject([{ step: 2, dueAt: at(30), lateMs: 12 * minuteMs, missedAt: [at(15)] }]);
    expect(await messages()).toHaveLength(1);
  });

  it('keeps its time whatever else happens to it', async () => {
    const incident = await desk.open({ severity: 'critical', alert: alertLink({ severity: 'critical' }) });
    pass(5);
    await addNote(desk.change, { id: incident.id, cause: 'n', by: ana, text: 'Looking' });
    await applyAlerts(desk.change, { id: incident.id, alerts: [alertLink({ key: 'other', severity: 'critical' })], policy: {} });
    expect((await desk.fresh(incident)).due.escalate).toBe(at(15));
  });
});

describe('nothing is said', () => {
  const endings = {
    acknowledged: (incident: Incident) => acknowledgeIncident(desk.change, { id: incident.id, cause: 'a', by: ana }),
    resolved: (incident: Incident) => resolveIncident(desk.change, { id: incident.id, cause: 'r', by: byAna }),
    lowered: (incident: Incident) => changeSeverity(desk.change, { id: incident.id, cause: 's', by: ana, severity: 'warning' }),
  };
  it.each(Object.entries(endings))('once it was %s before the time', async (_name, end) => {
    const incident = await desk.open({ severity: 'critical' });
    pass(14);
    const { incident: ended } = await end(incident);
    expect(ended).not.toHaveProperty('escalation');
    expect(ended.due).not.toHaveProperty('escalate');
    pass(60);
    expect(await escalate(incident)).toMatchObject({ outcome: 'unchanged' });
    expect(await calls(incident)).toEqual([]);
  });

  it('about warnings, and about anything without a ladder', async () => {
    expect(await desk.open({ severity: 'warning' })).not.toHaveProperty('escalation');
    const without = createTestDesk();
    const incident = await without.open({ severity: 'critical' });
    expect(incident).not.toHaveProperty('escalation');
    expect(incident.due).toEqual({});
    await without.store.close();
  });
});

describe('the time counts', () => {
  it('from when it was raised to critical, by a person or an alert, each time anew', async () => {
    const incident = await desk.open({ severity: 'warning' });
    const severity = (cause: string, to: 'critical' | 'warning') =>
      changeSeverity(desk.change, { id: incident.id, cause, by: ana, severity: to });
    pass(20);
    expect((await severity('1', 'critical')).incident).toMatchObject({ escalation: { since: at(20) }, due: { escalate: at(35) } });
    pass(10);
    await severity('2', 'warning');
    pass(10);
    expect((await severity('3', 'critical')).incident).toMatchObject({ escalation: { since: at(40), done: 0 }, due: { escalate: at(55) } });
    const other = await desk.open({ severity: 'warning', alert: alertLink() });
    pass(1);
    await applyAlerts(desk.change, { id: other.id, alerts: [alertLink({ key: 'graver', severity: 'critical' })], policy: {} });
    expect(await desk.fresh(other)).toMatchObject({ escalation: { since: at(41) }, due: { escalate: at(56) } });
  });

  it('from the reopening, by a person or an alert', async () => {
    const alert = alertLink({ severity: 'critical' });
    const incident = await desk.open({ severity: 'critical', alert });
    pass(16);
    await escalate(incident);
    await resolveIncident(desk.change, { id: incident.id, cause: 'r', by: byAna });
    pass(4);
    await reopenIncident(desk.change, { id: incident.id, cause: 'o', by: byAna });
    expect(await desk.fresh(incident)).toMatchObject({ escalation: { since: at(20), done: 0, told: [] }, due: { escalate: at(35) } });
    await resolveIncident(desk.change, { id: incident.id, cause: 'r2', by: byAna });
    pass(5);
    await applyAlerts(desk.change, { id: incident.id, alerts: [{ ...alert, key: 'again' }], policy: {} });
    expect(await desk.fresh(incident)).toMatchObject({ escalation: { since: at(25), done: 0, told: [] }, due: { escalate: at(40) } });
  });

  it('from the first change after the ladder was switched on, for an incident that is older', async () => {
    const before = { ...desk.change, ladder: [] };
    const { id } = await desk.open({ severity: 'warning' });
    await changeSeverity(before, { id, cause: '1', by: ana, severity: 'critical' });
    pass(60);
    const { incident } = await addNote(desk.change, { id, cause: 'n', by: ana, text: 'Still here' });
    expect(incident).toMatchObject({ escalation: { since: at(60) }, due: { escalate: at(75) } });
  });
});

describe('a ladder that was changed meanwhile', () => {
  it('moves the next step when it is later now, and says nothing when there is none any more', async () => {
    const incident = await desk.open({ severity: 'critical' });
    pass(15);
    const later = { ...desk.change, ladder: [{ afterMs: 20 * minuteMs }] };
    expect((await escalateIncident(later, incident)).incident.due.escalate).toBe(at(20));
    pass(5);
    const off = { ...desk.change, ladder: [] };
    expect((await escalateIncident(off, incident)).incident.due).toEqual({});
    expect(await calls(incident)).toEqual([]);
  });
});

it('what those on call were told is drawn anew when somebody answers, so that nobody else runs', async () => {
  const incident = await desk.open({ severity: 'critical' });
  pass(15);
  await escalate(incident);
  const [before] = await messages();
  const { incident: answered } = await acknowledgeIncident(desk.change, { id: incident.id, cause: 'a', by: ana });
  const [after] = await messages();
  expect(before?.wanted).toBe(2);
  expect(after).toMatchObject({ key: before?.key, wanted: answered.version });
});
