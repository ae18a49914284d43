import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../src/kernel/clock.ts';
import { slackAnswer } from '../processes/protocol.ts';
import type { SlackOrder, SlackPost } from '../processes/protocol.ts';
import { judge } from '../support/aim.ts';
import { startLoad } from '../support/load.ts';
import type { Load } from '../support/load.ts';
import type { Bench } from '../support/processes.ts';
import { count, ms, perSecond, seconds } from '../support/report.ts';
import type { Outcome } from '../support/report.ts';
import { openBeside, startBot, startSlack, storeSource } from '../support/servers.ts';
import type { StoreSource } from '../support/servers.ts';
import { quantile } from '../support/statistics.ts';
import { patiently, until, untilDrained } from '../support/waiting.ts';
import type { Asked, ReliabilityBenchmark } from './effort.ts';

const cardAimS = 3;
const acknowledgeAimMs = 250;
const delayAimMs = 50;
const stormSeconds = 10;
/** What is looked at after the last alert: the storm is not over for those who read. */
const afterSeconds = 20;
const commandEveryMs = 200;

const delaySchema = z.object({ p99: z.number(), max: z.number() });

/** Thousands of groups in seconds, in front of a Slack with its real limits. */
export const storm: ReliabilityBenchmark = {
  name: 'storm',
  measures: '5,000 groups in 10 s: first storm card, nothing lost, pacing, commands and event loop meanwhile',
  stores: ['embedded'],
  deadlineMs: () => 900_000,
  async measure(bench, asked) {
    const load = await startLoad(bench);
    const outcomes: Outcome[] = [];
    for (const name of asked.stores) {
      const source = await storeSource(bench, name);
      outcomes.push(...('skipped' in source ? [source] : await measureOn(bench, { source, load, asked })));
    }
    return outcomes;
  },
};

type Parts = { source: StoreSource; load: Load; asked: Asked };

async function measureOn(bench: Bench, { source, load, asked }: Parts): Promise<Outcome[]> {
  const groups = asked.quick ? 300 : 5000;
  const slack = await startSlack(bench);
  const place = await source.fresh();
  const delayFile = join(bench.folder, `delay-${source.name}.json`);
  const probe = new URL('../processes/loop-probe.ts', import.meta.url);
  probe.searchParams.set('to', delayFile);
  const bot = await startBot(bench, { store: place, slack, nodeArgs: ['--import', probe.href] });
  const store = await openBeside(bench, place);
  await systemClock.sleep(2000);

  process.kill(bot.pid, 'SIGUSR2');
  const beganAtMs = Date.now();
  const commands = slack.ask(
    {
      type: 'commands',
      texts: ['/incident list', '/incident help'],
      everyMs: commandEveryMs,
      forMs: (stormSeconds + afterSeconds) * 1000,
    } satisfies SlackOrder,
    slackAnswer.commands,
  );
  const sent = await load.send({
    url: bot.webhookUrl,
    run: 'storm',
    grouping: 'own',
    pace: { type: 'open', ratePerSecond: groups / stormSeconds, connections: 64 },
    seconds: stormSeconds,
  });
  const drained = untilDrained(store, asked.quick ? 60_000 : 300_000).then((isDrained) => ({
    isDrained,
    drainedS: (Date.now() - beganAtMs) / 1000,
  }));
  const { acknowledgedMs, late, failed } = await commands;
  process.kill(bot.pid, 'SIGUSR2');
  await until(10_000, 50, async () => existsSync(delayFile));
  const delay = delaySchema.parse(JSON.parse(readFileSync(delayFile, 'utf8')));
  const { isDrained, drainedS } = await drained;
  const { posts } = await slack.ask({ type: 'posts' } satisfies SlackOrder, slackAnswer.posts);
  const stats = await slack.ask({ type: 'stats' } satisfies SlackOrder, slackAnswer.stats);
  await bot.stop();
  const incidents = (await patiently(() => store.incidents.list({ limit: groups + 1 }))).length;

  const card = firstStormCard(posts);
  const on = `${groups} groups in ${stormSeconds} s, ${source.described}`;
  const mostPerSecond = Math.max(...Object.values(stats.mostPerSecond));
  return [
    judge(
      { atMost: cardAimS, unit: 's' },
      {
        name: `${on}: first alert to first storm card`,
        value: card === undefined ? Number.POSITIVE_INFINITY : (card.atMs - beganAtMs) / 1000,
        figures: [count('posts meanwhile', posts.length)],
        ...(card?.isStorm === false ? { note: 'there was no storm card; this is the first card' } : {}),
      },
    ),
    judge(
      { atMost: 0, unit: '' },
      {
        name: `${on}: groups without an incident`,
        value: groups - incidents,
        figures: [
          count('accepted', sent.accepted),
          count('refused', groups - sent.accepted),
          count('incidents', incidents),
          ms('answer p99', quantile(sent.latenciesMs, 0.99)),
          seconds(isDrained ? 'all incidents after' : 'given up after', drainedS),
        ],
      },
    ),
    judge(
      { atMost: 1, unit: '/s' },
      {
        name: `${on}: most posts of any second in one channel, as Slack saw it`,
        value: mostPerSecond,
        figures: [...Object.entries(stats.mostPerSecond).map(([name, most]) => perSecond(name, most)), count('429s', stats.rateLimited)],
      },
    ),
    judge(
      { atMost: acknowledgeAimMs, unit: 'ms' },
      {
        name: `${on}: acknowledgement of commands, p99`,
        value: failed > 0 ? Number.POSITIVE_INFINITY : quantile(acknowledgedMs, 0.99),
        figures: [
          ms('p50', quantile(acknowledgedMs, 0.5)),
          ms('p99', quantile(acknowledgedMs, 0.99)),
          ms('max', quantile(acknowledgedMs, 1)),
          count('commands', acknowledgedMs.length + failed),
          count('answered later', late),
          count('failed', failed),
        ],
      },
    ),
    judge({ atMost: delayAimMs, unit: 'ms' }, { name: `${on}: event loop delay, p99`, value: delay.p99, figures: [ms('max', delay.max)] }),
  ];
}

/** The first card about the storm as a whole, which its key tells; without one, the first card of an incident. */
function firstStormCard(posts: readonly SlackPost[]): { atMs: number; isStorm: boolean } | undefined {
  const about = posts.find(({ key }) => key.includes('storm'));
  const first = about ?? posts.find(({ inThread }) => !inThread);
  return first === undefined ? undefined : { atMs: first.atMs, isStorm: about !== undefined };
}
