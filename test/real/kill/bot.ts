import { readFileSync } from 'node:fs';
import { silentLog } from '../../../src/kernel/log.ts';
import { startTocsin } from '../../../src/main.ts';
import { createScaledClock } from '../../support/scaled-clock.ts';
import { testConfig } from '../../support/world.ts';

/** What the test tells the process that it is going to kill. */
export type BotOrder = { storeUrl: string; slackApiUrl: string; prometheusUrl: string; epochMs: number; speed: number };

const order = readOrder(process.argv[2] ?? '');
const tocsin = await startTocsin(testConfig(order, { alerts: { resolveAfterMinutes: 0 } }), {
  clock: createScaledClock(order),
  log: silentLog,
});
process.send?.({ webhookUrl: tocsin.webhookUrl, slackUrl: tocsin.slackUrl });

function readOrder(file: string): BotOrder {
  // Written by the test that started this process, in exactly this form.
  return JSON.parse(readFileSync(file, 'utf8')) as BotOrder;
}
