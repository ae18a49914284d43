import { afterAll, beforeAll, expect, it } from 'vitest';
import { outputText } from '../../../src/operations/deps.ts';
import type { Plan } from '../../../src/operations/plan.ts';
import { ana } from '../../support/desk.ts';
import { realKubernetes } from '../support/control-plane.ts';
import { requireOrSkip } from '../support/require.ts';
import { differences, snapshot } from './objects.ts';
import { seedNamespaces } from './seed-cluster.ts';
import { startSeedWorld } from './seed-world.ts';
import type { SeedWorld } from './seed-world.ts';

const describeReal = requireOrSkip(realKubernetes.name, realKubernetes.present, realKubernetes.how);

const restarted = 'spec.template.metadata.annotations.kubectl.kubernetes.io/restartedAt';
const paused = 'Deployment video-processing/api-gateway spec.template.metadata.annotations.pause-uploads';

type Mitigation = {
  number: string;
  /** What the preview says will differ, and which rules had something to say. */
  shows: readonly string[];
  facts: readonly string[];
  risk: 'medium' | 'high';
  /** What differs in the cluster afterwards, and nothing else does. */
  changes: readonly string[];
  runs?: readonly string[];
  verdict?: 'better';
} & ({ undo: 'whole' } | { undo: 'in part'; left: RegExp } | { undo: 'impossible'; why: RegExp });

const mitigations: readonly Mitigation[] = [
  {
    number: '3',
    shows: [],
    facts: ['no-preview'],
    risk: 'high',
    changes: [],
    runs: ['nats-sub test'],
    undo: 'impossible',
    why: /what a command did in a container is not known/,
  },
  {
    number: '8',
    shows: ['replicas: 3 -> 10', 'replicas: 2 -> 5', 'replicas: 2 -> 5'],
    facts: ['hpa', 'gitops'],
    risk: 'medium',
    changes: [
      'Deployment video-processing/api-gateway spec.replicas: 2 -> 5',
      'Deployment video-processing/asr-worker spec.replicas: 2 -> 5',
      'Deployment video-processing/gpu-worker spec.replicas: 3 -> 10',
    ],
    verdict: 'better',
    undo: 'whole',
  },
  {
    number: '9',
    shows: ['annotation kubectl.kubernetes.io/restartedAt (pod template): not set -> TIME'],
    facts: ['no-preview', 'restarts'],
    risk: 'high',
    changes: [`Deployment video-processing/gpu-worker ${restarted}: nothing -> TIME`],
    runs: ['curl -X POST http://localhost:8080/api/jobs/clear-stuck'],
    undo: 'impossible',
    why: /pods that were replaced do not come back/,
  },
  {
    number: '10',
    shows: ['annotation pause-uploads (pod template): not set -> true'],
    facts: ['no-preview', 'restarts', 'gitops', 'pdb'],
    risk: 'high',
    changes: [`${paused}: nothing -> true`],
    runs: ['curl -X POST http://localhost:8080/api/jobs/prioritize'],
    undo: 'in part',
    left: /^Cannot be undone: run "curl -X POST http:\/\/localhost:8080\/api\/jobs\/prioritize"/,
  },
  {
    number: '11',
    shows: ['annotation kubectl.kubernetes.io/restartedAt (pod template): TIME -> TIME'],
    facts: ['restarts'],
    risk: 'high',
    changes: [`Deployment video-processing/gpu-worker ${restarted}: TIME -> TIME`],
    undo: 'impossible',
    why: /pods that were replaced do not come back/,
  },
  {
    number: '12',
    shows: ['data DB_MAX_CONNECTIONS: 20 -> 50'],
    facts: ['configmap'],
    risk: 'medium',
    changes: ['ConfigMap video-processing/api-gateway-config data.DB_MAX_CONNECTIONS: 20 -> 50'],
    undo: 'whole',
  },
  {
    number: '13',
    shows: ['annotation kubectl.kubernetes.io/restartedAt (pod template): not set -> TIME'],
    facts: ['restarts'],
    risk: 'high',
    changes: [`Deployment video-processing/nats ${restarted}: nothing -> TIME`],
    undo: 'impossible',
    why: /pods that were replaced do not come back/,
  },
  {
    number: '15',
    shows: ['annotation pause-uploads (pod template): not set -> false', 'replicas: 3 -> 5', 'replicas: 2 -> 3'],
    facts: ['restarts', 'gitops', 'pdb', 'hpa'],
    risk: 'medium',
    changes: [
      `${paused}: nothing -> false`,
      'Deployment video-processing/asr-worker spec.replicas: 2 -> 3',
      'Deployment video-processing/gpu-worker spec.replicas: 3 -> 5',
    ],
    verdict: 'better',
    undo: 'whole',
  },
];

