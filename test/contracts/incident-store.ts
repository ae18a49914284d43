import { describe, expect, test } from 'vitest';
import type { Incident } from '../../src/incidents/incident.ts';
import type { IncidentStore } from '../../src/incidents/ports.ts';
import { verifyChain } from '../../src/timeline/chain.ts';
import {
  after,
  exampleAlertLink,
  exampleDraft,
  exampleEntries,
  exampleIncident,
  exampleIncidentId,
  exampleStart,
} from '../support/examples.ts';
import type { StoreUnderTest } from './store.ts';

const numbersOf = (incidents: readonly Incident[]) => incidents.map((incident) => incident.number);

/** Changes an incident until it is not beaten to it, as the domain does. */
async function retitle(incidents: IncidentStore, change: { id: Incident['id']; title: string }): Promise<number> {
  for (;;) {
    const incident = await incidents.get(change.id);
    if (incident === undefined) throw new Error('the incident is gone');
    const next = { ...incident, version: incident.version + 1, title: change.title, causes: [...incident.causes, change.title] };
    if (await incidents.replace(next, incident.version)) return next.version;
  }
}

export function describeIncidentStore(underTest: StoreUnderTest): void {
  describe('incidents', () => {
    describeIncidentWrites(underTest);
    describeIncidentLists(underTest);
    describeCorrelations(underTest);
  });
}

