import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { serveUntil } from '../../src/cli/serve-until.ts';
import { createSteadyClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { Log } from '../../src/kernel/log.ts';
import { startTocsin } from '../../src/main.ts';
import { createScaledClock } from '../support/scaled-clock.ts';
import { testConfig } from '../support/world.ts';
import type { FromReplica, ReplicaOrder, ToReplica } from './replica.ts';

// One bot in a process of its own, as `tocsin serve` runs it, on a clock that can be set.

const order = readOrder(process.argv[2] ?? '');
const { speed } = order;
const scaled = createScaledClock(order);
let offsetMs = order.offsetMs;
const clock = createSteadyClock(
  { wallMs: () => scaled.now().getTime() + offsetMs, countedMs: () => performance.now() * speed },
  (ms, signal) => scaled.sleep(ms, signal),
);
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

const shownErrors = 3;
let errors: readonly string[] = [];
let refusals = 0;
const log: Log = {
  ...silentLog,
  warn: (fields, message) => noted('warn', { fields, message }),
  error: (fields, message) => noted('error', { fields, message }),
};

const interrupted = new Promise<void>((resolve) => {
  process.once('SIGTERM', () => resolve());
});
// The test is gone: nobody would ever end this process.
process.once('disconnect', () => process.exit(1));
process.on('message', (message) => {
  // The test that started this process sends nothing else.
  const told = message as ToReplica;
  if (told.type === 'set clock') offsetMs = told.offsetMs;
  else {
    send({ type: 'sample', rssBytes: process.memoryUsage.rss(), delayP99Ms: delay.percentile(99) / 1e6, errors, refusals });
    delay.reset();
  }
});

const status = await serveUntil(interrupted, {
  async start() {
    const tocsin = await startTocsin(testConfig(order, order.settings), {
      clock,
      log,
      slackTimeoutsMs: { write: Math.ceil(8000 / speed), read: Math.ceil(10_000 / speed) },
    });
    // Otherwise written at the end, which a killed process does not have.
    flushCompileCache();
    send({ type: 'started', webhookUrl: tocsin.webhookUrl, slackUrl: tocsin.slackUrl ?? '' });
    return tocsin;
  },
  clock,
  log,
});
process.exit(status);

function send(message: FromReplica): void {
  process.send?.(message);
}

function noted(level: 'warn' | 'error', said: { fields: object; message: string }): void {
  const text = JSON.stringify(said);
  if (level === 'error') errors = [...errors, text.slice(0, 500)].slice(-shownErrors);
  if (/taken (?:this|it|over)|has taken|was taken over/.test(text)) refusals += 1;
  if (order.isLoud) process.stderr.write(`${process.pid} ${level} ${text}\n`);
}

function readOrder(file: string): ReplicaOrder {
  // Written by the test that started this process, in exactly this form.
  return JSON.parse(readFileSync(file, 'utf8')) as ReplicaOrder;
}
