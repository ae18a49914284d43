import { describe, expect, it } from 'vitest';
import type { Runner } from '../../src/executions/runner.ts';
import { ana, ben } from '../support/desk.ts';
import { eachInAWorld, member, proposeScale, voteOn } from './world.ts';
import type { ExecutionWorld } from './world.ts';

const minuteMs = 60_000;

let world: ExecutionWorld;
let runner: Runner;

eachInAWorld((entered) => {
  ({ world, runner } = entered);
});

const propose = (cause = 'ask', process = runner) => proposeScale(world, process, cause);
const vote = (number: number, by = ben, cause = `vote-${by.id}-${number}`) => voteOn(world, number, { by, cause });

describe('at the moment of applying', () => {
  /** Approved, and not applied yet, because the requester cannot be looked up. */
  async function approvedButWaiting(): Promise<number> {
    const number = await propose();
    world.people.delete(ana.id);
    await runner.approve(vote(number));
    await runner.idle();
    expect(await world.execution(number)).toMatchObject({ state: 'approved', finding: expect.stringContaining('cannot be looked up') });
    world.people.set(ana.id, member);
    return number;
  }

  async function again(): Promise<void> {
    world.desk.clock.advance(5000);
    await world.attend(runner);
    await runner.idle();
  }

  it('people who cannot be looked up hold it up until they can', async () => {
    const number = await approvedButWaiting();
    await again();
    expect((await world.execution(number)).state).toBe('applied');
  });

  it('whoever cannot look them up leaves the locks to the process that can', async () => {
    const number = await approvedButWaiting();
    const { id, targets } = await world.execution(number);
    const [key = ''] = targets;
    const now = world.incident.updatedAt;
    const until = (await world.execution(number)).expiresAt ?? now;
    await world.desk.store.locks.lock({ key, holder: id, label: 'the other process', until, now });
    world.people.delete(ana.id);
    await again();
    const rival = { key, holder: `${id}-rival` as typeof id, label: 'a rival', until };
    expect(await world.desk.store.locks.lock({ ...rival, now })).toMatchObject({ holder: id });
  });

  it('a runbook that was changed, or is gone, makes it stale', async () => {
    const number = await approvedButWaiting();
    world.runbooks.set('video.md', 'another');
    await again();
    expect(await world.execution(number)).toMatchObject({
      state: 'stale',
      finding: 'the runbook video.md was changed after the plan was made',
    });
    expect(world.outside.sends.size).toBe(0);
  });

  it('an approver who lost the right makes it stale', async () => {
    const number = await approvedButWaiting();
    world.people.set(ben.id, { ...member, isDeleted: true });
    await again();
    expect(await world.execution(number)).toMatchObject({ state: 'stale', finding: expect.stringContaining('0 of 1 approvals') });
  });

  it('a stored plan that was tampered with makes it stale', async () => {
    const number = await approvedButWaiting();
    const { id } = await world.execution(number);
    const document = await world.desk.store.executions.get(id);
    if (document?.plan === undefined) throw new Error('there is no plan');
    const [first] = document.plan.operations;
    if (first?.operation.type !== 'change') throw new Error('there is no operation');
    const operation = { ...first.operation, request: { ...first.operation.request, body: { spec: { replicas: 0 } } } };
    const plan = { ...document.plan, operations: [{ ...first, operation }] };
    await world.desk.store.executions.replace({ ...document, plan, version: document.version + 1 }, document.version);
    await again();
    expect(await world.execution(number)).toMatchObject({ state: 'stale', finding: 'the stored plan is not the one that was approved' });
    expect(world.outside.sends.size).toBe(0);
  });

  it('one that waited too long has expired', async () => {
    const number = await approvedButWaiting();
    world.desk.clock.advance(15 * minuteMs);
    await again();
    expect((await world.execution(number)).state).toBe('expired');
  });

  it('one whose checks were cut off when the process stopped is compared with what they say later', async () => {
    const now = { isAsked: false, isStopped: false };
    const operations = world.operations();
    const stopping = world.process({
      operations: {
        ...operations,
        async verify(checks, { signal }) {
          now.isAsked = true;
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          return checks.map(({ title }) => ({ title, problem: 'it was stopped' }));
        },
      },
    });
    world.outside.values = [8, 2];
    const number = await propose();
    await stopping.approve(vote(number));
    while (!now.isAsked) await new Promise((resolve) => setImmediate(resolve));
    const stopped = stopping.stop().then(() => {
      now.isStopped = true;
    });
    for (let round = 0; round < 500 && !now.isStopped; round += 1) {
      world.desk.clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stopped;
    for (let round = 0; round < 2; round += 1) {
      world.desk.clock.advance(31_000);
      await again();
    }
    const { id, state } = await world.execution(number);
    const document = await world.desk.store.executions.get(id);
    expect([state, document?.baseline?.readings]).toEqual(['applied', [{ title: 'Error rate', value: 8 }]]);
  });

  it('an object that drifted makes it stale, and nothing is sent', async () => {
    world.outside.drifted = true;
    const number = await propose();
    await runner.approve(vote(number));
    await runner.idle();
    expect(await world.execution(number)).toMatchObject({ state: 'stale', finding: 'the replicas changed meanwhile' });
    expect(await world.kinds()).toContain('mitigation_stale');
  });

  it('only one mitigation works on an object, also across incidents', async () => {
    const number = await propose();
    const other = await world.desk.open();
    const { targets, id } = await world.execution(number);
    const [key = ''] = targets;
    const now = world.incident.updatedAt;
    const until = (await world.execution(number)).expiresAt ?? now;
    const rival = { key, holder: `${id}-rival` as typeof id, label: `INC-${other.number} #1`, until };
    await world.desk.store.locks.lock({ ...rival, now });
    await runner.approve(vote(number));
    await runner.idle();
    expect(await world.execution(number)).toMatchObject({
      state: 'approved',
      finding: 'waits for INC-2 #1, which works on the same object',
    });
    await world.desk.store.locks.unlock(key, rival.holder);
    await again();
    expect((await world.execution(number)).state).toBe('applied');
    expect(await world.desk.store.locks.lock({ ...rival, now })).toMatchObject({ holder: rival.holder });
  });

  it('what nobody could look up is looked up later, told, and frees its objects; nothing is sent again', async () => {
    const operations = world.operations();
    let looks = 0;
    const blind = world.process({
      operations: {
        ...operations,
        apply: async (...asked) => ({ ...(await operations.apply(...asked)), wasBlind: true }),
        async reconcile(...asked) {
          looks += 1;
          return looks < 3 ? { state: 'unknown', journal: [], finding: 'it is away', wasBlind: true } : operations.reconcile(...asked);
        },
      },
    });
    world.outside.answers.set('scale gpu-worker from 3 to 10', 'lost');
    const number = await propose();
    await blind.approve(vote(number));
    await blind.idle();
    const { targets, id, expiresAt = world.incident.updatedAt } = await world.execution(number);
    const [key = ''] = targets;
    const lock = async () => {
      const rival = { key, holder: `${id}-rival` as typeof id, label: 'INC-2 #1', until: expiresAt };
      return (await world.desk.store.locks.lock({ ...rival, now: world.incident.updatedAt })).label;
    };
    expect([(await world.execution(number)).state, await lock()]).toEqual(['unknown', 'INC-1 #1']);
    for (let round = 0; round < 12; round += 1) {
      world.desk.clock.advance(5000);
      await world.attend(blind);
      await blind.idle();
    }
    const { state, finding, lookUntil } = await world.execution(number);
    expect({ state, finding, lookUntil, looks }).toEqual({ state: 'applied', finding: '1 done', lookUntil: undefined, looks: 3 });
    expect(await lock()).toBe('INC-2 #1');
    expect([...world.outside.sends.values()]).toEqual([1]);
    expect((await world.kinds()).filter((kind) => /^mitigation_(?:unknown|applied)$/.test(kind))).toEqual([
      'mitigation_unknown',
      'mitigation_applied',
    ]);
    await blind.stop();
  });

  it('an answer that is lost is shown as unknown, and nothing is sent again', async () => {
    world.outside.answers.set('scale gpu-worker from 3 to 10', 'lost');
    const number = await propose();
    await runner.approve(vote(number));
    await runner.idle();
    for (let round = 0; round < 30; round += 1) await again();
    expect((await world.execution(number)).state).toBe('unknown');
    expect([...world.outside.sends.values()]).toEqual([1]);
  });
});
