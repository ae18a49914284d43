import type { StepSource } from '../../src/operations/plan.ts';
import type { Benchmark } from '../support/report.ts';
import { count, ms } from '../support/report.ts';
import { quantile, timeOne } from '../support/statistics.ts';
import { seedBlocks } from './seed.ts';
import { openBenchWorld } from './simulated-world.ts';

const aimMs = 1000;

/** From the request to the plan with everything that its preview shows: dry runs, facts, undo, digest. */
export const planToPreview: Benchmark = {
  name: 'plan',
  async measure({ quick }) {
    const world = await openBenchWorld({ parallel: 8 });
    try {
      const { operations } = world.tools;
      const plan = (source: StepSource) => operations.plan(source, { signal: new AbortController().signal });
      const mitigations: StepSource[] = [];
      for (const source of seedBlocks()) if ((await plan(source)).type === 'planned') mitigations.push(source);
      const samples: number[] = [];
      for (let round = 0; round < (quick ? 3 : 15); round += 1) {
        for (const source of mitigations) samples.push(await timeOne(() => plan(source)));
      }
      const worst = Math.max(...samples);
      return [
        {
          name: 'from a request to the plan with its preview, worst of all mitigations',
          ratio: aimMs / worst,
          aim: '< 1 s',
          isReached: worst < aimMs,
          figures: [ms('worst', worst), ms('p50', quantile(samples, 0.5)), count('mitigations', mitigations.length)],
        },
      ];
    } finally {
      await world.close();
    }
  },
};
