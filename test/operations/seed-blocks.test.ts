import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { numberAt, textAt } from '../../src/simulator/kubernetes/tree.ts';
import { createStepWorld, signal } from './step-world.ts';
import type { StepWorld } from './step-world.ts';

const area = 'video-processing';
const exec = 'what a command did in a container is not known, so it cannot be taken back';
const restart = 'pods that were replaced do not come back; restarting again would only replace them once more';

let world: StepWorld;
beforeAll(async () => {
  world = await createStepWorld({ followMs: 60_000 });
});
beforeEach(() => world.reset());
afterAll(() => world.close());

describe('the diagnostics of the seed runbook, word for word', () => {
  it.each([
    ['2', /^7\.\d+ · 3 series, highest error_type=gpu_out_of_memory [\d.]+ · [\d.]+k$/, 3],
    ['5', /^\d+ lines, the last: /, 0],
    ['6', /^3 series, highest pod=gpu-worker-\S+ 97 · 10 series/, 3],
    ['14', /^7\.\d+ · 92\.\d+$/, 2],
  ])('%s runs and says what it found', async (number, finding, answers) => {
    const report = await world.run(world.seed(number));
    expect(report).toMatchObject({ state: 'done', exitCode: 0, finding: expect.stringMatching(finding) });
    expect(new Set(report.answers.map(({ promql }) => promql)).size).toBe(answers);
    expect(world.sent().every((line) => line.endsWith('/exec'))).toBe(true);
  });

  it('runs what a mixed block reads, and says which command waits for a second person', async () => {
    const before = world.sent().length;
    const report = await world.run(world.seed('3'));
    expect(report.finding).toMatch(
      /^Not run: "nats-sub test" may change something in pod nats-\S+, so it needs a plan and the approval of a second person/,
    );
    expect(report.output.head).toContain('gpu-worker-');
    expect(report.output.head).toContain('"status":"ok"');
    expect(world.sent().slice(before)).toEqual([expect.stringMatching(/pods\/api-gateway-\S+\/exec$/)]);
  });

  it.each([
    ['3.1', '5 pods, all ready'],
    ['3.3', '{"status":"ok","database":"ok","nats":"ok"}'],
  ])('runs %s of it alone', async (number, finding) => {
    expect(await world.run(world.seed(number))).toMatchObject({ state: 'done', finding });
  });
});

type Block = {
  number: string;
  words: readonly string[];
  facts: readonly string[];
  /** What undoing it says, or why it cannot be. */
  undo: readonly string[];
  holds: (world: StepWorld) => unknown;
  after: unknown;
};

const replicas = (world: StepWorld, name: string) =>
  numberAt(world.cluster.object('Deployment', { namespace: area, name }), 'spec', 'replicas');
const annotation = (world: StepWorld, name: string, key: string) =>
  textAt(world.cluster.object('Deployment', { namespace: area, name }), 'spec', 'template', 'metadata', 'annotations', key);

const blocks: readonly Block[] = [
  {
    number: '3',
    words: [`run "nats-sub test" in container nats of Pod ${area}/nats-`],
    facts: ['no-preview'],
    undo: [exec],
    holds: () => true,
    after: true,
  },
  {
    number: '8',
    words: [
      `scale Deployment ${area}/gpu-worker from 3 to 10 replicas`,
      `scale Deployment ${area}/asr-worker from 2 to 5 replicas`,
      `scale Deployment ${area}/api-gateway from 2 to 5 replicas`,
    ],
    facts: ['hpa', 'gitops'],
    undo: [
      `scale Deployment ${area}/gpu-worker back from 10 to 3 replicas`,
      `scale Deployment ${area}/asr-worker back from 5 to 2 replicas`,
      `scale Deployment ${area}/api-gateway back from 5 to 2 replicas`,
    ],
    holds: (world) => [replicas(world, 'gpu-worker'), replicas(world, 'api-gateway')],
    after: [10, 5],
  },
  {
    number: '9',
    words: [`restart Deployment ${area}/gpu-worker, pod by pod`, 'run "curl -X POST http://localhost:8080/api/jobs/clear-stuck"'],
    facts: ['no-preview', 'restarts'],
    undo: [restart, exec],
    holds: ({ cluster }) => [cluster.state().clearedJobs.times, cluster.state().gpuWorkers.restartedAt !== undefined],
    after: [1, true],
  },
  {
    number: '10',
    words: [
      `patch Deployment ${area}/api-gateway: annotation pause-uploads (pod template)`,
      'run "curl -X POST http://localhost:8080/api/jobs/prioritize"',
    ],
    facts: ['no-preview', 'restarts', 'gitops', 'pdb'],
    undo: [`in Deployment ${area}/api-gateway: take annotation pause-uploads (pod template) away`, exec],
    holds: (world) => [annotation(world, 'api-gateway', 'pause-uploads'), world.cluster.state().prioritized.times],
    after: ['true', 1],
  },
  {
    number: '11',
    words: [`restart Deployment ${area}/gpu-worker, pod by pod`],
    facts: ['restarts'],
    undo: [restart],
    holds: ({ cluster }) => cluster.state().gpuWorkers.restartedAt !== undefined,
    after: true,
  },
  {
    number: '12',
    words: [`patch ConfigMap ${area}/api-gateway-config: data DB_MAX_CONNECTIONS`],
    facts: ['configmap'],
    undo: [`in ConfigMap ${area}/api-gateway-config: set data DB_MAX_CONNECTIONS back to 20`],
    holds: ({ cluster }) =>
      textAt(cluster.object('ConfigMap', { namespace: area, name: 'api-gateway-config' }), 'data', 'DB_MAX_CONNECTIONS'),
    after: '50',
  },
  {
    number: '13',
    words: [`restart Deployment ${area}/nats, pod by pod`],
    facts: ['restarts'],
    undo: [restart],
    holds: ({ cluster }) => cluster.state().nats.restartedAt !== undefined,
    after: true,
  },
  {
    number: '15',
    words: [
      `patch Deployment ${area}/api-gateway: annotation pause-uploads (pod template)`,
      `scale Deployment ${area}/gpu-worker from 3 to 5 replicas`,
      `scale Deployment ${area}/asr-worker from 2 to 3 replicas`,
    ],
    facts: ['restarts', 'gitops', 'pdb', 'hpa'],
    undo: [
      `in Deployment ${area}/api-gateway: take annotation pause-uploads (pod template) away`,
      `scale Deployment ${area}/gpu-worker back from 5 to 3 replicas`,
      `scale Deployment ${area}/asr-worker back from 3 to 2 replicas`,
    ],
    holds: (world) => [annotation(world, 'api-gateway', 'pause-uploads'), replicas(world, 'gpu-worker')],
    after: ['false', 5],
  },
];

