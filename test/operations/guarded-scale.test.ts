import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { textAt } from '../../src/simulator/kubernetes/tree.ts';
import type { Tree } from '../../src/simulator/kubernetes/tree.ts';
import { createStepWorld, memoryJournal, stepSource } from './step-world.ts';
import type { MemoryJournal, StepWorld } from './step-world.ts';

const area = 'video-processing';
const path = `/apis/apps/v1/namespaces/${area}/deployments/gpu-worker`;
const guarded = `kubectl scale deployment gpu-worker --current-replicas=3 --replicas=10 -n ${area}`;

let world: StepWorld;
beforeAll(async () => {
  world = await createStepWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.close());

async function somebody(body: Tree): Promise<void> {
  const answer = await fetch(world.access.url + path, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${world.access.token}`, 'content-type': 'application/strategic-merge-patch+json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

const deployment = () => world.cluster.object('Deployment', { namespace: area, name: 'gpu-worker' });
const desired = () => world.cluster.state().gpuWorkers.desired;
const writes = () => world.sent().filter((line) => line === `PUT ${path}/scale`);

/** Somebody is quicker: they change the object after the bot has read it for its write, and before that write arrives. */
function overtaken(change: () => Promise<void>): MemoryJournal {
  const journal = memoryJournal();
  return {
    entries: journal.entries,
    async record(entry) {
      await journal.record(entry);
      if (entry.state === 'sent') await change();
    },
  };
}

describe('a scale that says how many there are now', () => {
  it('is one write on the state that was seen, and sent once', async () => {
    const plan = await world.planned(guarded);
    expect(plan.operations).toMatchObject([{ words: `scale Deployment ${area}/gpu-worker from 3 to 10 replicas` }]);
    expect((await world.apply(plan)).report.state).toBe('applied');
    expect([desired(), writes().length]).toEqual([10, 1]);
  });

  it('is not planned where there are more or fewer already', async () => {
    await somebody({ spec: { replicas: 4 } });
    expect(await world.plan(stepSource(guarded))).toMatchObject({
      type: 'failed',
      reason: expect.stringContaining('Expected replicas to be 3, was 4'),
    });
    expect(desired()).toBe(4);
  });

  it('is not sent when somebody scaled it after the plan was made', async () => {
    const plan = await world.planned(guarded);
    await somebody({ spec: { replicas: 5 } });
    expect((await world.apply(plan)).report).toMatchObject({
      state: 'drifted',
      finding: expect.stringContaining('changed in what this touches'),
    });
    expect([desired(), writes()]).toEqual([5, []]);
  });

  it('is sent when something else of it changed meanwhile: the guard is about the replicas', async () => {
    const plan = await world.planned(guarded);
    await somebody({ metadata: { labels: { team: 'video' } } });
    expect((await world.apply(plan)).report.state).toBe('applied');
    expect([desired(), textAt(deployment(), 'metadata', 'labels', 'team')]).toEqual([10, 'video']);
  });

  it.each([
    ['scales it', { spec: { replicas: 6 } }, 6],
    ['changes anything else of it', { metadata: { labels: { team: 'video' } } }, 3],
  ])('is refused by the server when somebody %s in the very moment, and not tried again', async (_, body, left) => {
    const plan = await world.planned(guarded);
    const { report, journal } = await world.apply(
      plan,
      overtaken(() => somebody(body)),
    );
    const words = 'Operation cannot be fulfilled on deployments.apps "gpu-worker": the object has been modified';
    expect(report).toMatchObject({ state: 'failed', finding: expect.stringContaining(`0 of 1 done. ${words}`) });
    expect(journal.map(({ state }) => state)).toEqual(['sent', 'refused']);
    expect([desired(), writes().length]).toEqual([left, 1]);
  });

  it('by its version is not sent once anything of the object has changed', async () => {
    const version = textAt(deployment(), 'metadata', 'resourceVersion');
    const plan = await world.planned(guarded.replace('--current-replicas=3', `--resource-version=${version}`));
    await somebody({ metadata: { labels: { team: 'video' } } });
    const { report, journal } = await world.apply(plan);
    expect(report).toMatchObject({ state: 'failed', finding: expect.stringContaining(`Expected resource version to be ${version}, was`) });
    expect([journal, desired(), writes()]).toEqual([[], 3, []]);
  });
});
