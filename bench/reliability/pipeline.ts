import { systemClock } from '../../src/kernel/clock.ts';
import { judge } from '../support/aim.ts';
import type { Grouping } from '../support/alerts.ts';
import { startLoad } from '../support/load.ts';
import type { Load } from '../support/load.ts';
import type { Bench } from '../support/processes.ts';
import { backlogGrows, createRateSearch } from '../support/rate-search.ts';
import type { Lag } from '../support/rate-search.ts';
import { count, ms, perSecond } from '../support/report.ts';
import type { Outcome } from '../support/report.ts';
import { openBeside, startBot, startSlack, storeSource } from '../support/servers.ts';
import type { SlackProcess, StoreSource } from '../support/servers.ts';
import { quantile } from '../support/statistics.ts';
import { patiently, untilDrained } from '../support/waiting.ts';
import { drain } from './backlog.ts';
import { groupingNames } from './drain.ts';
import type { Asked, ReliabilityBenchmark } from './effort.ts';

const aims = { own: 1500, twelve: 3000 } as const;
const connections = 64;
/** The last answer came this much later than the last alert was meant to go: then the intake was the limit, and the backlog says nothing. */
const mostOverrunS = 0.5;
/** A bot that has just started compiles; that is the row "start". */
const warmSeconds = 2;
const drainWithinMs = 60_000;

/** The highest rate at which what is accepted becomes incidents as fast as it comes in. */
export const pipeline: ReliabilityBenchmark = {
  name: 'pipeline',
  measures: 'the highest rate of alerts at which the backlog to committed incidents does not grow',
  stores: ['embedded', 'mongo'],
  deadlineMs: ({ quick }) => (quick ? 300_000 : 1_800_000),
  async measure(bench, asked) {
    const load = await startLoad(bench);
    const slack = await startSlack(bench);
    const outcomes: Outcome[] = [];
    for (const name of asked.stores) {
      const source = await storeSource(bench, name);
      if ('skipped' in source) outcomes.push(source);
      else for (const grouping of ['own', 'twelve'] as const) outcomes.push(await search(bench, { source, slack, load, grouping, asked }));
    }
    return outcomes;
  },
};

type Parts = { source: StoreSource; slack: SlackProcess; load: Load; grouping: Exclude<Grouping, 'mixed'>; asked: Asked };

async function search(bench: Bench, parts: Parts): Promise<Outcome> {
  const { source, grouping, asked } = parts;
  const isEmbedded = source.name === 'embedded';
  const alone = await drain(bench, parts, {
    grouping,
    deliveries: (isEmbedded ? 3000 : 500) / (asked.quick ? 5 : 1),
    withinMs: 60_000,
    lookEveryMs: isEmbedded ? 200 : 1000,
  });
  // A server that does not work the backlog off in time has no rate.
  const start = Number.isFinite(alone.perSecond) ? alone.perSecond * 0.6 : 0;
  const rates = createRateSearch({ start: Math.max(5, start), precision: 0.05, tries: asked.quick ? 2 : 8 });
  let best: Plateau | undefined;
  for (let rate = rates.next(); rate !== undefined; rate = rates.next()) {
    const plateau = await hold(bench, parts, Math.round(rate));
    rates.tell(rate, plateau.holds);
    if (plateau.holds && rate === rates.best()) best = plateau;
  }
  const figures = [
    perSecond('holds', rates.best()),
    perSecond('a backlog alone', alone.perSecond),
    ms('computing per alert', alone.computedMsEach),
    ...(best === undefined
      ? []
      : [ms('lag p50', quantile(best.lags, 0.5)), ms('lag max', quantile(best.lags, 1)), ms('answer p99', best.answerP99)]),
    ...(best === undefined ? [] : [count('alerts in it', best.accepted)]),
  ];
  const name = `${groupingNames[grouping]}, ${source.described}`;
  if (!isEmbedded) return { name, stated: true, figures };
  return judge({ atLeast: aims[grouping], unit: '/s' }, { name, value: rates.best(), figures });
}

type Plateau = { holds: boolean; accepted: number; lags: number[]; answerP99: number };

/** Offers alerts at a rate to a bot with an empty store, and looks how old the oldest is that waits. */
async function hold(bench: Bench, { source, slack, load, grouping, asked }: Parts, ratePerSecond: number): Promise<Plateau> {
  const place = await source.fresh();
  const bot = await startBot(bench, { store: place, slack });
  const store = await openBeside(bench, place);
  const alert = { url: bot.webhookUrl, grouping };
  await load.send({ ...alert, run: 'warm', pace: { type: 'closed', connections: 4 }, seconds: warmSeconds });
  await untilDrained(store, drainWithinMs);
  const order = {
    ...alert,
    run: 'plateau',
    pace: { type: 'open' as const, ratePerSecond, connections },
    seconds: asked.quick ? 4 : 18,
  };
  const offering = { isOver: false };
  const offered = load.send(order).finally(() => {
    offering.isOver = true;
  });
  // It is awaited below: what fails before that must not end this process, and leave the bot behind.
  offered.catch(() => {});
  const lags: Lag[] = [];
  const from = performance.now();
  while (!offering.isOver) {
    const oldest = await patiently(() => store.deliveries.oldestWaiting());
    lags.push({ atMs: performance.now() - from, lagMs: oldest === undefined ? 0 : Date.now() - Date.parse(oldest) });
    await systemClock.sleep(source.name === 'embedded' ? 200 : 1000);
  }
  const { accepted, refused, seconds, latenciesMs } = await offered;
  await bot.stop();
  const arrived = seconds <= accepted / ratePerSecond + mostOverrunS && Object.keys(refused).length === 0;
  const holds = arrived && !backlogGrows(lags);
  process.stderr.write(`  ${source.name}, ${grouping}: ${ratePerSecond}/s ${holds ? 'holds' : arrived ? 'grows' : 'is not accepted'}\n`);
  return { holds, accepted, lags: lags.map(({ lagMs }) => lagMs), answerP99: quantile(latenciesMs, 0.99) };
}
