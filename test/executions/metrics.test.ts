import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { createExecutionMetrics } from '../../src/executions/metrics.ts';
import type { Runner } from '../../src/executions/runner.ts';
import { ana, ben } from '../support/desk.ts';
import { figure } from '../support/figures.ts';
import { createExecutionWorld, proposeScale, scaleStep, voteOn } from './world.ts';
import type { ExecutionWorld } from './world.ts';

const minuteMs = 60_000;

let world: ExecutionWorld;
let runner: Runner;
let registry: Registry;

beforeEach(async () => {
  registry = new Registry();
  world = await createExecutionWorld({ changed: createExecutionMetrics(registry).changed });
  runner = world.process();
  return async () => {
    await runner.stop();
    await world.desk.store.close();
  };
});

const propose = (cause: string) => proposeScale(world, runner, cause);
const votes = (number: number, by = ben) => voteOn(world, number, { by, cause: `vote-${by.id}-${number}` });
const of = (series: string) => figure(registry, series);

/** Lets time pass, and has what is due looked after. */
async function later(ms: number): Promise<void> {
  world.desk.clock.advance(ms);
  await world.attend(runner);
  await runner.idle();
}

describe('the metrics of executions', () => {
  it('count runs by how they ended, and not while they are under way', async () => {
    const ask = (cause: string) => ({ id: world.incident.id, cause, by: ana });
    let open = () => {};
    world.outside.gate = new Promise((resolve) => {
      open = resolve;
    });
    await runner.run({ ...ask('run'), source: { ...scaleStep, number: '2' } });
    expect(await of('tocsin_runbook_runs_total{kind="diagnostic",outcome="done"}')).toBe(0);
    world.desk.clock.advance(7000);
    open();
    await runner.idle();
    await runner.mark({ ...ask('mark'), step: '3', title: 'Call the vendor', as: 'skipped' });
    expect(await of('tocsin_runbook_runs_total{kind="diagnostic",outcome="done"}')).toBe(1);
    expect(await of('tocsin_runbook_run_seconds_sum{kind="diagnostic"}')).toBe(7);
    expect(await of('tocsin_runbook_runs_total{kind="manual",outcome="skipped"}')).toBe(1);
    expect(await of('tocsin_plans_total{kind="mitigation",outcome="proposed"}')).toBe(0);
  });

  it('follow a mitigation from its plan to its verification, and its undo', async () => {
    world.outside.values = [8, 2, 2, 2, 2];
    const number = await propose('ask');
    expect(await of('tocsin_plans_total{kind="mitigation",outcome="proposed"}')).toBe(1);
    expect(await of('tocsin_approvals_asked_total{kind="mitigation"}')).toBe(1);
    world.desk.clock.advance(2 * minuteMs);
    await runner.approve(votes(number));
    await runner.approve(votes(number));
    await runner.idle();
    expect(await of('tocsin_approvals_decided_total{kind="mitigation",outcome="approved"}')).toBe(1);
    expect(await of('tocsin_approval_decision_seconds_sum{outcome="approved"}')).toBe(120);
    expect(await of('tocsin_mitigations_total{kind="mitigation",outcome="applied"}')).toBe(1);
    for (let round = 0; round < 4; round += 1) await later(30_000);
    expect(await of('tocsin_verifications_total{verdict="better"}')).toBe(1);
    expect(await of('tocsin_mitigations_total{kind="mitigation",outcome="applied"}')).toBe(1);

    const undo = await runner.undo({ id: world.incident.id, cause: 'undo', by: ana, number });
    await runner.idle();
    await runner.approve(votes(undo.execution.number));
    await runner.idle();
    expect(await of('tocsin_mitigations_total{kind="undo",outcome="applied"}')).toBe(1);
    expect(await of('tocsin_approvals_decided_total{kind="undo",outcome="approved"}')).toBe(1);
  });

  it('tell apart what was denied, taken back, let expire and applied alone', async () => {
    const denied = await propose('a');
    await runner.deny({ ...votes(denied), reason: 'not now' });
    const cancelled = await propose('b');
    await runner.cancel({ ...votes(cancelled, ana) });
    const alone = await propose('c');
    await later(6 * minuteMs);
    await runner.breakGlass({ ...votes(alone, ana), reason: 'nobody answers' });
    await runner.idle();
    await propose('d');
    await later(15 * minuteMs);
    const outcomes = ['denied', 'cancelled', 'break_glass', 'expired', 'approved'];
    const counted = await Promise.all(
      outcomes.map((outcome) => of(`tocsin_approvals_decided_total{kind="mitigation",outcome="${outcome}"}`)),
    );
    expect(counted).toEqual([1, 1, 1, 1, 0]);
    expect(await of('tocsin_approvals_asked_total{kind="mitigation"}')).toBe(4);
    expect(await of('tocsin_mitigations_total{kind="mitigation",outcome="applied"}')).toBe(1);
    expect(await of('tocsin_mitigations_total{kind="mitigation",outcome="expired"}')).toBe(0);
  });

  it('count a plan that failed, one that only reads, and an outcome that nobody knows', async () => {
    world.outside.planFails = 'no cluster';
    await propose('a');
    delete world.outside.planFails;
    world.outside.readsOnly = true;
    await propose('b');
    world.outside.readsOnly = false;
    world.outside.answers.set('scale gpu-worker from 3 to 10', 'lost');
    world.outside.isHidden = true;
    await runner.approve(votes(await propose('c')));
    await runner.idle();
    expect(await of('tocsin_plans_total{kind="mitigation",outcome="failed"}')).toBe(1);
    expect(await of('tocsin_plans_total{kind="mitigation",outcome="only_reads"}')).toBe(1);
    expect(await of('tocsin_runbook_runs_total{kind="diagnostic",outcome="done"}')).toBe(1);
    expect(await of('tocsin_mitigations_total{kind="mitigation",outcome="unknown"}')).toBe(1);
    expect(await of('tocsin_mitigations_total{kind="mitigation",outcome="failed"}')).toBe(0);
  });
});
