import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Runner } from '../../src/executions/runner.ts';
import { executionsOf, hasEnded } from '../../src/incidents/execution.ts';
import { verifyChain } from '../../src/timeline/chain.ts';
import { ana, ben } from '../support/desk.ts';
import { scriptedOperations } from './scripted-operations.ts';
import { createExecutionWorld, errorCheck, scaleStep } from './world.ts';
import type { ExecutionWorld } from './world.ts';

/**
 * What happens to a process when it makes its n-th call of the store or the outside. A process that stalls is away with all of its calls, and
 * comes back when others have taken its work over. Nothing can be done about one that stalls between its last look and the request itself, so
 * that place crashes only.
 */
type Interruption = 'crash_before' | 'crash_after' | 'stall_before' | 'stall_after';

const interruptions = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 120 }), fc.constantFrom<Interruption>('crash_before', 'crash_after', 'stall_before', 'stall_after')),
  { maxLength: 6 },
);

type Fragile = { runner: Runner; gone: Promise<'gone'>; comeBack: () => void; isDead: () => boolean };

function createFragile(world: ExecutionWorld, take: () => Interruption | undefined): Fragile {
  const never = new Promise<never>(() => {});
  let leave: (word: 'gone') => void = () => {};
  const gone = new Promise<'gone'>((resolve) => {
    leave = resolve;
  });
  let gate: Promise<unknown> = Promise.resolve();
  // Several of its calls may be away at once, and all of them come back.
  const away: (() => void)[] = [];
  let isDead = false;

  function interrupt(type: 'crash' | 'stall'): Promise<unknown> {
    leave('gone');
    isDead = type === 'crash' || isDead;
    gate = isDead
      ? never
      : new Promise<void>((resolve) => {
          away.push(resolve);
        });
    return gate;
  }
  function comeBack(): void {
    for (const back of away.splice(0)) back();
  }
  async function call(act: () => Promise<unknown>, mayStall: boolean): Promise<unknown> {
    await gate;
    const interruption = take();
    const kind = interruption?.startsWith('stall') === true && mayStall ? 'stall' : 'crash';
    if (interruption?.endsWith('before') === true) await interrupt(kind);
    const answer = await act();
    if (interruption?.endsWith('after') === true) await interrupt(kind);
    await gate;
    return answer;
  }
  const fragile = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => call(async () => Reflect.apply(method, target, args), true);
      },
    });
  const { store, clock } = world.desk;
  const outside = Object.create(world.outside, {
    send: { value: (words: string) => call(() => world.outside.send(words), false) },
  });
  const runner = world.process({
    store: { incidents: fragile(store.incidents), executions: fragile(store.executions), locks: fragile(store.locks) },
    operations: fragile(scriptedOperations(outside, clock)),
  });
  return { runner, gone, comeBack, isDead: () => isDead };
}

/** People press until it works; what they press twice counts once. */
async function push(world: ExecutionWorld, runner: Runner): Promise<'pushed'> {
  const { id } = world.incident;
  const [execution] = executionsOf(await world.desk.fresh(world.incident));
  if (execution === undefined) await runner.mitigate({ id, cause: 'ask', by: ana, source: scaleStep, checks: [errorCheck] });
  if (execution?.state === 'proposed') await runner.approve({ id, number: 1, cause: 'vote', by: ben });
  await world.attend(runner);
  await runner.idle();
  return 'pushed';
}

type Played = { processes: readonly Fragile[]; calls: () => number };

