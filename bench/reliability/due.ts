import { incidentIdFor } from '../../src/incidents/open.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { addMs, msBetween, toInstant } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import type { Store } from '../../src/store/store.ts';
import { judge } from '../support/aim.ts';
import { Interrupted } from '../support/processes.ts';
import type { Bench } from '../support/processes.ts';
import { count, ms } from '../support/report.ts';
import type { Outcome } from '../support/report.ts';
import { seedDue, seedIncident, seedStore } from '../support/seeds.ts';
import { openBeside, startBot, startSlack, storeSource } from '../support/servers.ts';
import type { SlackProcess, StoreSource } from '../support/servers.ts';
import { quantile } from '../support/statistics.ts';
import { patiently } from '../support/waiting.ts';
import type { Asked, ReliabilityBenchmark } from './effort.ts';

const aimMs = 1500;
/** The first step of the ladder as it is set by default. */
const firstStepMs = 15 * 60_000;
const marginMs = 5000;
const graceMs = 60_000;

/** Many incidents whose next announcement is due at random moments: how late each is made, and that it is made once. */
export const due: ReliabilityBenchmark = {
  name: 'due',
  measures: '10,000 incidents with due work at random over 5 minutes, 1 and 3 replicas: how late, and once each',
  stores: ['embedded', 'mongo'],
  deadlineMs: ({ quick }) => (quick ? 400_000 : 3_600_000),
  async measure(bench, asked) {
    const outcomes: Outcome[] = [];
    for (const name of asked.stores) {
      const source = await storeSource(bench, name);
      if ('skipped' in source) outcomes.push(source);
      else for (const replicas of [1, 3]) outcomes.push(...(await measureAlone(bench, { source, replicas, asked })));
    }
    return outcomes;
  },
};

type Parts = { source: StoreSource; replicas: number; asked: Asked };

/** What fails with one store or number of replicas leaves the figures of the others. */
async function measureAlone(bench: Bench, parts: Parts): Promise<readonly Outcome[]> {
  try {
    return await measureWith(bench, parts);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return [
      {
        name: `due, ${parts.replicas} replicas, ${parts.source.described}`,
        skipped: error instanceof Error ? error.message : String(error),
      },
    ];
  }
}

async function measureWith(bench: Bench, { source, replicas, asked }: Parts): Promise<Outcome[]> {
  const { incidents = asked.quick ? 300 : 10_000 } = asked;
  const overMs = asked.quick ? 10_000 : 300_000;
  const slack = await startSlack(bench);
  const place = await source.fresh();
  const store = await openBeside(bench, place);
  const bots = await Promise.all(Array.from({ length: replicas }, () => startBot(bench, { store: place, slack: quiet(slack) })));
  const seeded = await seedAllDue(store, { incidents, overMs });
  const lateSeed = Math.max(0, Date.now() - Date.parse(seeded.beginsAt));
  await systemClock.sleep(Math.max(0, Date.parse(seeded.beginsAt) + overMs - Date.now()));
  const told = await untilTold(store, incidents);
  for (const bot of bots) await bot.stop();

  const lateness: number[] = [];
  let [missing, twice] = [0, 0];
  for (let number = 1; number <= incidents; number += 1) {
    const announcements = told.get(number) ?? [];
    if (announcements.length > 1) twice += 1;
    const [first] = announcements;
    if (first === undefined) missing += 1;
    else lateness.push(msBetween(seeded.dueAt(number), first));
  }
  const name = `${incidents} incidents due over ${overMs / 1000} s, ${replicas} replica${replicas === 1 ? '' : 's'}, ${source.described}`;
  return [
    judge(
      { atMost: aimMs, unit: 'ms' },
      {
        name: `${name}: lateness p99`,
        value: quantile(lateness, 0.99),
        figures: [ms('p50', quantile(lateness, 0.5)), ms('max', quantile(lateness, 1))],
        ...(lateSeed === 0 ? {} : { note: `the last was stored ${lateSeed} ms after the first was due` }),
      },
    ),
    judge(
      { atMost: 0, unit: '' },
      {
        name: `${name}: not announced, or more than once`,
        value: missing + twice,
        figures: [count('missing', missing), count('twice', twice)],
      },
    ),
  ];
}

/** Replicas are started at once, and only one request address can be told: nobody sends anything in this row. */
function quiet(slack: SlackProcess): SlackProcess {
  return { ...slack, ask: async (_order, answer) => answer.parse({ done: true }) };
}

/** Seeds the incidents so that the first is due when the last is stored. How fast the store takes them is tried out before. */
async function seedAllDue(store: Store, { incidents, overMs }: { incidents: number; overMs: number }) {
  const probe = Math.ceil(incidents / 50);
  const from = performance.now();
  await seedStore(store, probe, (number) => seedIncident(incidents + number));
  const eachMs = (performance.now() - from) / probe;
  const beginsAt = addMs(toInstant(new Date()), eachMs * incidents * 2 + marginMs);
  // Evenly spread in a drawn order: the same moments in each run.
  const dueAt = (number: number): Instant => addMs(beginsAt, Math.floor((((number * 2_654_435_761) >>> 0) / 2 ** 32) * overMs));
  await seedStore(store, incidents, (number) => seedDue(number, dueAt(number), firstStepMs));
  return { beginsAt, dueAt };
}

/** Of each incident the moments at which those on call were told, once all were or the grace is over. */
async function untilTold(store: Store, incidents: number): Promise<Map<number, readonly Instant[]>> {
  const waitsFor = performance.now() + graceMs;
  const told = new Map<number, readonly Instant[]>();
  for (;;) {
    for (let number = 1; number <= incidents; number += 1) {
      if ((told.get(number) ?? []).length > 0) continue;
      const incident = await patiently(() => store.incidents.get(incidentIdFor(`seed ${number}`)));
      told.set(number, incident?.escalation?.told.map(({ at }) => at) ?? []);
    }
    const isDone = [...told.values()].every((moments) => moments.length > 0);
    if (isDone || performance.now() > waitsFor) break;
    await systemClock.sleep(1000);
  }
  // Looked at last: an announcement that is made twice is made later.
  for (let number = 1; number <= incidents; number += 1) {
    const incident = await patiently(() => store.incidents.get(incidentIdFor(`seed ${number}`)));
    told.set(number, incident?.escalation?.told.map(({ at }) => at) ?? []);
  }
  return told;
}
