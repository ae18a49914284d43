import { describe, expect, it } from 'vitest';
import type { Runner } from '../../src/executions/runner.ts';
import { resolveIncident } from '../../src/incidents/resolve.ts';
import { verifyChain } from '../../src/timeline/chain.ts';
import { ana, ben } from '../support/desk.ts';
import { bot, cleo, eachInAWorld, guest, proposeScale, scaleStep, voteOn } from './world.ts';
import type { ExecutionWorld } from './world.ts';

const minuteMs = 60_000;

let world: ExecutionWorld;
let runner: Runner;

eachInAWorld((entered) => {
  ({ world, runner } = entered);
});

const propose = (cause = 'ask', process = runner) => proposeScale(world, process, cause);
const vote = (number: number, by = ben, cause = `vote-${by.id}-${number}`) => voteOn(world, number, { by, cause });

describe('a mitigation', () => {
  it('is planned, proposed, approved by another, applied, verified and told', async () => {
    world.outside.values = [8, 7.9, 2, 2, 2];
    const number = await propose();
    const proposed = await world.execution(number);
    expect(proposed).toMatchObject({
      number: 1,
      state: 'proposed',
      finding: 'scale gpu-worker from 3 to 10',
      risk: 'high',
      namespaces: ['video-processing'],
      targets: ['apps/deployments/video-processing/gpu-worker'],
      undo: { isPossible: false, words: 'cannot be undone: it is a test' },
    });
    expect(proposed.digest).toMatch(/^[0-9a-f]{64}$/);
    await runner.approve(vote(number));
    await runner.idle();
    expect(await world.execution(number)).toMatchObject({ state: 'applied', verification: { state: 'watching' } });
    expect([...world.outside.sends.values()]).toEqual([1]);

    for (let round = 0; round < 4; round += 1) {
      world.desk.clock.advance(30_000);
      await world.attend(runner);
      await runner.idle();
    }
    const { verification, dueAt } = await world.execution(number);
    expect(verification).toMatchObject({ state: 'finished', verdict: 'better', rounds: 4, check: 'Error rate', before: 8, after: 2 });
    expect(dueAt).toBeUndefined();
    expect(await world.kinds()).toEqual([
      'mitigation_requested',
      'mitigation_proposed',
      'mitigation_approved',
      'mitigation_started',
      'mitigation_applied',
      'verification',
    ]);
    const incident = await world.desk.fresh(world.incident);
    const entries = await world.desk.store.timeline.read(incident.id);
    expect(verifyChain(incident.id, entries, incident.timeline)).toMatchObject({ ok: true });
    expect(await world.desk.store.outbox.get(`${incident.id}:execution:1`)).toMatchObject({ view: { type: 'execution', number: 1 } });
  });

  it('that changes nothing is a diagnostic, and one with a blocker or without a plan is not proposed', async () => {
    world.outside.readsOnly = true;
    expect(await world.execution(await propose('a'))).toMatchObject({ type: 'diagnostic', state: 'done', finding: 'it only reads' });
    world.outside.readsOnly = false;
    world.outside.facts = [{ weight: 'blocker', rule: 'rights', text: 'the account may not patch deployments' }];
    expect(await world.execution(await propose('b'))).toMatchObject({
      state: 'failed',
      finding: 'This cannot be done: the account may not patch deployments',
    });
    world.outside.planFails = 'no cluster';
    expect(await world.execution(await propose('c'))).toMatchObject({ state: 'failed', finding: 'no cluster' });
  });

  it('is not approved by its requester, their second account, guests, bots or strangers, and by nobody twice', async () => {
    runner = world.process({ settings: { quorum: 2 } });
    const number = await propose();
    const refusals: [{ id: string; name: string }, RegExp][] = [
      [ana, /asked for #1 yourself/],
      [{ id: 'U0ANA20000', name: 'ana again' }, /asked for #1 yourself/],
      [guest, /guests may not/],
      [bot, /takes a person/],
      [{ id: 'U0NOBODY00', name: 'nobody' }, /could not find out who you are/],
    ];
    for (const [by, words] of refusals) await expect(runner.approve(vote(number, by))).rejects.toThrow(words);
    expect(await runner.approve(vote(number, ben, 'click'))).toMatchObject({ outcome: 'changed' });
    expect(await runner.approve(vote(number, ben, 'click'))).toMatchObject({ outcome: 'unchanged' });
    await expect(runner.approve(vote(number, ben, 'click again'))).rejects.toThrow(/voted on #1 already \(approved\)/);
    expect((await world.execution(number)).state).toBe('proposed');
    await runner.approve(vote(number, cleo));
    await runner.idle();
    expect((await world.execution(number)).state).toBe('applied');
    await expect(runner.approve(vote(number, cleo, 'late'))).rejects.toThrow(/takes no votes: it was applied already/);
    expect([...world.outside.sends.values()]).toEqual([1]);
  });

  it('is bound to what the voter saw', async () => {
    const number = await propose();
    const { digest = '' } = await world.execution(number);
    await expect(runner.approve({ ...vote(number), digest: 'f'.repeat(12) })).rejects.toMatchObject({ code: 'conflict' });
    await expect(runner.approve({ ...vote(number), digest: digest.slice(0, 4) })).rejects.toMatchObject({ code: 'conflict' });
    await runner.approve({ ...vote(number), digest: digest.slice(0, 12) });
    await runner.idle();
    expect((await world.execution(number)).state).toBe('applied');
  });

  it('is denied by one person, with a reason', async () => {
    const number = await propose();
    await expect(runner.deny({ ...vote(number), reason: '  ' })).rejects.toMatchObject({ code: 'invalid' });
    await runner.deny({ ...vote(number), reason: 'the database is the bottleneck' });
    expect(await world.execution(number)).toMatchObject({ state: 'denied', finding: 'the database is the bottleneck' });
    await expect(runner.approve(vote(number, cleo))).rejects.toThrow(/it was denied/);
    expect(world.outside.sends.size).toBe(0);
  });

  it('expires, and cannot be approved in its last moment or later', async () => {
    const number = await propose();
    world.desk.clock.advance(15 * minuteMs);
    await expect(runner.approve(vote(number))).rejects.toThrow(/expired/);
    await world.attend(runner);
    expect((await world.execution(number)).state).toBe('expired');
    await expect(runner.approve(vote(number, ben, 'later'))).rejects.toThrow(/has expired/);
    expect(await world.kinds()).toContain('mitigation_expired');
  });

  it('is cancelled by whoever asked, and by nobody else', async () => {
    const number = await propose();
    await expect(runner.cancel(vote(number, ben))).rejects.toThrow(/Only ana/);
    await runner.cancel(vote(number, ana));
    expect((await world.execution(number)).state).toBe('cancelled');
    await expect(runner.approve(vote(number))).rejects.toThrow(/it was cancelled/);
  });

  it('is not asked for in a resolved incident, and by people without the right not at all', async () => {
    await expect(runner.mitigate({ id: world.incident.id, cause: 'g', by: guest, source: scaleStep, checks: [] })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await resolveIncident(world.desk.change, { id: world.incident.id, cause: 'r', by: { type: 'user', ...ana } });
    await expect(propose()).rejects.toThrow(/it is resolved/);
  });
});

describe('breaking the glass', () => {
  const reason = 'nobody else is awake';

  it('takes a wait and a reason, is for the requester alone, and is told to those on call', async () => {
    const number = await propose();
    const ask = { ...vote(number, ana, 'glass'), reason };
    await expect(runner.breakGlass({ ...ask, reason: '' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(runner.breakGlass(ask)).rejects.toThrow(/in 5 minutes/);
    world.desk.clock.advance(5 * minuteMs);
    await expect(runner.breakGlass({ ...ask, by: ben })).rejects.toThrow(/You can approve it instead/);
    await runner.breakGlass(ask);
    await runner.idle();
    expect(await world.execution(number)).toMatchObject({ state: 'applied', breakGlass: { by: ana, reason } });
    await world.desk.relay();
    const entries = await world.desk.store.timeline.read(world.incident.id);
    const told = entries.find(({ kind }) => kind === 'break_glass');
    expect(await world.desk.store.outbox.get(`${world.incident.id}:entry:${told?.seq ?? 0}:oncall`)).toMatchObject({ lane: 'oncall' });
  });

  it('is over when somebody has denied it', async () => {
    const number = await propose();
    await runner.deny({ ...vote(number), reason: 'no' });
    world.desk.clock.advance(5 * minuteMs);
    await expect(runner.breakGlass({ ...vote(number, ana, 'glass'), reason })).rejects.toThrow(/it was denied/);
  });
});

describe('an undo', () => {
  it('is a plan of its own with its own approval, also after the incident, and once', async () => {
    const number = await propose();
    await runner.approve(vote(number));
    await runner.idle();
    await resolveIncident(world.desk.change, { id: world.incident.id, cause: 'r', by: { type: 'user', ...ana } });
    const undo = await runner.undo({ id: world.incident.id, cause: 'undo', by: ben, number });
    await runner.idle();
    await expect(runner.undo({ id: world.incident.id, cause: 'undo 2', by: ben, number })).rejects.toThrow(
      /#2 is already there to undo it/,
    );
    await expect(runner.approve(vote(undo.execution.number, ben))).rejects.toThrow(/yourself/);
    world.runbooks.delete('video.md');
    await runner.approve(vote(undo.execution.number, ana));
    await runner.idle();
    expect(await world.execution(2)).toMatchObject({ type: 'undo', undoOf: 1, state: 'applied', title: 'Undo of Scale up the workers' });
    expect(world.outside.sends.get('scale gpu-worker from 10 to 3')).toBe(1);
    await expect(runner.undo({ id: world.incident.id, cause: 'undo 3', by: ben, number })).rejects.toThrow(/#2 has undone it already/);
    await expect(runner.undo({ id: world.incident.id, cause: 'undo 4', by: ben, number: 2 })).rejects.toThrow(/it is no mitigation/);
  });
});
