import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planDigest } from '../../src/operations/normal-form.ts';
import { textAt } from '../../src/simulator/kubernetes/tree.ts';
import type { Tree } from '../../src/simulator/kubernetes/tree.ts';
import { createStepWorld, signal, stepSource } from './step-world.ts';
import type { StepWorld } from './step-world.ts';

const area = 'video-processing';
const scaleUp = `kubectl scale deployment gpu-worker --replicas=10 -n ${area}`;
const pause = `kubectl patch deployment gpu-worker -n ${area} -p '{"spec":{"template":{"metadata":{"annotations":{"paused":"true"}}}}}'`;

let world: StepWorld;
beforeAll(async () => {
  world = await createStepWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.close());

/** Somebody else at the cluster. */
async function somebody(name: string, body: Tree): Promise<void> {
  const answer = await fetch(`${world.access.url}/apis/apps/v1/namespaces/${area}/deployments/${name}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${world.access.token}`, 'content-type': 'application/strategic-merge-patch+json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

/** What the bot sent after somebody did something. */
function sentSince(start: number): readonly string[] {
  return world.sent().slice(start);
}

describe('what changed between the plan and the apply', () => {
  it('stops it when the content that it touches changed', async () => {
    const plan = await world.planned(scaleUp);
    await somebody('gpu-worker', { spec: { replicas: 6 } });
    const start = world.sent().length;
    const { report, journal } = await world.apply(plan);
    expect(report).toMatchObject({
      state: 'drifted',
      finding: expect.stringContaining('Deployment gpu-worker was changed in what this touches'),
    });
    expect([journal, sentSince(start)]).toEqual([[], []]);
  });

  it('does not when other content or only the status changed', async () => {
    const plan = await world.planned(scaleUp);
    await somebody('gpu-worker', { metadata: { labels: { team: 'video' } } });
    world.clock.advance(60_000);
    expect((await world.apply(plan)).report.state).toBe('applied');
  });

  it('sees it in each of several operations on one object', async () => {
    const plan = await world.planned(`${scaleUp}\n${pause}`);
    await somebody('gpu-worker', { spec: { template: { metadata: { annotations: { paused: 'no' } } } } });
    const start = world.sent().length;
    expect((await world.apply(plan)).report.state).toBe('drifted');
    expect(sentSince(start)).toEqual([]);
  });

  it('stops it when the object is gone, or another one of the same name', async () => {
    const plan = await world.planned(scaleUp);
    const spec = world.cluster.object('Deployment', { namespace: area, name: 'gpu-worker' })?.['spec'] ?? {};
    world.cluster.remove('Deployment', { namespace: area, name: 'gpu-worker' });
    expect((await world.apply(plan)).report).toMatchObject({ state: 'drifted', finding: 'Deployment gpu-worker is gone.' });
    world.cluster.apply({ spec, apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'gpu-worker', namespace: area } });
    expect((await world.apply(plan)).report).toMatchObject({
      state: 'drifted',
      finding: 'Deployment gpu-worker was deleted and made anew.',
    });
    expect(world.sent()).toEqual([]);
  });
});

describe('what is carried out is what was planned', () => {
  const otherPlans: readonly [string, string][] = [
    ['another number', scaleUp.replace('10', '11')],
    ['another object', scaleUp.replace('gpu-worker', 'asr-worker')],
    ['an operation that was not planned before it', `${scaleUp.replace('gpu', 'asr')}\n${scaleUp}`],
    ['a command in a container', `kubectl exec -n ${area} deployment/nats -- nats-sub test`],
  ];
  it.each(otherPlans)('%s in the script is stopped although the plan is approved', async (_, text) => {
    const plan = await world.planned(scaleUp);
    const forged = { ...plan, source: stepSource(text) };
    expect((await world.apply(forged)).report).toMatchObject({ state: 'drifted', finding: expect.stringContaining('digest') });
    const { report, journal } = await world.apply({ ...forged, digest: planDigest(forged) });
    expect(report).toMatchObject({ state: 'drifted', finding: `This differs from what was approved: ${plan.operations[0]?.words ?? ''}.` });
    expect([journal, world.sent()]).toEqual([[], []]);
  });

  it.each([
    ['a second time', `${scaleUp}\n${scaleUp}`, 'This was not in the plan that was approved.'],
    ['one more', `${scaleUp}\n${pause}`, 'This was not in the plan that was approved.'],
  ])('sends the same operation once: %s', async (_, text, reason) => {
    const plan = await world.planned(scaleUp);
    const forged = { ...plan, source: stepSource(text) };
    const { report } = await world.apply({ ...forged, digest: planDigest(forged) });
    expect(report).toMatchObject({ state: 'failed', finding: `1 of 1 done. ${reason}` });
    expect(world.sent()).toHaveLength(1);
  });

  it('stops a script that reads something else than when it was planned', async () => {
    const text = `n=$(kubectl get deployment gpu-worker -n ${area} -o jsonpath='{.metadata.labels.wanted}')\nkubectl scale deployment asr-worker -n ${area} --replicas="\${n:-3}"`;
    const plan = await world.planned(text);
    expect(plan.operations.map(({ words }) => words)).toEqual([`scale Deployment ${area}/asr-worker from 2 to 3 replicas`]);
    await somebody('gpu-worker', { metadata: { labels: { wanted: '0' } } });
    const start = world.sent().length;
    expect((await world.apply(plan)).report).toMatchObject({
      state: 'drifted',
      finding: expect.stringContaining('differs from what was approved'),
    });
    expect(sentSince(start)).toEqual([]);
  });

  it('stops where a value follows from its own earlier change, and says before that it may', async () => {
    const text = `${scaleUp}\nkubectl annotate deployment gpu-worker -n ${area} size="$(kubectl get deployment gpu-worker -n ${area} -o jsonpath='{.spec.replicas}')"`;
    const plan = await world.planned(text);
    expect(plan.facts.map(({ rule }) => rule)).toContain('late-read');
    const { report } = await world.apply(plan);
    expect(report).toMatchObject({ state: 'failed', finding: expect.stringMatching(/^1 of 2 done\. This differs from what was approved/) });
    expect(world.sent()).toHaveLength(1);
  });

  it('carries several operations on one object out', async () => {
    const plan = await world.planned(
      `${scaleUp}\nkubectl rollout restart deployment/gpu-worker -n ${area}\nkubectl rollout status deployment/gpu-worker -n ${area}`,
    );
    expect(plan.operations).toHaveLength(2);
    expect(plan.facts.map(({ rule }) => rule)).toContain('late-read');
    expect((await world.apply(plan)).report.state).toBe('applied');
    expect(world.cluster.state().gpuWorkers).toMatchObject({ desired: 10, ready: 10 });
  });

  it('does what watch would do again and again once', async () => {
    const plan = await world.planned(`watch -n 30 '${scaleUp}'`);
    expect(plan.operations).toHaveLength(1);
    expect((await world.apply(plan)).report.state).toBe('applied');
    expect(world.sent()).toHaveLength(1);
  });

  it('does nothing when another process has the plan', async () => {
    const plan = await world.planned(scaleUp);
    const away = { entries: [], record: () => Promise.reject(new Error('the lease is lost')) };
    expect((await world.apply(plan, away)).report).toMatchObject({
      state: 'failed',
      finding: expect.stringContaining('the lease is lost'),
    });
    expect(world.sent()).toEqual([]);
  });
});

describe('plans that delete', () => {
  it('deletes the pod that was planned, and waits until it is gone', async () => {
    const [pod] = world.cluster.objects('Pod', area);
    const name = textAt(pod, 'metadata', 'name');
    const plan = await world.planned(`kubectl delete pod ${name} -n ${area}`);
    expect(plan.operations).toMatchObject([
      { words: `delete Pod ${area}/${name}`, dryRun: { type: 'accepted' }, undo: { type: 'impossible' } },
    ]);
    expect(plan.output).toContain('(server dry run)');
    expect((await world.apply(plan)).report.state).toBe('applied');
    expect(world.cluster.object('Pod', { namespace: area, name })).toBeUndefined();
  });

  it('plans a drain as a cordon and one eviction for each pod', async () => {
    const plan = await world.planned('kubectl drain general-1 --ignore-daemonsets');
    const [cordon, ...evictions] = plan.operations.map(({ words }) => words);
    expect(cordon).toMatch(/^drain Node general-1|^cordon Node general-1/);
    expect(evictions.length).toBeGreaterThan(0);
    expect(evictions.every((words) => words.startsWith('evict Pod '))).toBe(true);
    expect(world.cluster.object('Node', { name: 'general-1' })?.['spec']).not.toHaveProperty('unschedulable');
    expect((await world.apply(plan)).report.state).toBe('applied');
    expect(world.sent()).toHaveLength(plan.operations.length);
  });
});

describe('undo', () => {
  it('knows that no replicas are what a Scale leaves out', async () => {
    const plan = await world.planned(scaleUp.replace('10', '0'));
    expect(plan.operations[0]?.differences).toEqual([{ field: 'replicas', from: '3', to: '0' }]);
    world.cluster.faults.set({ type: 'dropAfterApply', on: { method: 'PATCH', dryRun: false }, times: 1 });
    const { report, journal } = await world.apply(plan);
    expect(report.state).toBe('applied');
    const undone = await world.wait(world.operations.planUndo(plan, journal, { signal: signal() }));
    expect(undone).toMatchObject({
      type: 'planned',
      plan: { operations: [{ words: `scale Deployment ${area}/gpu-worker from 0 to 3 replicas` }] },
    });
  });

  it('takes several operations back, the last first, and overlapping ones together', async () => {
    const plan = await world.planned(`${scaleUp}\n${pause}\n${scaleUp.replace('10', '7')}`);
    const { journal } = await world.apply(plan);
    const undone = await world.wait(world.operations.planUndo(plan, journal, { signal: signal() }));
    if (undone.type !== 'planned') throw new Error(JSON.stringify(undone));
    expect(undone.plan.operations.map(({ words }) => words)).toEqual([
      `scale Deployment ${area}/gpu-worker from 7 to 3 replicas`,
      expect.stringContaining('annotation paused'),
    ]);
    expect((await world.apply(undone.plan)).report.state).toBe('applied');
    expect(world.cluster.state().gpuWorkers.desired).toBe(3);
  });

  it('leaves alone what somebody changed since, and takes the rest back', async () => {
    const plan = await world.planned(`${scaleUp}\nkubectl scale deployment nats --replicas=2 -n ${area}`);
    const { journal } = await world.apply(plan);
    await somebody('gpu-worker', { spec: { replicas: 8 } });
    const undone = await world.wait(world.operations.planUndo(plan, journal, { signal: signal() }));
    expect(undone).toMatchObject({
      type: 'planned',
      plan: {
        operations: [{ words: `scale Deployment ${area}/nats from 2 to 1 replicas` }],
        facts: [{ rule: 'not-undone', text: expect.stringContaining('changed since') }],
      },
    });
  });

  it('is refused when nothing is left to take back', async () => {
    const plan = await world.planned(scaleUp);
    const { journal } = await world.apply(plan);
    await somebody('gpu-worker', { spec: { replicas: 8 } });
    const undone = await world.wait(world.operations.planUndo(plan, journal, { signal: signal() }));
    expect(undone).toMatchObject({ type: 'failed', reason: expect.stringContaining("would undo somebody else's work") });
  });

  it('does not mind what others changed elsewhere, and stops when they change it before it is applied', async () => {
    const plan = await world.planned(scaleUp);
    const { journal } = await world.apply(plan);
    await somebody('gpu-worker', { metadata: { labels: { team: 'video' } } });
    const undone = await world.wait(world.operations.planUndo(plan, journal, { signal: signal() }));
    if (undone.type !== 'planned') throw new Error(undone.type);
    await somebody('gpu-worker', { spec: { replicas: 9 } });
    const start = world.sent().length;
    expect((await world.apply(undone.plan)).report.state).toBe('drifted');
    expect(sentSince(start)).toEqual([]);
  });
});