async function play(world: ExecutionWorld, plan: Map<number, Interruption>): Promise<Played> {
  let calls = 0;
  let isOver = false;
  // What comes back after the end is let through, or the test itself would wait for it for ever.
  const take = () => (isOver ? undefined : plan.get((calls += 1)));
  const processes = [createFragile(world, take)];
  for (let round = 0; round < 300; round += 1) {
    const [current] = processes.slice(-1);
    if (current === undefined) throw new Error('there is no process');
    const end = await Promise.race([push(world, current.runner), current.gone]);
    const [execution] = executionsOf(await world.desk.fresh(world.incident));
    if (end === 'pushed' && execution !== undefined && hasEnded(execution) && execution.dueAt === undefined) {
      isOver = true;
      return { processes, calls: () => calls };
    }
    if (end === 'gone') processes.push(createFragile(world, take));
    world.desk.clock.advance(end === 'gone' ? 31_000 : 5000);
    // Whoever stalled comes back late, while another is at work.
    if (round % 3 === 2) for (const process of processes.slice(0, -1)) process.comeBack();
  }
  throw new Error('the execution never came to rest');
}

type Given = { operations: number; isHidden: boolean; isLost: boolean };

/** Plays the whole story with these interruptions and checks its end. Resolves with the end's state and how many calls were made. */
async function check(plan: Map<number, Interruption>, given: Given): Promise<{ state: string; calls: number }> {
  const world = await createExecutionWorld();
  try {
    const { outside } = world;
    outside.operations = ['scale a from 1 to 2', 'restart b', 'delete c'].slice(0, given.operations);
    outside.isHidden = given.isHidden;
    outside.values = [8, 2];
    if (given.isLost) outside.answers.set('restart b', 'lost');
    const { processes, calls } = await play(world, plan);
    for (const process of processes) process.comeBack();
    await Promise.all(processes.filter((each) => !each.isDead()).map(({ runner }) => runner.idle()));
    return { state: await checkEnd(world), calls: calls() };
  } finally {
    await world.desk.store.close();
  }
}

async function checkEnd(world: ExecutionWorld): Promise<string> {
  const sent = world.outside.operations.map((words) => world.outside.sends.get(words) ?? 0);
  expect(Math.max(...sent)).toBeLessThanOrEqual(1);
  const { id, state } = await world.execution(1);
  const { journal = [] } = (await world.desk.store.executions.get(id)) ?? {};
  expect(['applied', 'failed', 'unknown', 'expired']).toContain(state);
  const all = sent.every((count) => count === 1);
  if (state === 'applied') expect([all, journal.map((entry) => entry.state)]).toEqual([true, sent.map(() => 'done')]);
  if (state === 'failed') expect(all).toBe(false);
  if (state === 'expired') expect(sent).toEqual(sent.map(() => 0));

  const kinds = await world.kinds();
  const once = ['mitigation_requested', 'mitigation_proposed', 'mitigation_approved', `mitigation_${state}`, 'verification'];
  for (const kind of once) expect(kinds.filter((each) => each === kind).length).toBeLessThanOrEqual(1);
  expect(kinds).toContain(`mitigation_${state}`);
  const incident = await world.desk.fresh(world.incident);
  const entries = await world.desk.store.timeline.read(incident.id);
  expect(verifyChain(incident.id, entries, incident.timeline)).toMatchObject({ ok: true });
  return state;
}

const slow = 180_000;

describe('whenever a process dies or stalls, nothing is sent twice, and the state is right or honestly unknown', () => {
  it.each<Interruption>(['crash_after', 'stall_after'])('%s: once, at every single call', { timeout: slow }, async (interruption) => {
    const ends = new Set<string>();
    for (let at = 1; ; at += 1) {
      const { state, calls } = await check(new Map([[at, interruption]]), { operations: 2, isHidden: at % 2 === 0, isLost: false });
      ends.add(state);
      if (calls < at) break;
    }
    // A search that only ever saw the good end would show nothing.
    expect([...ends]).toEqual(expect.arrayContaining(['applied', 'failed', 'unknown']));
  });

  it('several times', { timeout: slow }, async () => {
    const given = fc.record({ operations: fc.integer({ min: 1, max: 3 }), isHidden: fc.boolean(), isLost: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(interruptions, given, async (plan, how) => void (await check(new Map(plan), how))),
      { numRuns: 25 },
    );
  });
});
