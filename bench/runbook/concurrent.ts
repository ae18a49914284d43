import { systemClock } from '../../src/kernel/clock.ts';
import type { StepSource } from '../../src/operations/plan.ts';
import { watchEventLoop } from '../support/event-loop.ts';
import type { Delay } from '../support/event-loop.ts';
import type { Benchmark, Row } from '../support/report.ts';
import { count, ms } from '../support/report.ts';
import { timeOne } from '../support/statistics.ts';
import { seedBlocks } from './seed.ts';
import { openBenchWorld } from './simulated-world.ts';

const aimMs = 50;
const runs = 40;
/** A busy machine makes even an idle process late: how late is measured first. */
const restMs = 3000;

/** Many diagnostics at once, and how long the event loop could not answer anybody meanwhile. */
export const concurrentRuns: Benchmark = {
  name: 'concurrent',
  async measure({ quick }) {
    const rows: Row[] = [];
    for (const parallel of [8, runs]) rows.push(await measureWith(parallel, quick ? 1 : 3));
    return rows;
  },
};

async function measureWith(parallel: number, rounds: number): Promise<Row> {
  const world = await openBenchWorld({ parallel });
  try {
    const { operations } = world.tools;
    const run = (source: StepSource) => operations.run(source, { signal: new AbortController().signal });
    const diagnostics: StepSource[] = [];
    for (const source of seedBlocks()) if ((await run(source)).state === 'done') diagnostics.push(source);
    const sources = Array.from({ length: runs }, (_, index) => diagnostics[index % diagnostics.length]).filter(
      (source) => source !== undefined,
    );
    const atRest = await delayDuring(() => systemClock.sleep(restMs));
    let failed = 0;
    let tookMs = 0;
    const { p99, max } = await delayDuring(async () => {
      for (let round = 0; round < rounds; round += 1) {
        tookMs += await timeOne(async () => {
          const reports = await Promise.all(sources.map(run));
          failed += reports.filter(({ state }) => state !== 'done').length;
        });
      }
    });
    return {
      name: `${runs} runs at once, ${parallel === runs ? 'all in parallel' : `${parallel} in parallel (the default)`}: event loop delay`,
      ratio: aimMs / p99,
      aim: 'p99 < 50 ms',
      isReached: p99 < aimMs && failed === 0,
      figures: [
        ms('p99', p99),
        ms('max', max),
        ms('at rest p99', atRest.p99),
        ms('at rest max', atRest.max),
        ms('all runs done in', tookMs / rounds),
        count('failed', failed),
      ],
    };
  } finally {
    await world.close();
  }
}

/** How late the event loop was while something went on. */
async function delayDuring(work: () => Promise<unknown>): Promise<Delay> {
  const watching = watchEventLoop();
  await work();
  return watching.end();
}
