import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cluster } from '../../src/doors/cluster.ts';
import type { ScriptResult } from '../../src/interpreter/script.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { applyPlan } from '../../src/operations/apply-plan.ts';
import { emptyOutput } from '../../src/operations/deps.ts';
import type { OperationsDeps } from '../../src/operations/deps.ts';
import type { Plan } from '../../src/operations/plan.ts';
import { createHttpTargets } from '../../src/web-targets/http-targets.ts';
import { createStepWorld, memoryJournal, signal } from './step-world.ts';
import type { StepWorld } from './step-world.ts';

let world: StepWorld;
beforeAll(async () => {
  world = await createStepWorld();
});
afterAll(() => world.close());

/** Objects are as they were planned on; a change of the second one is refused, and only then the first one's answer is lost. */
function clusterOf({ operations }: Plan): Cluster {
  const refused = Promise.withResolvers<void>();
  return {
    server: 'https://cluster',
    namespace: 'default',
    async request({ method, path }) {
      const index = operations.findIndex(({ operation }) => operation.type === 'change' && operation.request.path.startsWith(path));
      const operation = operations[index]?.operation;
      if (method === 'GET')
        return { status: 200, body: JSON.stringify(operation?.type === 'change' ? operation.before : {}), warnings: [] };
      if (index === 1) {
        refused.resolve();
        return { status: 409, body: '{"message":"the object has been modified"}', warnings: [] };
      }
      await refused.promise;
      await nextTurn();
      throw new TocsinError('unknown_outcome', 'the connection was lost');
    },
    exec: () => Promise.reject(new TocsinError('unavailable', 'no commands here')),
  };
}

/** A script that begins all of the plan's changes at once, as "xargs -P" may. */
function interpreterOf({ operations }: Plan): OperationsDeps['interpret'] {
  return async ({ session }) => {
    const watching = { signal: signal(), onOutput: () => undefined };
    const changes = operations.flatMap(({ operation }) => (operation.type === 'change' ? [operation] : []));
    await Promise.allSettled(changes.map((operation) => session.effects.change(operation, watching)));
    const result: ScriptResult = {
      exitCode: 1,
      ended: 'finished',
      stdout: emptyOutput,
      stderr: emptyOutput,
      combined: emptyOutput,
      refusals: [],
      calls: [],
      elapsedMs: 1,
    };
    return result;
  };
}

it('is unknown while one change is, also when another one was refused before', async () => {
  const scale = (name: string) => `kubectl scale deployment ${name} --replicas=7 -n video-processing`;
  const plan = await world.planned(`${scale('gpu-worker')}\n${scale('asr-worker')}`);
  const cluster = clusterOf(plan);
  const deps: OperationsDeps = {
    interpret: interpreterOf(plan),
    fill: (script) => ({ ok: true, script, variables: {} }),
    fillQuery: (promql) => ({ ok: true, promql }),
    clusters: { reader: cluster, mutator: cluster },
    http: createHttpTargets({ allowedHosts: [] }),
    classifyExec: world.tools.classifyExec,
    redact: (text) => text,
    readAnswer: () => undefined,
    describe: () => '',
    clock: world.clock,
    limits: world.tools.limits,
    followMs: 1000,
  };
  const journal = memoryJournal();
  const report = await applyPlan(deps, { plan, journal }, { signal: signal() });
  expect(journal.entries.map(({ index, state }) => `${index} ${state}`)).toEqual(['0 sent', '1 sent', '1 refused', '0 unknown']);
  expect(report.state).toBe('unknown');
});
