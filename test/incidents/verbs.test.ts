import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acknowledgeIncident } from '../../src/incidents/acknowledge.ts';
import { assignRole } from '../../src/incidents/assign-role.ts';
import { changeSeverity } from '../../src/incidents/change-severity.ts';
import { addNote } from '../../src/incidents/note.ts';
import { openIncident } from '../../src/incidents/open.ts';
import { claimDue, recordMeasurement, recordThread } from '../../src/incidents/record.ts';
import { reopenIncident } from '../../src/incidents/reopen.ts';
import { resolveIncident } from '../../src/incidents/resolve.ts';
import { postUpdate } from '../../src/incidents/update.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { verifyChain } from '../../src/timeline/chain.ts';
import { ana, ben, createTestDesk, testStart } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';

let desk: TestDesk;
beforeEach(() => {
  desk = createTestDesk();
});
afterEach(() => desk.store.close());

const byAna = { type: 'user', ...ana } as const;

describe('an incident', () => {
  it('is opened once by one cause, whoever asks again', async () => {
    const opening = { cause: 'trigger-1', by: byAna, title: 'It burns', severity: 'warning', impact: '', service: '' } as const;
    const [first, second] = await Promise.all([openIncident(desk.change, opening), openIncident(desk.change, opening)]);
    expect([first.opened, second.opened].filter(Boolean)).toHaveLength(1);
    expect(first.incident.id).toBe(second.incident.id);
    expect(await desk.store.incidents.list({ limit: 10 })).toHaveLength(1);
  });

  it('lets the first person acknowledge, and tells the second who was first', async () => {
    const { id } = await desk.open();
    expect(await acknowledgeIncident(desk.change, { id, cause: 'a', by: ana })).toMatchObject({ outcome: 'changed' });
    const second = await acknowledgeIncident(desk.change, { id, cause: 'b', by: ben });
    expect(second).toMatchObject({ outcome: 'unchanged', reason: expect.stringContaining('acknowledged by ana') });
    expect(second.incident.acknowledgedBy).toEqual(ana);
  });

  it('changes nothing when the same request comes again', async () => {
    const { id } = await desk.open();
    const note = { id, cause: 'event-7', by: ana, text: 'Looking at the GPU nodes' };
    const results = await Promise.all([addNote(desk.change, note), addNote(desk.change, note), addNote(desk.change, note)]);
    expect(results.filter(({ outcome }) => outcome === 'changed')).toHaveLength(1);
  });

  it('loses no change when many come at once, and its chain holds', async () => {
    const incident = await desk.open();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        addNote(desk.change, { id: incident.id, cause: `note-${index}`, by: ana, text: `note ${index}` }),
      ),
    );
    await desk.relay();
    const entries = await desk.store.timeline.read(incident.id);
    const { timeline } = await desk.fresh(incident);
    expect(entries.filter(({ kind }) => kind === 'note')).toHaveLength(20);
    expect(verifyChain(incident.id, entries, timeline)).toMatchObject({ ok: true, count: 21 });
  });

  it('is resolved and reopened, and says what is not possible meanwhile', async () => {
    const { id } = await desk.open();
    await acknowledgeIncident(desk.change, { id, cause: 'ack', by: ana });
    desk.clock.advance(14 * 60_000);
    const resolved = await resolveIncident(desk.change, { id, cause: 'r', by: byAna, text: 'Scaled up' });
    expect(resolved.incident).toMatchObject({ state: 'resolved', phase: 'resolved', due: {} });
    await expect(postUpdate(desk.change, { id, cause: 'u', by: ana, text: 'late' })).rejects.toMatchObject({ code: 'precondition' });
    await expect(changeSeverity(desk.change, { id, cause: 's', by: ana, severity: 'info' })).rejects.toMatchObject({
      code: 'precondition',
    });
    expect(await resolveIncident(desk.change, { id, cause: 'r2', by: byAna })).toMatchObject({ outcome: 'unchanged' });
    const again = await reopenIncident(desk.change, { id, cause: 'o', by: byAna });
    expect(again.incident).toMatchObject({ state: 'triggered', phase: 'investigating' });
    expect(again.incident.acknowledgedBy).toBeUndefined();
    expect(again.incident.milestones.resolvedAt).toBeUndefined();
  });

  it('gives roles and takes them back', async () => {
    const { id } = await desk.open();
    await assignRole(desk.change, { id, cause: '1', by: ana, role: 'commander', person: ben });
    const both = await assignRole(desk.change, { id, cause: '2', by: ana, role: 'scribe', person: ana });
    expect(both.incident.roles).toEqual({ commander: ben, scribe: ana });
    expect(await assignRole(desk.change, { id, cause: '3', by: ana, role: 'scribe', person: ana })).toMatchObject({ outcome: 'unchanged' });
    expect((await assignRole(desk.change, { id, cause: '4', by: ana, role: 'commander' })).incident.roles).toEqual({ scribe: ana });
  });
});

