import { drawContextFor } from '../../src/chat/draw-context.ts';
import { drawMessage } from '../../src/chat/views/draw.ts';
import type { Runner } from '../../src/executions/runner.ts';
import type { Execution } from '../../src/incidents/execution.ts';
import { createRunbookLibrary } from '../../src/runbooks/library.ts';
import { drawMessage as drawSlackMessage } from '../../src/slack/render/message.ts';
import { createStepWorld, stepSource } from '../operations/step-world.ts';
import type { StepWorld, StepWorldOptions } from '../operations/step-world.ts';
import { textsIn } from '../slack/drawn.ts';
import { ana, ben } from '../support/desk.ts';
import { createExecutionWorld } from './world.ts';
import type { ExecutionWorld } from './world.ts';

/** Executions whose steps are real ones, before the simulated cluster. */
export type RealSteps = {
  steps: StepWorld;
  /** An incident of its own, in which nothing was run yet; the cluster is as it was in the beginning. */
  begin(): Promise<RealCase>;
  close(): Promise<void>;
};

export type RealCase = ExecutionWorld & {
  runner: Runner;
  /** Asked for by ana; resolves when the plan is made, or cannot be. */
  propose(script: string): Promise<Execution>;
  /** Approved by ben; resolves when it was applied, or could not be. */
  approve(number: number): Promise<Execution>;
  /** What Slack shows of it. */
  screen(number: number): Promise<string>;
  end(): Promise<void>;
};

export async function createRealSteps(options: StepWorldOptions = {}): Promise<RealSteps> {
  const steps = await createStepWorld(options);
  return {
    steps,
    async begin() {
      steps.reset();
      const world = await createExecutionWorld();
      world.runbooks.set('test.md', 'digest');
      const runner = world.process({ operations: steps.operations });
      let asked = 0;
      return {
        ...world,
        runner,
        async propose(script) {
          asked += 1;
          const request = { id: world.incident.id, cause: `ask-${asked}`, by: ana, source: stepSource(script), checks: [] };
          const { execution } = await runner.mitigate(request);
          await steps.wait(runner.idle());
          return world.execution(execution.number);
        },
        async approve(number) {
          await runner.approve({ id: world.incident.id, number, cause: `vote-${number}`, by: ben });
          await steps.wait(runner.idle());
          return world.execution(number);
        },
        screen: (number) => screenOf(world, number),
        async end() {
          await runner.stop();
          await world.desk.store.close();
        },
      };
    },
    close: () => steps.close(),
  };
}

async function screenOf(world: ExecutionWorld, number: number): Promise<string> {
  const { desk, incident } = world;
  const sources = {
    alerts: desk.store.alerts,
    timeline: desk.store.timeline,
    runbooks: createRunbookLibrary([]),
    linksFor: () => ({}),
    steps: { read: () => [], offers: async () => [] },
    command: '/incident',
    clock: desk.clock,
  };
  const document = await desk.store.executions.get((await world.execution(number)).id);
  const context = await drawContextFor(sources, await desk.fresh(incident), document === undefined ? {} : { document });
  return textsIn(drawSlackMessage(drawMessage({ type: 'execution', number }, context)).blocks, 'mrkdwn').join('\n');
}
