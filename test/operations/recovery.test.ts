import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry, Plan } from '../../src/operations/plan.ts';
import type { ClusterFault } from '../../src/simulator/kubernetes/faults.ts';
import { createStepWorld, memoryJournal, signal } from './step-world.ts';
import type { StepWorld } from './step-world.ts';

const area = 'video-processing';
const scaleUp = `kubectl scale deployment gpu-worker --replicas=10 -n ${area}`;
const restart = `kubectl rollout restart deployment/gpu-worker -n ${area}`;
const sub = `kubectl exec -n ${area} deployment/nats -- nats-sub test`;
const changing = { on: { method: 'PATCH', dryRun: false }, times: 1 } as const;

let world: StepWorld;
beforeAll(async () => {
  world = await createStepWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.close());

const states = (journal: readonly JournalEntry[]) => journal.map(({ index, state }) => `${index} ${state}`);
const wanted = () => world.cluster.state().gpuWorkers.desired;

describe('an answer that is no yes', () => {
  const refusals: readonly [string, ClusterFault, RegExp][] = [
    ['409', { ...changing, type: 'conflict' }, /the object has been modified/],
    ['429', { ...changing, type: 'tooManyRequests', retryAfterS: 1 }, /status 429: .*too many requests/i],
  ];
  it.each(refusals)('%s is a refusal: nothing more is sent', async (_, fault, words) => {
    const plan = await world.planned(`${scaleUp}\n${restart}`);
    world.cluster.faults.set(fault);
    const { report, journal } = await world.apply(plan);
    expect(report).toMatchObject({ state: 'failed', finding: expect.stringMatching(words) });
    expect([states(journal), wanted()]).toEqual([['0 sent', '0 refused'], 3]);
  });

  const unclear: readonly [string, ClusterFault, 'applied' | 'failed', number][] = [
    ['the connection is dropped before it is carried out', { ...changing, type: 'dropBeforeApply' }, 'failed', 3],
    ['the connection is dropped after it was carried out', { ...changing, type: 'dropAfterApply' }, 'applied', 10],
    ['500 before', { ...changing, type: 'serverError' }, 'failed', 3],
    ['500 after', { ...changing, type: 'serverError', applied: true }, 'applied', 10],
    ['half an answer', { ...changing, type: 'truncatedBody' }, 'applied', 10],
  ];
  it.each(unclear)('%s: found out by looking, and never sent again', async (...[, fault, state, replicas]) => {
    const plan = await world.planned(scaleUp);
    world.cluster.faults.set(fault);
    const { report, journal } = await world.apply(plan);
    expect(report.state).toBe(state);
    expect(states(journal)).toEqual(['0 sent', '0 unknown', state === 'applied' ? '0 done' : '0 refused']);
    expect([wanted(), world.sent().filter((line) => line.startsWith('PATCH')).length]).toEqual([replicas, 1]);
  });

  it('tells a restart that went through by the time that was really sent', async () => {
    const plan = await world.planned(restart);
    world.clock.advance(5 * 60_000);
    world.cluster.faults.set({ ...changing, type: 'dropAfterApply' });
    expect((await world.apply(plan)).report.state).toBe('applied');
  });

  it('tells a deletion that went through by its mark, as long as the object is still there', async () => {
    world.cluster.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', namespace: area, finalizers: ['example.com/hold'] },
    });
    const deletion = `kubectl delete configmap held --wait=false -n ${area}`;
    const deleting = { on: { method: 'DELETE', dryRun: false }, times: 1 } as const;
    const plan = await world.planned(deletion);
    world.cluster.faults.set({ ...deleting, type: 'dropBeforeApply' });
    expect((await world.apply(plan)).report).toMatchObject({ state: 'failed', finding: expect.stringContaining('still there') });
    world.cluster.faults.set({ ...deleting, type: 'dropAfterApply' });
    expect((await world.apply(plan)).report.state).toBe('applied');
    expect(world.cluster.object('ConfigMap', { namespace: area, name: 'held' })).toBeDefined();

    const again = await world.planned(deletion);
    world.cluster.faults.set({ ...deleting, type: 'dropBeforeApply' });
    expect((await world.apply(again)).report).toMatchObject({ state: 'failed', finding: expect.stringContaining('still there') });
  });

  it('tells an eviction that went through by a pod that goes', async () => {
    const plan = await world.planned('kubectl drain general-1 --ignore-daemonsets');
    world.cluster.faults.set({ type: 'dropAfterApply', on: { method: 'POST', path: '/eviction', dryRun: false }, times: 1 });
    const { journal } = await world.apply(plan);
    expect(states(journal)).toEqual(['0 sent', '0 done', '1 sent', '1 unknown', '1 done']);
  });

  it('stays unknown when nobody can look', async () => {
    const plan = await world.planned(scaleUp);
    world.cluster.faults.set(
      { ...changing, type: 'dropAfterApply' },
      { type: 'serverError', on: { method: 'GET', path: '/deployments/gpu-worker' }, skip: 2 },
    );
    const { report } = await world.apply(plan);
    expect(report).toMatchObject({ state: 'unknown', finding: expect.stringContaining('cannot be read') });
  });

  it('stays unknown when the connection to a command was lost, whatever it did', async () => {
    const plan = await world.planned(`${sub}\n${scaleUp}`);
    world.cluster.faults.set({ type: 'execLost', times: 1 });
    const { report, journal } = await world.apply(plan);
    expect(report).toMatchObject({ state: 'unknown', finding: expect.stringContaining('nobody knows whether it ran') });
    expect([states(journal).at(-1), wanted()]).toEqual(['0 unknown', 3]);
  });

  it('is a failure when a command in a container fails, and the next one is still its author’s decision', async () => {
    const plan = await world.planned(`kubectl exec -n ${area} deployment/nats -- no-such-program`);
    expect((await world.apply(plan)).report.state).toBe('failed');
  });
});