function shown(plan: Plan | undefined): readonly string[] {
  const text = (value: string) => value.replace(/^\d{4}-\d\d-\d\dT.*$/, 'TIME');
  return (plan?.operations ?? []).flatMap((operation) =>
    operation.differences.map(({ field, from, to }) => `${field}: ${text(from)} -> ${text(to)}`),
  );
}

function rulesOf(plan: Plan | undefined): readonly string[] {
  return [...new Set((plan?.facts ?? []).map(({ rule }) => rule))].toSorted();
}

describeReal('the twelve blocks of the seed, word for word, on a real control plane', () => {
  let seed: SeedWorld;
  beforeAll(async () => {
    seed = await startSeedWorld();
  });
  afterAll(async () => {
    await seed.stop();
  });
  const now = () => snapshot(seed.cluster.admin, seedNamespaces);

  it('are all there', () => {
    const blocks = seed.tools.read(seed.runbook).filter(({ commands }) => commands.length > 0);
    const tested = ['2', '5', '6', '14', ...mitigations.map(({ number }) => number)];
    expect(blocks.map(({ step }) => String(step.number)).toSorted()).toEqual(tested.toSorted());
  });

  it.each([
    ['2', [/"decode_timeout"/, /"value":\[\d+(?:\.\d+)?,"7\.\d+"\]/]],
    ['5', [/ERROR CUDA out of memory/, /upstream said 5xx/, /timeout while transcribing/]],
    ['6', [/"resultType":"vector"/]],
    ['14', [/Every 30\.0s: curl/, /"value":\[\d+(?:\.\d+)?,"7\.\d+"\]/, /"value":\[\d+(?:\.\d+)?,"92\.\d+"\]/]],
  ])('block %s runs and changes nothing', async (number, texts) => {
    const before = await now();
    const asked = await seed.runner.run({ id: seed.world.incident.id, cause: `run-${number}`, by: ana, source: seed.block(number) });
    await seed.runner.idle();
    const document = await seed.world.desk.store.executions.get(asked.execution.id);
    const { report } = document ?? {};
    expect(report?.state).toBe('done');
    expect(report?.calls.map(({ exitCode }) => exitCode)).toEqual(report?.calls.map(() => 0));
    const output = report === undefined ? '' : outputText(report.output);
    for (const text of texts) expect(output).toMatch(text);
    expect(differences(before, await now())).toEqual([]);
  });

  it.each(mitigations)('block $number is previewed, approved by a second person, applied, verified, undone: $undo', async (mitigation) => {
    const before = await now();
    const ranBefore = seed.cluster.execs().filter(isChange).length;
    const { execution, document } = await seed.propose(mitigation.number);
    expect(execution).toMatchObject({ state: 'proposed', risk: mitigation.risk, requestedBy: ana });
    expect(shown(document.plan)).toEqual(mitigation.shows);
    expect(rulesOf(document.plan)).toEqual([...mitigation.facts].toSorted());
    await expect(
      seed.runner.approve({ id: seed.world.incident.id, number: execution.number, cause: `self-${execution.number}`, by: ana }),
    ).rejects.toThrow(/yourself/);
    expect(differences(before, await now())).toEqual([]);
    expect(seed.cluster.execs().filter(isChange)).toHaveLength(ranBefore);

    const applied = await seed.approve(execution.number);
    expect(applied.execution.state).toBe('applied');
    expect(differences(before, await now())).toEqual(mitigation.changes);
    expect(seed.cluster.execs().filter(isChange).slice(ranBefore)).toEqual(mitigation.runs ?? []);
    const verified = await seed.verify(execution.number);
    expect(verified.verification).toMatchObject({ state: 'finished', verdict: mitigation.verdict ?? 'no_change' });

    const undo = await seed.undo(execution.number);
    if (mitigation.undo === 'impossible') {
      expect(applied.execution.undo).toMatchObject({ isPossible: false, words: expect.stringMatching(mitigation.why) });
      expect(undo.execution).toMatchObject({ state: 'failed', finding: expect.stringMatching(mitigation.why) });
      return;
    }
    expect(undo.execution).toMatchObject({ state: 'proposed', type: 'undo' });
    expect(shown(undo.document.plan)).toHaveLength(mitigation.shows.length);
    const left = undo.document.plan?.facts.filter(({ rule }) => rule === 'not-undone') ?? [];
    expect(left).toEqual(mitigation.undo === 'whole' ? [] : [expect.objectContaining({ text: expect.stringMatching(mitigation.left) })]);
    const undone = await seed.approve(undo.execution.number);
    expect(undone.execution.state).toBe('applied');
    expect(differences(before, await now())).toEqual([]);
    await seed.calm();
  });
});

/** The commands of the runbook that only read run for the plan too. */
function isChange(line: string): boolean {
  return /^curl -X POST|^nats-sub/.test(line);
}
