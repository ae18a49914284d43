import { systemClock } from '../../src/kernel/clock.ts';
import { judge } from '../support/aim.ts';
import { startLoad } from '../support/load.ts';
import { residentBytes } from '../support/machine.ts';
import { count, megabytes, seconds } from '../support/report.ts';
import type { Outcome } from '../support/report.ts';
import { openBeside, startBot, startSlack, storeSource } from '../support/servers.ts';
import { untilDrained } from '../support/waiting.ts';
import { onlyEmbedded } from './effort.ts';
import type { ReliabilityBenchmark } from './effort.ts';

const idleAim = 150;
const growthAim = 10;
/** Until the start's garbage is gone. */
const settleMs = 10_000;
/** Most deliveries repeat what is known: so many alerts are new in each part, the others come again. */
const distinctEach = 5000;
const parts = 10;
const drainWithinMs = 300_000;

/** Resident memory at rest, and while many deliveries go through. */
export const memory: ReliabilityBenchmark = {
  name: 'memory',
  measures: 'idle memory, and after 1,000,000 deliveries (--deliveries N for fewer)',
  stores: ['embedded'],
  deadlineMs: () => 5_400_000,
  async measure(bench, asked) {
    const source = await storeSource(bench, 'embedded');
    if (!asked.stores.includes('embedded') || 'skipped' in source) return [onlyEmbedded('memory')];
    const deliveries = asked.deliveries ?? (asked.quick ? 5000 : 1_000_000);
    const slack = await startSlack(bench);
    const load = await startLoad(bench);
    const place = await source.fresh();
    const bot = await startBot(bench, { store: place, slack });
    const store = await openBeside(bench, place);
    await systemClock.sleep(asked.quick ? 1000 : settleMs);
    const idle = residentBytes(bot.pid);
    const measured: number[] = [];
    let [accepted, undrained] = [0, 0];
    const from = performance.now();
    for (let part = 0; part < parts; part += 1) {
      const result = await load.send({
        url: bot.webhookUrl,
        run: `m${part}`,
        grouping: 'mixed',
        pace: { type: 'closed', connections: 16 },
        seconds: 3600,
        requests: Math.ceil(deliveries / parts),
        distinct: distinctEach,
      });
      accepted += result.accepted;
      if (!(await untilDrained(store, drainWithinMs))) undrained += 1;
      measured.push(residentBytes(bot.pid).all);
      process.stderr.write(`  memory: ${accepted} deliveries, ${Math.round((measured.at(-1) ?? 0) / 1024 / 1024)} MB\n`);
    }
    const took = (performance.now() - from) / 1000;
    await bot.stop();
    const stored = Object.values(await store.deliveries.counts()).reduce((all, each) => all + each, 0);
    const [reference = Number.NaN, last = Number.NaN] = [measured[1], measured.at(-1)];
    const steps = measured.map((bytes, index) => megabytes(`at ${Math.round((deliveries / parts) * (index + 1))}`, bytes));
    const outcomes: Outcome[] = [
      judge(
        { atMost: idleAim, unit: 'MB' },
        {
          name: 'resident memory at rest',
          value: idle.all / 1024 / 1024,
          figures: [megabytes('of which files (Node itself)', idle.files)],
        },
      ),
      judge(
        { atMost: growthAim, unit: '%' },
        {
          name: `growth from the second tenth to the last of ${deliveries} deliveries`,
          value: (100 * (last - reference)) / reference,
          figures: [...steps, seconds('in', took), count('accepted', accepted), count('stored', stored)],
          ...(undrained === 0 ? {} : { note: `after ${undrained} parts some deliveries still waited` }),
        },
      ),
    ];
    return outcomes;
  },
};
