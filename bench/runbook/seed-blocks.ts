import type { Benchmark } from '../support/report.ts';
import { count, ms } from '../support/report.ts';
import { computingOf, quantile, timeEach, timeOne } from '../support/statistics.ts';
import { seedBlocks } from './seed.ts';
import { openBenchWorld } from './simulated-world.ts';

const aimMs = 1000;

/** All blocks of the example runbook one after the other: those that read run, those that change are planned. */
export const seedBlocksInAll: Benchmark = {
  name: 'seed',
  async measure({ quick }) {
    const world = await openBenchWorld({ parallel: 8 });
    try {
      const blocks = seedBlocks();
      const problems: string[] = [];
      const all = async () => {
        for (const source of blocks) {
          const report = await world.tools.operations.plan(source, { signal: new AbortController().signal });
          if (report.type === 'failed') problems.push(`${source.number}: ${report.reason}`);
        }
      };
      const first = await timeOne(all);
      const samples = await timeEach(quick ? 3 : 15, all);
      const computing = await computingOf(all);
      const p50 = quantile(samples, 0.5);
      return [
        {
          name: `the example runbook's ${blocks.length} blocks on the simulator, in all`,
          ratio: aimMs / p50,
          aim: '< 1 s',
          isReached: p50 < aimMs && problems.length === 0,
          figures: [
            ms('p50', p50),
            ms('worst', Math.max(...samples)),
            ms('the first time', first),
            ms('computing', computing),
            count('failed', problems.length),
          ],
          ...(problems[0] === undefined ? {} : { note: problems[0] }),
        },
      ];
    } finally {
      await world.close();
    }
  },
};
