import { systemClock } from '../../src/kernel/clock.ts';
import { slackAnswer } from '../processes/protocol.ts';
import type { SlackOrder } from '../processes/protocol.ts';
import { judge } from '../support/aim.ts';
import { startLoad } from '../support/load.ts';
import { count, ms } from '../support/report.ts';
import type { Outcome } from '../support/report.ts';
import { startBot, startSlack, storeSource } from '../support/servers.ts';
import type { StoreSource } from '../support/servers.ts';
import { quantile } from '../support/statistics.ts';
import type { ReliabilityBenchmark } from './effort.ts';

const aimMs = 500;
const run = 'card';
const graceMs = 30_000;

/** From the 200 to the card in the channel, one alert a second. */
export const firstCard: ReliabilityBenchmark = {
  name: 'first-card',
  measures: 'alert accepted to card visible in chat, one alert a second for five minutes',
  stores: ['embedded'],
  deadlineMs: () => 900_000,
  async measure(bench, asked) {
    const forSeconds = asked.quick ? 10 : 300;
    const load = await startLoad(bench);
    const measureOn = async (source: StoreSource): Promise<Outcome> => {
      const slack = await startSlack(bench);
      const bot = await startBot(bench, { store: await source.fresh(), slack });
      // One alert before: what is loaded at the first alert is the start's business.
      const alert = { url: bot.webhookUrl, grouping: 'own', severity: 'warning' } as const;
      await load.send({ ...alert, run: 'warm', pace: { type: 'closed', connections: 1 }, seconds: 10, requests: 1 });
      await systemClock.sleep(asked.quick ? 2000 : 10_000);
      const { acceptedAtMs, accepted } = await load.send({
        ...alert,
        run,
        pace: { type: 'open', ratePerSecond: 1, connections: 4 },
        seconds: forSeconds,
      });
      const waitsFor = performance.now() + graceMs;
      let seen = new Map<number, number>();
      while (seen.size < accepted && performance.now() < waitsFor) {
        await systemClock.sleep(500);
        const { posts } = await slack.ask({ type: 'posts' } satisfies SlackOrder, slackAnswer.posts);
        seen = cardsIn(posts);
      }
      await bot.stop();
      const waits = [...seen].map(([index, atMs]) => Math.max(0, atMs - (acceptedAtMs[index] ?? Number.NaN)));
      return judge(
        { atMost: aimMs, unit: 'ms' },
        {
          name: `alert accepted to card visible, p95, ${source.described}`,
          value: seen.size < accepted ? Number.POSITIVE_INFINITY : quantile(waits, 0.95),
          figures: [
            ms('p50', quantile(waits, 0.5)),
            ms('p95', quantile(waits, 0.95)),
            ms('max', quantile(waits, 1)),
            count('alerts', accepted),
            count('cards', seen.size),
          ],
        },
      );
    };
    const outcomes: Outcome[] = [];
    for (const name of asked.stores) {
      const source = await storeSource(bench, name);
      outcomes.push('skipped' in source ? source : await measureOn(source));
    }
    return outcomes;
  },
};

/** When the card of each alert was seen, by the alert's index, which its summary ends with. */
function cardsIn(posts: readonly { atMs: number; text: string; inThread: boolean }[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const { atMs, text, inThread } of posts) {
    const index = Number(new RegExp(`: ${run}-(\\d+)`).exec(text)?.[1] ?? Number.NaN);
    if (!inThread && !Number.isNaN(index) && !found.has(index)) found.set(index, atMs);
  }
  return found;
}