describe('the messages that follow from changes', () => {
  const runbook = { path: 'x.md', title: 'X', digest: 'd', matchedBy: 'title' };
  const views = async () => (await desk.store.outbox.listDue('incidents', toInstant(testStart), 50)).map(({ view }) => view);

  it('are none for info, and a whole thread once it becomes graver', async () => {
    const { id } = await desk.open({ severity: 'info', runbook });
    await desk.relay();
    expect(await views()).toEqual([]);
    await changeSeverity(desk.change, { id, cause: 's', by: ana, severity: 'critical' });
    await desk.relay();
    expect((await views()).map(({ type }) => type)).toEqual(['card', 'runbook', 'brief', 'entry']);
    expect(await desk.store.outbox.listDue('oncall', toInstant(testStart), 50)).toMatchObject([{ view: { type: 'oncall' } }]);
  });

  it('keep those on call informed after the severity has fallen, and tell them nothing that was never theirs', async () => {
    const grave = await desk.open({ severity: 'critical' });
    const mild = await desk.open({ severity: 'warning' });
    await changeSeverity(desk.change, { id: grave.id, cause: 's', by: ana, severity: 'warning' });
    const resolved = await resolveIncident(desk.change, { id: grave.id, cause: 'r', by: byAna });
    await resolveIncident(desk.change, { id: mild.id, cause: 'r', by: byAna });
    await desk.relay();
    expect(await desk.store.outbox.get(`${grave.id}:oncall`)).toMatchObject({ wanted: resolved.incident.version });
    expect(await desk.store.outbox.get(`${mild.id}:oncall`)).toBeUndefined();
  });

  it('exist once, however often the relay runs over the same change', async () => {
    const incident = await desk.open({ runbook });
    const before = await desk.fresh(incident);
    await desk.relay();
    await desk.store.outbox.want([]);
    const once = await desk.store.outbox.listDue('incidents', toInstant(testStart), 50);
    await desk.store.incidents.replace({ ...before, version: before.version + 1 }, before.version);
    await desk.relay();
    expect(await desk.store.outbox.listDue('incidents', toInstant(testStart), 50)).toEqual(once);
    expect(await desk.store.timeline.read(incident.id)).toHaveLength(1);
  });

  it('are raised to the latest change of their incident', async () => {
    const incident = await desk.open();
    await acknowledgeIncident(desk.change, { id: incident.id, cause: 'a', by: ana });
    await desk.relay();
    expect(await desk.store.outbox.get(`${incident.id}:card`)).toMatchObject({ wanted: 2, sent: 0 });
  });
});

describe('what Tocsin records by itself', () => {
  it('remembers the thread once', async () => {
    const { id } = await desk.open();
    expect(await recordThread(desk.change, { id, channel: 'C1', ts: '1.2' })).toMatchObject({ outcome: 'changed' });
    expect(await recordThread(desk.change, { id, channel: 'C1', ts: '1.2' })).toMatchObject({ outcome: 'unchanged' });
    expect(await desk.store.incidents.getByThread('C1', '1.2')).toMatchObject({ id });
  });

  it('puts the first value, and turns between value and failure, on the timeline, and no more', async () => {
    const incident = await desk.open();
    const measured = (value: number | undefined, problem?: string) =>
      recordMeasurement(desk.change, {
        id: incident.id,
        measurement: {
          label: 'Current error rate',
          promql: 'up',
          unit: '%',
          at: toInstant(desk.clock.now()),
          ...(value === undefined ? {} : { value }),
          ...(problem === undefined ? {} : { problem }),
        },
      });
    for (const value of [7.4, 7.4, 6.1]) await measured(value);
    await measured(undefined, 'Prometheus did not answer');
    await measured(5);
    await desk.relay();
    const entries = await desk.store.timeline.read(incident.id);
    expect(entries.filter(({ kind }) => kind === 'measured')).toHaveLength(3);
    expect((await desk.fresh(incident)).measurement?.value).toBe(5);
  });

  it('tells those on call the first value, and leaves the next ones to the card', async () => {
    const { id } = await desk.open({ severity: 'critical' });
    const at = toInstant(desk.clock.now());
    const measured = (value: number) =>
      recordMeasurement(desk.change, { id, measurement: { label: 'Current error rate', promql: 'up', unit: '%', at, value } });
    const first = await measured(4);
    const second = await measured(7);
    await desk.relay();
    expect(await desk.store.outbox.get(`${id}:oncall`)).toMatchObject({ wanted: first.incident.version });
    expect(await desk.store.outbox.get(`${id}:card`)).toMatchObject({ wanted: second.incident.version });
  });

  it('lets one of many workers have a due task', async () => {
    const { id } = await desk.open({ runbook: { path: 'x.md', title: 'X', digest: 'd', matchedBy: 'title' } });
    const claims = await Promise.all(Array.from({ length: 5 }, () => claimDue(desk.change, { id, kind: 'measure', nextInMs: 60_000 })));
    expect(claims.filter(({ outcome }) => outcome === 'changed')).toHaveLength(1);
    desk.clock.advance(60_000);
    expect(await claimDue(desk.change, { id, kind: 'measure', nextInMs: 60_000 })).toMatchObject({ outcome: 'changed' });
  });
});
