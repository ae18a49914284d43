import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { executionsOf } from '../../../src/incidents/execution.ts';
import { scaleStep } from '../../executions/world.ts';
import { ana, ben } from '../../support/desk.ts';
import type { Fate } from '../support/change-proxy.ts';
import { realKubernetes } from '../support/control-plane.ts';
import { requireOrSkip } from '../support/require.ts';
import { area, startRecoveryWorld } from './recovery-world.ts';
import type { BotProcess, RecoveryWorld } from './recovery-world.ts';

const describeReal = requireOrSkip(realKubernetes.name, realKubernetes.present, realKubernetes.how);

/** Each test has Deployments of its own: where nobody knows what happened, the lock on the object stays. */
const names = Array.from({ length: 12 }, (_, index) => `worker-${index + 1}`);

const scale = (name: string, replicas = 4) => `kubectl scale deployment ${name} --replicas=${replicas} -n ${area}`;

describeReal('a mitigation over a line that breaks, on a real API server', () => {
  let place: RecoveryWorld;
  let bot: BotProcess;
  let before: { patches: number; seen: number };
  const free = [...names];

  beforeAll(async () => {
    place = await startRecoveryWorld(names);
    bot = place.process();
  });
  afterAll(async () => {
    await bot.stop();
    await place.stop();
  });
  beforeEach(async () => {
    before = { patches: await place.patches(), seen: place.proxy.changes().length };
  });
  afterEach(() => place.proxy.cutOff(false));

  function deployment(): string {
    const name = free.shift();
    if (name === undefined) throw new Error('there are too few Deployments');
    return name;
  }
  async function propose(text: string): Promise<number> {
    const source = { ...scaleStep, text };
    const asked = await bot.runner.mitigate({ id: place.world.incident.id, cause: `ask-${text}`, by: ana, source, checks: [] });
    await bot.runner.idle();
    expect(await look(asked.execution.number)).toMatchObject({ state: 'proposed' });
    return asked.execution.number;
  }
  async function approve(number: number): Promise<void> {
    await bot.runner.approve({ id: place.world.incident.id, number, cause: `approve-${number}`, by: ben });
  }
  async function look(number: number) {
    const execution = await place.world.execution(number);
    const { journal = [] } = (await place.world.desk.store.executions.get(execution.id)) ?? {};
    return { state: execution.state, finding: execution.finding, journal: journal.map(({ index, state }) => `${index} ${state}`) };
  }
  /** Proposes, has it approved, and waits until the change has met its fate. */
  async function meet(text: string, fate: Fate) {
    const number = await propose(text);
    const meeting = place.proxy.next(fate);
    await approve(number);
    return { number, ...(await meeting) };
  }
  /** What the clients sent and what the server says that it got, since the test began: no answer, no number. */
  async function sent() {
    const seen = place.proxy.changes().slice(before.seen);
    return { seen: seen.map(({ status }) => status ?? 'not arrived'), arrived: (await place.patches()) - before.patches };
  }
  /** Another process finds the lease lapsed. */
  async function takeOver(): Promise<void> {
    bot = place.process();
    place.world.desk.clock.advance(31_000);
    await place.world.attend(bot.runner);
    await bot.runner.idle();
  }

  const losses: readonly [Fate, 'applied' | 'failed'][] = [
    ['lose_answer', 'applied'],
    ['lose_half', 'applied'],
    ['lose_request', 'failed'],
  ];

  it.each(losses)('%s: found by reading to be %s', async (fate, state) => {
    const name = deployment();
    const { number } = await meet(scale(name), fate);
    await bot.runner.idle();
    const isDone = state === 'applied';
    expect(await look(number)).toMatchObject({ state, journal: [isDone ? '0 done' : '0 refused'] });
    expect((await look(number)).finding).toMatch(isDone ? /1 of 1 done.*found done by looking/ : /0 of 1 done.*found not done by looking/);
    expect(await place.replicas(name)).toBe(isDone ? 4 : 1);
    expect(await sent()).toEqual(isDone ? { seen: [200], arrived: 1 } : { seen: ['not arrived'], arrived: 0 });
  });

  it('can be taken back after that, and the answer to the undo may be lost too', async () => {
    const name = deployment();
    const { number } = await meet(scale(name), 'lose_answer');
    await bot.runner.idle();
    const undo = await bot.runner.undo({ id: place.world.incident.id, number, cause: `undo-${number}`, by: ana });
    await bot.runner.idle();
    const meeting = place.proxy.next('lose_answer');
    await approve(undo.execution.number);
    await meeting;
    await bot.runner.idle();
    expect(await look(undo.execution.number)).toMatchObject({ state: 'applied' });
    expect([await place.replicas(name), await sent()]).toEqual([1, { seen: [200, 200], arrived: 2 }]);
  });

  it('is unknown while nobody can look, is found out later, and is not sent again', async () => {
    const name = deployment();
    const { number } = await meet(scale(name), 'lose_answer');
    place.proxy.cutOff(true);
    await bot.runner.idle();
    expect(await look(number)).toMatchObject({ state: 'unknown', journal: ['0 unknown'] });
    const attend = async () => {
      place.world.desk.clock.advance(31_000);
      await place.world.attend(bot.runner);
      await bot.runner.idle();
    };
    await attend();
    expect(await look(number)).toMatchObject({ state: 'unknown', journal: ['0 unknown'] });
    place.proxy.cutOff(false);
    await attend();
    expect(await look(number)).toMatchObject({
      state: 'applied',
      journal: ['0 done'],
      finding: expect.stringContaining('found done by looking'),
    });
    expect([await place.replicas(name), await sent()]).toEqual([4, { seen: [200], arrived: 1 }]);
  });

  const deaths: readonly [string, Fate, 'applied' | 'failed'][] = [
    ['after the server carried it out', 'hold_answer', 'applied'],
    ['before the server got it', 'hold_request', 'failed'],
  ];

  it.each(deaths)('the process dies %s: another finds out', async (_, fate, state) => {
    const name = deployment();
    const { number, letGo } = await meet(scale(name), fate);
    await bot.die();
    letGo();
    expect(await look(number)).toMatchObject({ state: 'applying', journal: ['0 sent'] });
    await takeOver();
    const isDone = state === 'applied';
    expect(await look(number)).toMatchObject({ state, journal: [isDone ? '0 done' : '0 refused'] });
    expect(await place.replicas(name)).toBe(isDone ? 4 : 1);
    expect(await sent()).toEqual(isDone ? { seen: [200], arrived: 1 } : { seen: ['not arrived'], arrived: 0 });
  });

  it('the process dies after the first of three changes: the rest is not sent, and what was done can be taken back', async () => {
    const [first, second, third] = [deployment(), deployment(), deployment()];
    const number = await propose([scale(first), scale(second), scale(third)].join('\n'));
    const passed = place.proxy.next('hold_answer');
    await approve(number);
    const { letGo } = await passed;
    const meeting = place.proxy.next('hold_answer');
    letGo();
    await meeting;
    await bot.die();
    await takeOver();
    expect(await look(number)).toMatchObject({ state: 'failed', journal: ['0 done', '1 done'] });
    expect((await look(number)).finding).toMatch(/^2 of 3 done/);
    const replicas = () => Promise.all([first, second, third].map((name) => place.replicas(name)));
    expect([await replicas(), await sent()]).toEqual([[4, 4, 1], { seen: [200, 200], arrived: 2 }]);

    const undo = await bot.runner.undo({ id: place.world.incident.id, number, cause: `undo-${number}`, by: ana });
    await bot.runner.idle();
    await approve(undo.execution.number);
    await bot.runner.idle();
    expect(await look(undo.execution.number)).toMatchObject({ state: 'applied' });
    expect([await replicas(), (await sent()).arrived]).toEqual([[1, 1, 1], 4]);
  });

  it('the process dies and somebody else changes the object: unknown', async () => {
    const name = deployment();
    const { number } = await meet(scale(name), 'hold_answer');
    await bot.die();
    await place.plane.kubectl(['scale', 'deployment', name, '--replicas=7', '-n', area]);
    await takeOver();
    expect(await look(number)).toMatchObject({ state: 'unknown', finding: expect.stringContaining('neither as before nor as planned') });
    expect(await place.replicas(name)).toBe(7);
    // The second patch is that of kubectl.
    expect(await sent()).toEqual({ seen: [200], arrived: 2 });
  });

  it('the process was only away, and comes back when another has found out: it changes nothing', async () => {
    const name = deployment();
    const away = bot;
    const { number, letGo } = await meet(scale(name), 'hold_answer');
    away.freeze();
    await takeOver();
    const found = await look(number);
    expect(found).toMatchObject({ state: 'applied', journal: ['0 done'] });
    letGo();
    away.wake();
    await away.runner.idle();
    await away.stop();
    expect(await look(number)).toEqual(found);
    expect([await place.replicas(name), await sent()]).toEqual([4, { seen: [200], arrived: 1 }]);
  });

  it('each was told to have ended once (and one to be in doubt before), and nothing but these patches was ever sent', async () => {
    const patch = /^PATCH \/apis\/apps\/v1\/namespaces\/recovery\/deployments\/worker-\d+\/scale$/;
    expect(place.proxy.changes().filter(({ line }) => !patch.test(line))).toEqual([]);
    const executions = executionsOf(await place.world.desk.fresh(place.world.incident));
    const ends = (await place.world.kinds()).filter((kind) => /^mitigation_(?:applied|failed|unknown)$/.test(kind));
    const foundLater = 'mitigation_unknown';
    expect(ends.toSorted()).toEqual([...executions.map(({ state }) => `mitigation_${state}`), foundLater].toSorted());
  });
});