describe.each(blocks)('the mitigation $number of the seed runbook, word for word', ({ number, words, facts, undo, holds, after }) => {
  it('is planned without a change, applied as planned, and undone as far as that goes', async () => {
    const before = holds(world);
    const plan = await world.planned(world.seed(number));
    expect(plan.operations.map((planned) => planned.words)).toEqual(words.map((text) => expect.stringContaining(text)));
    expect(plan.facts.map(({ rule }) => rule)).toEqual(facts);
    expect(plan.operations.map((planned) => (planned.undo.type === 'possible' ? planned.undo.words : planned.undo.reason))).toEqual(undo);
    expect(holds(world)).toEqual(before);
    expect(world.sent().filter((line) => !line.endsWith('/exec'))).toEqual([]);

    const { report, journal } = await world.apply(plan);
    expect(report).toMatchObject({ state: 'applied' });
    expect(journal.map(({ index, state }) => `${index} ${state}`)).toEqual(words.flatMap((_, index) => [`${index} sent`, `${index} done`]));
    expect(holds(world)).toEqual(after);

    // The autoscaler has its say first: what it changed is left alone.
    world.clock.advance(2 * 60_000);
    const undoing = await world.wait(world.operations.planUndo(plan, journal, { signal: signal() }));
    const undoable = plan.operations.filter((planned) => planned.undo.type === 'possible');
    if (undoable.length === 0) {
      expect(undoing).toMatchObject({ type: 'failed', reason: expect.stringContaining('Cannot be undone') });
      return;
    }
    if (undoing.type !== 'planned') throw new Error('there is no plan to undo it');
    expect(undoing.plan.operations.length + undoing.plan.facts.filter(({ rule }) => rule === 'not-undone').length).toBe(words.length);
    expect((await world.apply(undoing.plan)).report.state).toBe('applied');
    expect(replicas(world, 'gpu-worker')).toBe(3);
    expect(annotation(world, 'api-gateway', 'pause-uploads')).toBe('');
  });
});

describe('what a fix does is seen', () => {
  it('in the runbook’s own queries, before and after', async () => {
    const query = 'sum(rate(video_processing_errors_total[5m]))/sum(rate(video_processing_total[5m]))*100';
    const verify = () => world.operations.verify([{ title: 'Error rate', promql: query }], { signal: signal() });
    const [before] = await verify();
    await world.apply(await world.planned(world.seed('8')));
    world.clock.advance(20 * 60_000);
    expect(before?.value).toBeGreaterThan(7);
    // A connection that idled while much was simulated at once may be lost; the next question gets another one.
    await vi.waitFor(async () => expect((await verify())[0]?.value).toBeLessThan(2), { timeout: 20_000 });
    expect(
      await world.operations.verify(
        [
          { title: 'Nothing', promql: 'no_such_metric' },
          { title: 'Wrong', promql: 'sum(' },
        ],
        { signal: signal() },
      ),
    ).toEqual([
      { title: 'Nothing', problem: 'Prometheus has no data for this query' },
      { title: 'Wrong', problem: expect.stringContaining('parse error') },
    ]);
  });
});
