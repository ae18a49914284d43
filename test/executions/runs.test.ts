import { describe, expect, it } from 'vitest';
import type { Runner } from '../../src/executions/runner.ts';
import { outputOf } from '../../src/export/entry-parts.ts';
import { executionsOf } from '../../src/incidents/execution.ts';
import { ana, ben } from '../support/desk.ts';
import { eachInAWorld, guest, scaleStep } from './world.ts';
import type { ExecutionWorld } from './world.ts';

let world: ExecutionWorld;
let runner: Runner;

eachInAWorld((entered) => {
  ({ world, runner } = entered);
});

const source = (number: string) => ({ ...scaleStep, number, title: `Step ${number}`, text: 'kubectl get pods' });
const ask = (cause: string, by = ana) => ({ id: world.incident.id, cause, by });

/** Resolves when the stored execution is as wanted, while time goes on. */
async function until(number: number, isSo: (state: string) => boolean): Promise<void> {
  for (let round = 0; round < 500; round += 1) {
    if (isSo((await world.execution(number)).state)) return;
    world.desk.clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`#${number} never got there`);
}

describe('a diagnostic', () => {
  it('is there as running at once, and ends with its finding and its output', async () => {
    let open = () => {};
    world.outside.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { execution } = await runner.run({ ...ask('run'), source: source('2') });
    expect(execution).toMatchObject({ number: 1, state: 'running', step: '2' });
    open();
    await runner.idle();
    expect(await world.execution(1)).toMatchObject({ state: 'done', finding: 'ran 2' });
    expect((await world.execution(1)).lease).toBeUndefined();
    expect(await world.kinds()).toEqual(['step_run', 'step_finished']);
    const entries = await world.desk.store.timeline.read(world.incident.id);
    expect(entries.map(outputOf)).toEqual([undefined, undefined, 'ran 2\n']);
    expect((await world.desk.store.executions.get(execution.id))?.report?.output.head).toBe('ran 2\n');
  });

  it('is run once, however often it is asked for with the same cause', async () => {
    await Promise.all([1, 2, 3].map(() => runner.run({ ...ask('run'), source: source('2') })));
    await runner.idle();
    expect(executionsOf(await world.desk.fresh(world.incident))).toHaveLength(1);
  });

  it('is refused to guests, with words', async () => {
    await expect(runner.run({ ...ask('g', guest), source: source('2') })).rejects.toThrow(/guests may not do that/);
  });

  it('shows how far it is and keeps its lease while it runs long', async () => {
    let open = () => {};
    world.outside.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { execution } = await runner.run({ ...ask('run'), source: source('2') });
    const other = world.process();
    for (let second = 0; second < 120; second += 1) {
      world.desk.clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
      await world.attend(other);
    }
    expect((await world.execution(1)).state).toBe('running');
    expect((await world.desk.store.executions.get(execution.id))?.progress?.stdout).toBe('first line\n');
    open();
    await runner.idle();
    expect((await world.execution(1)).state).toBe('done');
    expect((await world.desk.store.executions.get(execution.id))?.progress).toBeUndefined();
  });

  it('whose process is gone is ended as interrupted by another', async () => {
    const never = new Promise<never>(() => {});
    let isGone = false;
    const { incidents, executions, locks } = world.desk.store;
    const get: typeof incidents.get = (id) => (isGone ? never : incidents.get(id));
    const lost = world.process({ store: { incidents: { ...incidents, get }, executions, locks } });
    world.outside.gate = never;
    await lost.run({ ...ask('run'), source: source('2') });
    isGone = true;
    world.desk.clock.advance(31_000);
    await world.attend(runner);
    expect(await world.execution(1)).toMatchObject({ state: 'failed', finding: expect.stringContaining('interrupted') });
  });

  it('is interrupted when the process stops, and says so', async () => {
    world.outside.gate = new Promise(() => {});
    await runner.run({ ...ask('run'), source: source('2') });
    await runner.stop();
    expect(await world.execution(1)).toMatchObject({ state: 'failed', finding: expect.stringContaining('interrupted') });
  });

  it('is cancelled by any responder, and ends soon', async () => {
    world.outside.gate = new Promise(() => {});
    await runner.run({ ...ask('run'), source: source('2') });
    await runner.cancel({ ...ask('stop', ben), number: 1 });
    await until(1, (state) => state === 'cancelled');
    const idle = { is: false };
    void runner.idle().then(() => {
      idle.is = true;
    });
    for (let round = 0; round < 500 && !idle.is; round += 1) {
      world.desk.clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(idle.is).toBe(true);
    expect((await world.execution(1)).state).toBe('cancelled');
  });
});

describe('all diagnostics', () => {
  it('run side by side within the limit, each once', async () => {
    let open = () => {};
    world.outside.gate = new Promise((resolve) => {
      open = resolve;
    });
    const places = { taken: 0 };
    let most = 0;
    const operations = world.operations();
    const limited = world.process({
      parallel: 2,
      operations: {
        ...operations,
        async run(step, watching) {
          places.taken += 1;
          most = Math.max(most, places.taken);
          const report = await operations.run(step, watching);
          places.taken -= 1;
          return report;
        },
      },
    });
    const sources = ['1', '2', '3.1', '4', '5'].map(source);
    const begun = await limited.runAll({ ...ask('all'), sources });
    await limited.runAll({ ...ask('all'), sources });
    while (places.taken < 2) await new Promise((resolve) => setImmediate(resolve));
    open();
    await limited.idle();
    expect(begun.map(({ execution }) => execution.number)).toEqual([1, 2, 3, 4, 5]);
    const all = executionsOf(await world.desk.fresh(world.incident));
    expect(all.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done', 'done']);
    expect(most).toBe(2);
  });
});

describe('a diagnostic that waits for a place', () => {
  it('gives none up when it is cancelled: the others wait on', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const atWork = new Set<string>();
    let most = 0;
    const operations = world.operations();
    const narrow = world.process({
      parallel: 1,
      operations: {
        ...operations,
        async run(step, watching) {
          if (watching.signal.aborted) return operations.run(step, watching);
          atWork.add(step.number);
          most = Math.max(most, atWork.size);
          await gate;
          const report = await operations.run(step, watching);
          atWork.delete(step.number);
          return report;
        },
      },
    });
    await narrow.runAll({ ...ask('all'), sources: ['1', '2', '3'].map(source) });
    while (atWork.size < 1) await new Promise((resolve) => setImmediate(resolve));
    await narrow.cancel({ ...ask('stop', ben), number: 2 });
    const [, second] = executionsOf(await world.desk.fresh(world.incident));
    const ended = async () => second !== undefined && (await world.desk.store.executions.get(second.id))?.report !== undefined;
    for (let round = 0; round < 500 && !(await ended()); round += 1) {
      world.desk.clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([await ended(), [...atWork]]).toEqual([true, ['1']]);
    open();
    await narrow.idle();
    expect(most).toBe(1);
    const all = executionsOf(await world.desk.fresh(world.incident));
    expect(all.map(({ state }) => state)).toEqual(['done', 'cancelled', 'done']);
  });
});

describe('a question and a mark', () => {
  it('are on the timeline', async () => {
    await runner.query({ ...ask('q'), query: { promql: 'up' } });
    await runner.idle();
    await runner.mark({ ...ask('m'), step: '7', title: 'Call the vendor', as: 'done' });
    expect(await world.execution(1)).toMatchObject({ type: 'query', state: 'done', finding: 'asked up' });
    expect(await world.execution(2)).toMatchObject({ type: 'manual', state: 'done', step: '7' });
    expect(await world.kinds()).toEqual(['query_run', 'step_finished', 'step_marked']);
  });
});

describe('an incident with very many runs', () => {
  it('keeps the latest, and numbers that only rise', async () => {
    for (let run = 1; run <= 130; run += 1) await runner.mark({ ...ask(`m${run}`), step: '7', title: 'Call', as: 'done' });
    const all = executionsOf(await world.desk.fresh(world.incident));
    expect(all.length).toBe(120);
    expect(all.at(-1)?.number).toBe(130);
    expect((await runner.mark({ ...ask('one more'), step: '7', title: 'Call', as: 'skipped' })).execution.number).toBe(131);
  });
});
