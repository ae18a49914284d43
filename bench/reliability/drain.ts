import { judge } from '../support/aim.ts';
import type { Grouping } from '../support/alerts.ts';
import type { Bench } from '../support/processes.ts';
import { count, ms, perSecond, seconds } from '../support/report.ts';
import type { Outcome } from '../support/report.ts';
import { startSlack, storeSource } from '../support/servers.ts';
import type { SlackProcess, StoreSource } from '../support/servers.ts';
import { drain } from './backlog.ts';
import type { Asked, ReliabilityBenchmark } from './effort.ts';

/** Working off a backlog with nothing coming in: the pace of the worker alone, for a comparison with `pipeline` and for profiles. */
export const drainBacklog: ReliabilityBenchmark = {
  name: 'drain',
  measures: 'how fast a stored backlog becomes incidents when nothing comes in; made for --profile',
  stores: ['embedded', 'mongo'],
  deadlineMs: ({ quick }) => (quick ? 180_000 : 900_000),
  async measure(bench, asked) {
    const slack = await startSlack(bench);
    const outcomes: Outcome[] = [];
    for (const name of asked.stores) {
      const source = await storeSource(bench, name);
      if ('skipped' in source) outcomes.push(source);
      else for (const grouping of ['own', 'twelve'] as const) outcomes.push(await drained(bench, { source, slack, grouping, asked }));
    }
    return outcomes;
  },
};

export const groupingNames = { own: 'every alert its own incident', twelve: 'all alerts in 12 incidents' } as const;

type Parts = { source: StoreSource; slack: SlackProcess; grouping: Exclude<Grouping, 'mixed'>; asked: Asked };

async function drained(bench: Bench, { source, slack, grouping, asked }: Parts): Promise<Outcome> {
  const isEmbedded = source.name === 'embedded';
  const deliveries = amount(asked, isEmbedded);
  const result = await drain(
    bench,
    { source, slack },
    {
      grouping,
      deliveries,
      withinMs: asked.quick ? 30_000 : 180_000,
      lookEveryMs: isEmbedded ? 200 : 1000,
    },
  );
  const expected = grouping === 'own' ? deliveries : Math.min(12, deliveries);
  const name = `a backlog of ${deliveries}, ${groupingNames[grouping]}, ${source.described}`;
  const figures = [
    perSecond('worked off', result.perSecond),
    seconds('in', result.seconds),
    ms('computing per alert', result.computedMsEach),
    count('left', result.left),
    count('incidents', result.incidents),
  ];
  if (result.left > 0) return { name, stated: true, figures, note: 'not done in the time that it was given' };
  return judge(
    { atMost: 0, unit: '' },
    { name, value: Math.abs(result.incidents - expected), figures, note: 'incidents too many or too few' },
  );
}

function amount({ quick }: Asked, isEmbedded: boolean): number {
  if (quick) return isEmbedded ? 2000 : 300;
  return isEmbedded ? 20_000 : 3000;
}