function describeIncidentWrites({ store, handles }: StoreUnderTest): void {
  test('numbers rise and are never given twice', async () => {
    const [one, other] = await handles();
    expect(await one.incidents.nextNumber()).toBe(1);
    const numbers = await Promise.all(Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? one : other).incidents.nextNumber()));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 2));
  });

  test('are kept whole', async () => {
    const id = exampleIncidentId('inc_whole');
    const facts = { 'labels.$x': { '': [1, -0.5, 1e21, null, true, '\0'], '%24': {} }, importance: 'high' };
    const entries = exampleEntries(id, [exampleDraft(), exampleDraft({ facts, text: '🔥 <b>&amp; "quoted"\n' })]);
    const incident = exampleIncident({
      id,
      number: 7,
      impact: 'x'.repeat(64 * 1024),
      correlationKey: 'video.$',
      previousNumber: 3,
      runbook: { path: 'video.md', title: 'Video', digest: 'd', matchedBy: 'name' },
      alerts: [exampleAlertLink(), exampleAlertLink({ fingerprint: 'f2', generatorUrl: 'http://prometheus/graph?g0.expr=a' })],
      roles: { commander: { id: 'U1', name: 'Ada' } },
      acknowledgedBy: { id: 'U1', name: 'Ada' },
      measurement: { label: 'Error rate', promql: 'rate(a[5m])', at: after(1), value: 7.25, unit: '%' },
      latestUpdate: { text: 'We know why', phase: 'identified', at: after(2), by: { type: 'user', id: 'U1', name: 'Ada' } },
      milestones: { startedAt: exampleStart, detectedAt: after(1), acknowledgedAt: after(2) },
      thread: { channel: 'C1', ts: '1.2' },
      causes: ['cause'],
      due: { measure: after(60), resolve: after(30) },
      pending: { entries, effects: [{ key: 'inc_whole:entry:1', view: { type: 'entry', seq: 1, broadcast: false }, revision: 2 }] },
    });
    expect(await store().incidents.insert(incident)).toBe(true);
    const kept = await store().incidents.get(id);
    expect(kept).toEqual(incident);
    expect(verifyChain(id, kept?.pending.entries ?? [])).toMatchObject({ ok: true, count: 2 });
    expect(await store().incidents.getByNumber(7)).toEqual(incident);
    expect(await store().incidents.getByThread('C1', '1.2')).toEqual(incident);
  });

  test('an id is inserted once, and a number belongs to one incident', async () => {
    const { incidents } = store();
    expect(await incidents.insert(exampleIncident())).toBe(true);
    expect(await incidents.insert(exampleIncident({ title: 'Again' }))).toBe(false);
    await expect(incidents.insert(exampleIncident({ id: exampleIncidentId('inc_other') }))).rejects.toMatchObject({ code: 'conflict' });
    expect(await incidents.list({ limit: 10 })).toEqual([exampleIncident()]);
  });

  test('exactly one of many simultaneous inserts of an id wins', async () => {
    const [one, other] = await handles();
    const inserts = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? one : other).incidents.insert(exampleIncident({ title: `title ${index}` })),
    );
    expect((await Promise.all(inserts)).filter(Boolean)).toHaveLength(1);
  });

  test('a replacement needs the expected version', async () => {
    const { incidents } = store();
    await incidents.insert(exampleIncident());
    expect(await incidents.replace(exampleIncident({ version: 2, title: 'Second' }), 1)).toBe(true);
    expect(await incidents.replace(exampleIncident({ version: 2, title: 'Late' }), 1)).toBe(false);
    expect(await incidents.replace(exampleIncident({ version: 4, title: 'Early' }), 3)).toBe(false);
    expect(await incidents.replace(exampleIncident({ number: 2, version: 2 }), 1)).toBe(false);
    expect(await incidents.get(exampleIncident().id)).toEqual(exampleIncident({ version: 2, title: 'Second' }));
  });

  test('of 50 simultaneous changes each version has exactly one winner, and none is lost', async () => {
    const [one, other] = await handles();
    const { id } = exampleIncident();
    await one.incidents.insert(exampleIncident());
    const titles = Array.from({ length: 50 }, (_, index) => `title ${index}`);
    const versions = await Promise.all(titles.map((title, index) => retitle((index % 2 === 0 ? one : other).incidents, { id, title })));
    expect(versions.sort((a, b) => a - b)).toEqual(titles.map((_, index) => index + 2));
    const last = await one.incidents.get(id);
    expect(last?.version).toBe(51);
    expect([...(last?.causes ?? [])].sort()).toEqual(titles.sort());
  });

  test('of 50 simultaneous replacements of one version exactly one wins', async () => {
    const [one, other] = await handles();
    await one.incidents.insert(exampleIncident());
    const replacements = Array.from({ length: 50 }, (_, index) =>
      (index % 2 === 0 ? one : other).incidents.replace(exampleIncident({ version: 2, title: `title ${index}` }), 1),
    );
    expect((await Promise.all(replacements)).filter(Boolean)).toHaveLength(1);
  });

  test('pending work is cleared only for the version that was relayed', async () => {
    const { incidents } = store();
    const pending = { entries: exampleEntries('inc_1'), effects: [{ key: 'inc_1:card', view: { type: 'card' }, revision: 1 }] } as const;
    await incidents.insert(exampleIncident({ pending }));
    expect(await incidents.clearPending(exampleIncident().id, 2)).toBe(false);
    expect(numbersOf(await incidents.listPending(10))).toEqual([1]);
    expect(await incidents.clearPending(exampleIncident().id, 1)).toBe(true);
    expect(await incidents.listPending(10)).toEqual([]);
    expect(await incidents.get(exampleIncident().id)).toEqual(exampleIncident());
  });

  test('what is not there is undefined', async () => {
    expect(await store().incidents.get(exampleIncidentId('inc_9'))).toBeUndefined();
    expect(await store().incidents.getByNumber(9)).toBeUndefined();
    expect(await store().incidents.getByThread('C1', '9.9')).toBeUndefined();
  });
}

