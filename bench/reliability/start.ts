import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../test/real/support/program.ts';
import { connect } from '../processes/http-connection.ts';
import { judge } from '../support/aim.ts';
import { alertOf, notificationOf } from '../support/alerts.ts';
import { kill } from '../support/processes.ts';
import type { Bench } from '../support/processes.ts';
import { seconds } from '../support/report.ts';
import type { Outcome } from '../support/report.ts';
import { bigStore } from '../support/seeds.ts';
import { botEnvironment, startSlack, storeSource, webhookToken, writeBotSettings } from '../support/servers.ts';
import type { SlackProcess, StorePlace } from '../support/servers.ts';
import { median } from '../support/statistics.ts';
import { until } from '../support/waiting.ts';
import { onlyEmbedded } from './effort.ts';
import type { ReliabilityBenchmark } from './effort.ts';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const body = notificationOf([alertOf({ run: 'start', index: 0, grouping: 'own' })]);

/** From the start of the process to the first 200. */
export const start: ReliabilityBenchmark = {
  name: 'start',
  measures: 'process start to first accepted alert, with an empty store and with 100,000 incidents',
  stores: ['embedded'],
  deadlineMs: () => 900_000,
  async measure(bench, asked) {
    const source = await storeSource(bench, 'embedded');
    if (!asked.stores.includes('embedded') || 'skipped' in source) return [onlyEmbedded('start')];
    const slack = await startSlack(bench);
    const many = await bigStore(bench, asked.quick ? 2000 : 100_000);
    const rounds = asked.quick ? 2 : 7;
    const outcomes: Outcome[] = [];
    for (const { name, atMost, place } of [
      { name: 'start with an empty store', atMost: 1, place: () => source.fresh() },
      { name: `start with an ${many.described}`, atMost: 1.5, place: async () => many },
    ]) {
      const samples: number[] = [];
      for (let round = 0; round < rounds; round += 1) samples.push(await startOnce(bench, slack, await place()));
      const figures = [seconds('fastest', Math.min(...samples)), seconds('slowest', Math.max(...samples))];
      outcomes.push(judge({ atMost, unit: 's' }, { name: `${name}, median of ${rounds}`, value: median(samples), figures }));
    }
    return outcomes;
  },
};

/** Knocks every few milliseconds, as a proxy with a queue would. */
async function startOnce(bench: Bench, slack: SlackProcess, store: StorePlace): Promise<number> {
  const port = await freePort();
  writeBotSettings(bench);
  const from = performance.now();
  const bot = spawn(process.execPath, [cli, 'serve'], {
    cwd: bench.folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: bench.folder, ...botEnvironment({ store, slack }), PORT: String(port) },
    stdio: 'ignore',
  });
  bench.atEnd(() => kill(bot));
  const isUp = await until(60_000, 5, () => isAccepted(`http://127.0.0.1:${port}/webhooks/alertmanager`));
  const took = (performance.now() - from) / 1000;
  await kill(bot);
  return isUp ? took : Number.NaN;
}

async function isAccepted(url: string): Promise<boolean> {
  try {
    const connection = await connect({ url, token: webhookToken });
    const status = await new Promise<number>((resolve) => connection.post(body, resolve));
    connection.close();
    return status === 200;
  } catch {
    return false;
  }
}
