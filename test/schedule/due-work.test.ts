import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeIncident } from '../../src/incidents/change.ts';
import { escalateIncident } from '../../src/incidents/escalate.ts';
import type { DueKind, Incident } from '../../src/incidents/incident.ts';
import { claimDue } from '../../src/incidents/record.ts';
import { addMs, toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createAside } from '../../src/schedule/aside.ts';
import { runDueWork } from '../../src/schedule/due-work.ts';
import type { DueTask } from '../../src/schedule/due-work.ts';
import { createDueWorkMetrics } from '../../src/schedule/metrics.ts';
import { createTestDesk, testStart } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';

let desk: TestDesk;
beforeEach(() => {
  desk = createTestDesk();
});
afterEach(() => desk.store.close());

const start = toInstant(testStart);

/** An incident of which this is due so many seconds after the start. */
async function dueIn(seconds: number, kind: DueKind = 'resolve'): Promise<Incident> {
  const { id } = await desk.open();
  const { incident } = await changeIncident(desk.change, id, {
    decide: ({ due }) => ({
      type: 'change',
      set: { due: { ...due, [kind]: addMs(start, seconds * 1000) } },
      entries: [],
      redraw: [],
      reason: 'the test',
    }),
  });
  return incident;
}

function tasksOf(run: DueTask['run']): Record<DueKind, DueTask> {
  const task = { nextInMs: 3_600_000, run };
  return { measure: task, resolve: task, executions: task, escalate: task };
}

describe('after time without a process', () => {
  it('what has waited longest is done first, in rounds that are bounded, and each once', async () => {
    const waits = Array.from({ length: 110 }, (_, index) => (index * 37) % 110);
    const expected = new Map<number, number>();
    for (const seconds of waits) expected.set((await dueIn(seconds)).number, seconds);
    desk.clock.advance(3_600_000);
    const done: number[] = [];
    const tasks = tasksOf(async ({ number }) => void done.push(expected.get(number) ?? -1));
    const rounds = [];
    for (;;) {
      const ran = await runDueWork({ change: desk.change, tasks, log: silentLog });
      rounds.push(ran);
      if (ran === 0) break;
    }
    expect(rounds).toEqual([100, 10, 0]);
    expect([...done].sort((a, b) => a - b)).toEqual([...waits].sort((a, b) => a - b));
    expect(Math.max(...done.slice(0, 100))).toBe(99);
    expect(done[0]).toBe(0);
  });

  it('the lateness of each claim is told by its kind', async () => {
    await dueIn(10, 'measure');
    await dueIn(40, 'resolve');
    desk.clock.advance(100_000);
    const registry = new Registry();
    const { late } = createDueWorkMetrics(registry);
    await runDueWork({ change: desk.change, tasks: tasksOf(async () => {}), late, log: silentLog });
    const text = await registry.metrics();
    expect(text).toContain('tocsin_due_work_lateness_seconds_sum{kind="measure"} 90');
    expect(text).toContain('tocsin_due_work_lateness_seconds_sum{kind="resolve"} 60');
    expect(text).toContain('tocsin_due_work_lateness_seconds_bucket{le="60",kind="resolve"} 1');
    expect(text).toContain('tocsin_due_work_lateness_seconds_count{kind="escalate"} 0');
  });
});

it('of many processes that look at the same time one does it', async () => {
  for (let count = 0; count < 20; count += 1) await dueIn(0);
  const done: number[] = [];
  const tasks = tasksOf(async ({ number }) => void done.push(number));
  await Promise.all([1, 2, 3].map(() => runDueWork({ change: desk.change, tasks, log: silentLog })));
  expect(done).toHaveLength(20);
  expect(new Set(done).size).toBe(20);
});

it('a task that fails holds nothing up and comes again after its claim', async () => {
  const bad = await dueIn(0);
  const good = await dueIn(1);
  desk.clock.advance(1000);
  const done: number[] = [];
  const tasks = tasksOf(async ({ number }) => {
    if (number === bad.number && done.length < 1) throw new Error('not this time');
    done.push(number);
  });
  const deps = { change: desk.change, tasks, log: silentLog };
  expect(await runDueWork(deps)).toBe(1);
  expect(done).toEqual([good.number]);
  desk.clock.advance(3_600_000);
  await runDueWork(deps);
  expect(done).toContain(bad.number);
});

it('a process that dies between its claim and the announcement leaves it to the next one, which makes it once', async () => {
  const minuteMs = 60_000;
  const held = createTestDesk({ ladder: [{ afterMs: 15 * minuteMs }] });
  const incident = await held.open({ severity: 'critical' });
  held.clock.advance(15 * minuteMs);
  const tasks = {
    ...tasksOf(async () => {}),
    escalate: { nextInMs: 5000, run: async ({ id }: Incident) => void (await escalateIncident(held.change, { id })) },
  };
  const deps = { change: held.change, tasks, log: silentLog };
  expect(await claimDue(held.change, { id: incident.id, kind: 'escalate', nextInMs: 5000 })).toMatchObject({ outcome: 'changed' });
  expect(await runDueWork(deps)).toBe(0);
  held.clock.advance(5000);
  expect([await runDueWork(deps), await runDueWork(deps)]).toEqual([1, 0]);
  await held.relay();
  expect((await held.store.timeline.read(incident.id)).map(({ kind }) => kind)).toEqual(['declared', 'escalated']);
  await held.store.close();
});

describe('work that is put aside', () => {
  it('may take as long as it likes: what else is due goes on, and the row holds each incident once', async () => {
    const slow = await dueIn(0, 'measure');
    const other = await dueIn(0, 'resolve');
    const asked: number[] = [];
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let taken = 0;
    const aside = createAside({
      incidents: desk.store.incidents,
      parallel: 1,
      run: async ({ number }) => {
        asked.push(number);
        await answered;
      },
      taken: () => (taken += 1),
      log: silentLog,
    });
    const told: number[] = [];
    const tasks = {
      ...tasksOf(async ({ number }) => void told.push(number)),
      measure: { nextInMs: 60_000, run: async (incident: Incident) => aside.take(incident) },
    };
    expect(await runDueWork({ change: desk.change, tasks, log: silentLog })).toBe(2);
    aside.take(slow);
    aside.take(other);
    const working = aside.work(new AbortController().signal);
    expect(told).toEqual([other.number]);
    expect(taken).toBe(3);
    answer();
    await working;
    expect(asked).toEqual([slow.number, other.number]);
  });

  it('goes on after a failure, and ends when it is stopped', async () => {
    const incidents = [await desk.open(), await desk.open(), await desk.open()];
    const stopping = new AbortController();
    const asked: number[] = [];
    const aside = createAside({
      incidents: desk.store.incidents,
      parallel: 1,
      run: async ({ number }) => {
        asked.push(number);
        if (asked.length === 2) stopping.abort();
        throw new Error('Prometheus is away');
      },
      taken: () => {},
      log: silentLog,
    });
    for (const incident of incidents) aside.take(incident);
    await aside.work(stopping.signal);
    expect(asked).toEqual(incidents.slice(0, 2).map(({ number }) => number));
  });
});
