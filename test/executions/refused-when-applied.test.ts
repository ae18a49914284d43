import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { textAt } from '../../src/simulator/kubernetes/tree.ts';
import type { Tree } from '../../src/simulator/kubernetes/tree.ts';
import { createRealSteps } from './real-steps.ts';
import type { RealCase, RealSteps } from './real-steps.ts';

const area = 'video-processing';
const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'limits', namespace: area } };
const patch = `kubectl patch configmap limits -n ${area} -p '{"data":{"jobs":"8"}}'`;
const scale = `kubectl scale deployment gpu-worker --replicas=10 -n ${area}`;
const role = 'tocsin-mutator';

let real: RealSteps;
let world: RealCase;
let rights: Tree;
beforeAll(async () => {
  real = await createRealSteps({ account: 'mutator' });
  rights = structuredClone(real.steps.cluster.object('ClusterRole', { name: role }) ?? {});
});
beforeEach(async () => {
  real.steps.cluster.remove('ConfigMap', { namespace: area, name: 'limits' });
  real.steps.cluster.apply({ ...config, data: { jobs: '4' } });
  world = await real.begin();
});
afterEach(async () => {
  real.steps.cluster.apply(rights);
  await world.end();
});
afterAll(() => real.close());

const jobs = () => textAt(real.steps.cluster.object('ConfigMap', { namespace: area, name: 'limits' }), 'data', 'jobs');

/** Nobody holds the objects of an execution any more. */
async function expectUnlocked(number: number): Promise<void> {
  const { targets, id } = await world.execution(number);
  expect(targets.length).toBeGreaterThan(0);
  const now = world.incident.updatedAt;
  for (const key of targets) {
    const holder = `${id}-rival` as typeof id;
    expect(await world.desk.store.locks.lock({ key, holder, label: 'a rival', until: now, now })).toMatchObject({ holder });
    await world.desk.store.locks.unlock(key, holder);
  }
}

describe('what the server refuses only when it is applied', () => {
  it('because the account has lost the right (403) has failed with the server’s words, and the next one may go on at once', async () => {
    const { number, state } = await world.propose(scale);
    expect(state).toBe('proposed');
    real.steps.cluster.apply({ ...rights, rules: [{ apiGroups: ['apps'], resources: ['*'], verbs: ['get', 'list'] }] });
    const words = `deployments.apps "gpu-worker" is forbidden: User "system:serviceaccount:tocsin:mutator" cannot patch resource "deployments/scale" in API group "apps" in the namespace "${area}"`;
    expect(await world.approve(number)).toMatchObject({ state: 'failed', finding: expect.stringContaining('is forbidden: User') });
    const screen = await world.screen(number);
    expect(screen).toContain('· failed');
    expect(screen).toContain(words);
    expect(screen).toContain('Nothing was changed.');
    await expectUnlocked(number);

    real.steps.cluster.apply(rights);
    const again = await world.propose(scale);
    expect(await world.approve(again.number)).toMatchObject({ state: 'applied' });
    expect(real.steps.cluster.state().gpuWorkers.desired).toBe(10);
  });

  it('because the object does not take it any more (422) has failed with the server’s words, and the lock is free', async () => {
    const { number, state } = await world.propose(patch);
    expect(state).toBe('proposed');
    real.steps.cluster.apply({ ...config, data: { jobs: '4' }, immutable: true });
    expect(await world.approve(number)).toMatchObject({ state: 'failed', finding: expect.stringContaining('0 of 1 done') });
    const screen = await world.screen(number);
    expect(screen).toContain('ConfigMap "limits" is invalid: data: Forbidden: field is immutable when `immutable` is set');
    expect(screen).toContain('Nothing was changed.');
    expect(jobs()).toBe('4');
    await expectUnlocked(number);
  });

  it('after a first operation was done says which, and leaves the second alone', async () => {
    const { number } = await world.propose(`${scale}\n${patch}`);
    real.steps.cluster.apply({ ...config, data: { jobs: '4' }, immutable: true });
    expect(await world.approve(number)).toMatchObject({ state: 'failed', finding: expect.stringMatching(/^1 of 2 done\. .*invalid/) });
    const screen = await world.screen(number);
    expect(screen).toContain('Only a part of it was done.');
    expect(screen).toMatch(/✅ scale Deployment video-processing\/gpu-worker.*\n?[^]*❌ patch ConfigMap video-processing\/limits/);
    expect(screen).toContain('Can be undone: scale Deployment video-processing/gpu-worker');
    await expectUnlocked(number);
  });
});