describe('a process that dies in the middle', () => {
  async function appliedJournal(): Promise<{ plan: Plan; journal: readonly JournalEntry[] }> {
    const plan = await world.planned(`${scaleUp}\n${restart}`);
    const { report, journal } = await world.apply(plan);
    expect([report.state, states(journal)]).toEqual(['applied', ['0 sent', '0 done', '1 sent', '1 done']]);
    return { plan, journal };
  }

  it('leaves a journal of which every beginning is read right', async () => {
    const { plan, journal } = await appliedJournal();
    const found = [];
    for (let length = 0; length <= journal.length; length += 1) {
      const { state, journal: looked } = await world.wait(world.operations.reconcile(plan, journal.slice(0, length), { signal: signal() }));
      found.push([state, ...states(looked)]);
    }
    expect(found).toEqual([['failed'], ['failed', '0 done'], ['failed'], ['applied', '1 done'], ['applied']]);
  });

  it.each([0, 1, 2, 3])('after %i records: the rest is not sent, and what happened is found', async (count) => {
    const plan = await world.planned(`${scaleUp}\n${restart}`);
    const journal = memoryJournal(count);
    const report = await world.wait(world.operations.apply(plan, journal, { signal: signal() }).catch((error: unknown) => String(error)));
    expect(report).not.toMatchObject({ state: 'applied' });
    const sent = world.sent().length;
    const { state } = await world.wait(world.operations.reconcile(plan, journal.entries, { signal: signal() }));
    expect(state).toBe(count === 3 && sent === 2 ? 'applied' : 'failed');
    expect(world.sent()).toHaveLength(sent);
    expect(sent).toBe(Math.ceil(count / 2));
  });

  it('knows a restart by the time that was really sent when only the last word on it is kept', async () => {
    const plan = await world.planned(restart);
    world.clock.advance(5 * 60_000);
    world.cluster.faults.set({ ...changing, type: 'dropAfterApply' });
    const { journal } = await world.apply(plan);
    const kept = journal.filter(({ state }) => state === 'unknown');
    const { state } = await world.wait(world.operations.reconcile(plan, kept, { signal: signal() }));
    expect([states(kept), state]).toEqual([['0 unknown'], 'applied']);
  });

  it('says that it is neither as before nor as planned when somebody else was there', async () => {
    const plan = await world.planned(scaleUp);
    const sent: JournalEntry = { index: 0, state: 'sent', at: plan.plannedAt };
    await world.apply(await world.planned(scaleUp.replace('10', '6')));
    const { state, finding } = await world.wait(world.operations.reconcile(plan, [sent], { signal: signal() }));
    expect([state, finding]).toEqual(['unknown', expect.stringContaining('neither as before nor as planned')]);
  });
});
