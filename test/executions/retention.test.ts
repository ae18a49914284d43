import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../src/config/settings.ts';
import { pruneExecutions } from '../../src/executions/retention.ts';
import type { Runner } from '../../src/executions/runner.ts';
import { toMarkdown } from '../../src/export/markdown.ts';
import { collectExport, toJson } from '../../src/export/render.ts';
import { verifyExport } from '../../src/export/verify.ts';
import { executionsOf } from '../../src/incidents/execution.ts';
import { resolveIncident } from '../../src/incidents/resolve.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { addMs, toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createRunbookLibrary } from '../../src/runbooks/library.ts';
import { startRetention } from '../../src/wiring/retention.ts';
import { ana, ben } from '../support/desk.ts';
import { exampleExecutionDocument, exampleExecutionId } from '../support/execution-examples.ts';
import { eachInAWorld, proposeScale, scaleStep, voteOn } from './world.ts';
import type { ExecutionWorld } from './world.ts';

const dayMs = 24 * 60 * 60_000;
const never = new AbortController().signal;

let world: ExecutionWorld;
let runner: Runner;

eachInAWorld((entered) => {
  ({ world, runner } = entered);
});

const ask = (cause: string) => ({ id: world.incident.id, cause, by: ana });
const resolve = () => resolveIncident(world.desk.change, { ...ask('resolve'), by: { type: 'user', ...ana } });
const prune = (days = 90) =>
  pruneExecutions({ ...world.desk.store, log: silentLog }, addMs(toInstant(world.desk.clock.now()), -days * dayMs), never);

async function documents(): Promise<number> {
  const ids = executionsOf(await world.desk.fresh(world.incident)).map(({ id }) => id);
  return (await world.desk.store.executions.known(ids)).length;
}

/** A diagnostic, a manual step, and a mitigation that was applied and is watched. */
async function work(): Promise<void> {
  await runner.run({ ...ask('run'), source: { ...scaleStep, number: '2' } });
  await runner.mark({ ...ask('mark'), step: '3', title: 'Call the vendor', as: 'done' });
  const number = await proposeScale(world, runner, 'ask');
  await runner.approve(voteOn(world, number, { by: ben, cause: 'yes' }));
  await runner.idle();
}

/** Until nothing of the incident is due any more. */
async function finish(): Promise<void> {
  for (let isDue = true; isDue;) {
    world.desk.clock.advance(30_000);
    isDue = await world.attend(runner);
    await runner.idle();
  }
}

describe('the documents of executions', () => {
  it('of an open incident are kept, however old they are', async () => {
    await work();
    await finish();
    world.desk.clock.advance(1000 * dayMs);
    expect(await prune()).toBe(0);
    expect(await documents()).toBe(2);
  });

  it('are kept for so long after the resolution, not after they were made', async () => {
    await work();
    await finish();
    world.desk.clock.advance(1000 * dayMs);
    await resolve();
    world.desk.clock.advance(90 * dayMs);
    expect(await prune()).toBe(0);
    world.desk.clock.advance(1);
    expect(await prune()).toBe(2);
    expect(await prune()).toBe(0);
  });

  it('are kept while a mitigation of the incident is still watched', async () => {
    await work();
    await resolve();
    world.desk.clock.advance(91 * dayMs);
    expect(await prune()).toBe(0);
    await finish();
    expect(await prune()).toBe(2);
  });

  it('leave the record whole when they go: the timeline holds, and the export says what is missing', async () => {
    await work();
    await finish();
    await resolve();
    const { store, clock } = world.desk;
    await world.desk.relay();
    const exported = async () =>
      collectExport({ ...store, clock, runbooks: createRunbookLibrary([]) }, await world.desk.fresh(world.incident));
    const before = await exported();
    expect(before.gaps.join()).not.toContain('not kept any more');
    clock.advance(91 * dayMs);
    await prune();
    const after = await exported();
    expect(after.timeline).toEqual(before.timeline);
    const said =
      'Whole outputs, plans and journals are not kept any more for #1 and #3: what the timeline holds of them stays, with their digests.';
    expect(after.gaps).toContain(said);
    expect(toMarkdown(after)).toContain('Whole outputs, plans and journals are not kept any more for');
    expect(toMarkdown(after)).toContain('ran 2');
    expect(verifyExport(toJson(after))).toMatchObject({ ok: true });
  });

  it('that are gone are missed with words, by an undo', async () => {
    await work();
    await finish();
    await resolve();
    world.desk.clock.advance(91 * dayMs);
    await prune();
    await expect(runner.undo({ ...ask('undo'), number: 3 })).rejects.toThrow(
      'The plan of #3 is not kept any more, so it cannot be undone from here. Change it back by hand.',
    );
  });

  it('are looked through page by page, those that stay among those that go', async () => {
    await resolve();
    const open = await world.desk.open();
    const { executions } = world.desk.store;
    const createdAt = toInstant(world.desk.clock.now());
    for (let index = 0; index < 450; index += 1) {
      const incidentId = index % 3 === 0 ? open.id : world.incident.id;
      await executions.insert({ ...exampleExecutionDocument({ incidentId, createdAt }), id: exampleExecutionId(`e${index}`) });
    }
    world.desk.clock.advance(91 * dayMs);
    expect(await prune()).toBe(300);
    expect(await executions.listMadeBefore(toInstant(world.desk.clock.now()), { limit: 1000 })).toHaveLength(150);
  });

  it('of an incident that cannot be read stay, and a store that is away is tried again later', async () => {
    await resolve();
    const { store, clock } = world.desk;
    await store.executions.insert(exampleExecutionDocument({ incidentId: world.incident.id, createdAt: toInstant(clock.now()) }));
    clock.advance(91 * dayMs);
    const problem = { is: new Error('a newer schema') };
    const get = async (): Promise<never> => {
      throw problem.is;
    };
    const deps = { ...store, incidents: { get }, log: silentLog };
    const now = toInstant(clock.now());
    expect(await pruneExecutions(deps, now, never)).toBe(0);
    problem.is = new TocsinError('unavailable', 'away');
    await expect(pruneExecutions(deps, now, never)).rejects.toThrow('away');
    expect(await prune()).toBe(1);
  });

  it('are removed by the running bot as the settings say', async () => {
    await work();
    await finish();
    await resolve();
    const { store, clock } = world.desk;
    clock.advance(91 * dayMs);
    const removed = Promise.withResolvers<object>();
    const retention = startRetention({
      settings: settingsSchema.parse({}),
      store,
      clock,
      log: { ...silentLog, info: (fields) => removed.resolve(fields) },
    });
    expect(await removed.promise).toEqual({ deliveries: 0, executions: 2 });
    await retention.stop();
  });
});