function describeIncidentLists({ store }: StoreUnderTest): void {
  test('are listed newest number first, by state', async () => {
    const { incidents } = store();
    const states = ['triggered', 'acknowledged', 'resolved', 'triggered'] as const;
    for (const [index, state] of states.entries()) await incidents.insert(exampleIncident({ number: index + 1, state }));
    expect(numbersOf(await incidents.list({ limit: 10 }))).toEqual([4, 3, 2, 1]);
    expect(numbersOf(await incidents.list({ limit: 2 }))).toEqual([4, 3]);
    expect(numbersOf(await incidents.list({ states: ['triggered', 'acknowledged'], limit: 10 }))).toEqual([4, 2, 1]);
    expect(numbersOf(await incidents.list({ states: [], limit: 10 }))).toEqual([]);
  });

  test('that are open are counted by state and severity, as they are now', async () => {
    const { incidents } = store();
    const counts = async () =>
      (await incidents.countOpen()).map(({ state, severity, count }) => `${count} ${state} ${severity}`).toSorted();
    expect(await counts()).toEqual([]);
    await incidents.insert(exampleIncident({ number: 1, state: 'triggered', severity: 'critical' }));
    await incidents.insert(exampleIncident({ number: 2, state: 'triggered', severity: 'critical' }));
    await incidents.insert(exampleIncident({ number: 3, state: 'acknowledged', severity: 'warning' }));
    await incidents.insert(exampleIncident({ number: 4, state: 'resolved', severity: 'info' }));
    expect(await counts()).toEqual(['1 acknowledged warning', '2 triggered critical']);
    await incidents.replace(exampleIncident({ number: 2, version: 2, state: 'triggered', severity: 'warning' }), 1);
    await incidents.replace(exampleIncident({ number: 3, version: 2, state: 'resolved', severity: 'warning' }), 1);
    expect(await counts()).toEqual(['1 triggered critical', '1 triggered warning']);
  });

  test('with pending work are listed by their last change, oldest first', async () => {
    const { incidents } = store();
    const effects = [{ key: 'k', view: { type: 'card' }, revision: 1 }] as const;
    for (const [number, seconds] of [3, 1, 2].entries()) {
      await incidents.insert(exampleIncident({ number: number + 1, updatedAt: after(seconds), pending: { entries: [], effects } }));
    }
    await incidents.insert(exampleIncident({ number: 9 }));
    expect(numbersOf(await incidents.listPending(10))).toEqual([2, 3, 1]);
    expect(numbersOf(await incidents.listPending(1))).toEqual([2]);
  });

  test('are due at the earliest of their times, earliest first', async () => {
    const { incidents } = store();
    await incidents.insert(exampleIncident({ number: 1, due: { measure: after(30), resolve: after(5) } }));
    await incidents.insert(exampleIncident({ number: 2, due: { measure: after(4) } }));
    await incidents.insert(exampleIncident({ number: 3, due: { resolve: after(6) } }));
    await incidents.insert(exampleIncident({ number: 4 }));
    await incidents.insert(exampleIncident({ number: 5, due: { resolve: after(5) } }));
    expect(numbersOf(await incidents.listDue(after(3), 10))).toEqual([]);
    expect(numbersOf(await incidents.listDue(after(5), 10))).toEqual([2, 1, 5]);
    expect(numbersOf(await incidents.listDue(after(60), 3))).toEqual([2, 1, 5]);
    await incidents.replace(exampleIncident({ number: 2, version: 2 }), 1);
    expect(numbersOf(await incidents.listDue(after(60), 10))).toEqual([1, 5, 3]);
  });
}

function describeCorrelations({ store, handles }: StoreUnderTest): void {
  const [first, second] = [exampleIncidentId('inc_1'), exampleIncidentId('inc_2')];

  test('a correlation is moved only from where it points', async () => {
    const { incidents } = store();
    expect(await incidents.getCorrelation('video.$')).toBeUndefined();
    expect(await incidents.moveCorrelation('video.$', first, second)).toBe(false);
    expect(await incidents.moveCorrelation('video.$', undefined, first)).toBe(true);
    expect(await incidents.moveCorrelation('video.$', undefined, second)).toBe(false);
    expect(await incidents.moveCorrelation('video.$', second, first)).toBe(false);
    expect(await incidents.moveCorrelation('video.$', first, second)).toBe(true);
    expect(await incidents.getCorrelation('video.$')).toMatchObject({ key: 'video.$', incidentId: second });
  });

  test('exactly one of many simultaneous moves wins', async () => {
    const [one, other] = await handles();
    const race = (from: typeof first | undefined) =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? one : other).incidents.moveCorrelation('video', from, exampleIncidentId(`${from ?? 'new'}_${index}`)),
        ),
      );
    expect((await race(undefined)).filter(Boolean)).toHaveLength(1);
    const winner = (await one.incidents.getCorrelation('video'))?.incidentId;
    expect((await race(winner)).filter(Boolean)).toHaveLength(1);
  });
}
