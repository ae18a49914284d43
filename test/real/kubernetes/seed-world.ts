import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ExecutionDocument } from '../../../src/executions/document.ts';
import type { Runner } from '../../../src/executions/runner.ts';
import { chooseStep, sourcesOf } from '../../../src/executions/step-source.ts';
import type { Execution } from '../../../src/incidents/execution.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { StepSource } from '../../../src/operations/plan.ts';
import { createPrometheus } from '../../../src/prometheus/prometheus.ts';
import { parseRunbook } from '../../../src/runbooks/parse.ts';
import type { Runbook } from '../../../src/runbooks/runbook.ts';
import type { ClusterFacts } from '../../../src/simulator/kubernetes/facts.ts';
import { createSimulatedPrometheus } from '../../../src/simulator/prometheus/server.ts';
import { quietCluster } from '../../../src/simulator/prometheus/story/facts-in-time.ts';
import { createHttpTargets } from '../../../src/web-targets/http-targets.ts';
import { createStepTools } from '../../../src/wiring/step-tools.ts';
import type { StepTools } from '../../../src/wiring/step-tools.ts';
import { createExecutionWorld } from '../../executions/world.ts';
import type { ExecutionWorld } from '../../executions/world.ts';
import { ana, ben } from '../../support/desk.ts';
import { startSeedCluster } from './seed-cluster.ts';
import type { SeedCluster } from './seed-cluster.ts';

const path = 'video-processing-error-budget.md';

/** The seed's runbook on a real cluster, from the request of a step to its verification; Slack alone is missing. */
export type SeedWorld = {
  cluster: SeedCluster;
  world: ExecutionWorld;
  runner: Runner;
  tools: StepTools;
  runbook: Runbook;
  /** The whole block of a step, as it stands in the runbook. */
  block(number: string): StepSource;
  /** Asks for a step and waits for its preview. */
  propose(number: string): Promise<{ execution: Execution; document: ExecutionDocument }>;
  /** Ben approves; resolves when it is applied. */
  approve(number: number): Promise<{ execution: Execution; document: ExecutionDocument }>;
  /** Ana asks to take it back; resolves with the preview of that. */
  undo(number: number): Promise<{ execution: Execution; document: ExecutionDocument }>;
  /** Lets verification rounds come until it is finished. */
  verify(number: number): Promise<Execution>;
  /** Lets the metrics come to rest. */
  calm(): Promise<void>;
  stop(): Promise<void>;
};

export async function startSeedWorld(): Promise<SeedWorld> {
  const cluster = await startSeedCluster();
  const world = await createExecutionWorld();
  const { clock } = world.desk;
  const history: { at: Date; facts: ClusterFacts }[] = [{ at: clock.now(), facts: quietCluster(clock.now()) }];
  const metrics = createSimulatedPrometheus({ clock, facts: () => history });
  metrics.begin(new Date(clock.now().getTime() - 3_600_000));
  const { url } = await metrics.listen();
  const tools = createStepTools({
    clusters: { reader: cluster.admin, mutator: cluster.admin },
    prometheus: createPrometheus({ url, aliases: ['prometheus:9090'] }),
    http: createHttpTargets({ allowedHosts: [] }),
    reading: [],
    timeoutMs: 120_000,
    followMs: 500,
    parallel: 2,
    clock: systemClock,
  });
  const runner = world.process({ operations: tools.operations, settings: { verifyForMs: 180_000 } });
  const text = readFileSync(fileURLToPath(new URL(`../../../runbooks/${path}`, import.meta.url)), 'utf8');
  const runbook = parseRunbook({ path, text });
  world.runbooks.set(path, runbook.digest);
  const checks = runbook.verification.flatMap(({ title, promql }) => (promql === undefined ? [] : [{ title: title ?? '', promql }]));

  async function look(number: number) {
    const execution = await world.execution(number);
    const document = await world.desk.store.executions.get(execution.id);
    if (document === undefined) throw new Error(`#${number} has no document`);
    return { execution, document };
  }
  /** The metrics react to what the real cluster has. */
  async function observe(): Promise<void> {
    const { stdout } = await cluster.kubectl([
      'get',
      'deployment/gpu-worker',
      '-n',
      'video-processing',
      '-o',
      'jsonpath={.spec.replicas} {.status.readyReplicas}',
    ]);
    const [desired = 0, ready = 0] = stdout.split(' ').map(Number);
    history.push({ at: clock.now(), facts: { ...quietCluster(clock.now()), gpuWorkers: { desired, ready } } });
  }
  function block(number: string): StepSource {
    const chosen = chooseStep(tools.read(runbook), number);
    const [source, ...more] = chosen === undefined ? [] : sourcesOf(chosen, runbook, {});
    if (source === undefined || more.length > 0) throw new Error(`step ${number} is not one block`);
    return source;
  }
  return {
    cluster,
    world,
    runner,
    tools,
    runbook,
    block,
    async propose(number) {
      const cause = `mitigate-${number}-${clock.now().getTime()}`;
      const asked = await runner.mitigate({ id: world.incident.id, cause, by: ana, source: block(number), checks });
      await runner.idle();
      return look(asked.execution.number);
    },
    async approve(number) {
      await runner.approve({ id: world.incident.id, number, cause: `approve-${number}`, by: ben });
      await runner.idle();
      await cluster.settle();
      return look(number);
    },
    async undo(number) {
      const asked = await runner.undo({ id: world.incident.id, number, cause: `undo-${number}`, by: ana });
      await runner.idle();
      return look(asked.execution.number);
    },
    async verify(number) {
      for (;;) {
        const execution = await world.execution(number);
        if (execution.verification?.state !== 'watching') return execution;
        await observe();
        clock.advance(30_000);
        await world.attend(runner);
        await runner.idle();
      }
    },
    async calm() {
      await observe();
      clock.advance(360_000);
      await world.attend(runner);
      await runner.idle();
    },
    async stop() {
      await runner.stop();
      await tools.close();
      await metrics.close();
      await world.desk.store.close();
      await cluster.stop();
    },
  };
}
