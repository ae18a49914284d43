import { connect } from '../processes/http-connection.ts';
import type { HttpConnection } from '../processes/http-connection.ts';
import { judge } from '../support/aim.ts';
import { alertOf, notificationOf } from '../support/alerts.ts';
import { count, ms } from '../support/report.ts';
import type { Outcome } from '../support/report.ts';
import { openBeside, startBot, startSlack, storeSource, webhookToken } from '../support/servers.ts';
import type { StoreSource } from '../support/servers.ts';
import { quantile } from '../support/statistics.ts';
import { patiently, untilDrained } from '../support/waiting.ts';
import type { ReliabilityBenchmark } from './effort.ts';

const alerts = 100;
const aimMs = 20;

/** A notification of 100 alerts: how long its answer takes, the first time and again, and whether all of them became instances. */
export const batch: ReliabilityBenchmark = {
  name: 'batch',
  measures: '100 alerts in one request, first and repeated; 100 instances stored',
  stores: ['embedded'],
  deadlineMs: () => 600_000,
  async measure(bench, asked) {
    const slack = await startSlack(bench);
    const measureOn = async (source: StoreSource): Promise<Outcome[]> => {
      const place = await source.fresh();
      const bot = await startBot(bench, { store: place, slack });
      const store = await openBeside(bench, place);
      const samples: Record<'first' | 'repeated', number[]> = { first: [], repeated: [] };
      const requests = asked.quick ? 3 : 30;
      let [instances, refused] = [0, 0];
      for (let request = 0; request < requests; request += 1) {
        const group = Array.from({ length: alerts }, (_, index) => alertOf({ run: `b${request}`, index, grouping: 'twelve' }));
        const body = notificationOf(group);
        for (const times of ['first', 'repeated'] as const) {
          // A connection of its own, opened before: the server has closed one that was idle for a minute.
          const connection = await connect({ url: bot.webhookUrl, token: webhookToken });
          const { status, tookMs } = await post(connection, body);
          connection.close();
          if (status === 200) samples[times].push(tookMs);
          else refused += 1;
          // The next request meets an idle bot, as the next notification of a group does.
          await untilDrained(store, 60_000);
        }
        const stored = await Promise.all(group.map(({ fingerprint }) => patiently(() => store.alerts.latest(fingerprint))));
        instances += stored.filter((alert) => alert?.incidentId !== undefined).length;
      }
      await bot.stop();
      const rows = (['first', 'repeated'] as const).map((times) =>
        judge(
          { atMost: aimMs, unit: 'ms' },
          {
            name: `100 alerts in one request, ${times}, median, ${source.described}`,
            value: quantile(samples[times], 0.5),
            figures: [ms('p99', quantile(samples[times], 0.99)), ms('max', quantile(samples[times], 1)), count('refused', refused)],
          },
        ),
      );
      const missing = requests * alerts - instances;
      const name = `instances missing, ${source.described}`;
      return [...rows, judge({ atMost: 0, unit: '' }, { name, value: missing, figures: [count('instances', instances)] })];
    };
    const outcomes: Outcome[] = [];
    for (const name of asked.stores) {
      const source = await storeSource(bench, name);
      outcomes.push(...('skipped' in source ? [source] : await measureOn(source)));
    }
    return outcomes;
  },
};

function post(connection: HttpConnection, body: string): Promise<{ status: number; tookMs: number }> {
  return new Promise((resolve) => {
    const from = performance.now();
    connection.post(body, (status) => resolve({ status, tookMs: performance.now() - from }));
  });
}
