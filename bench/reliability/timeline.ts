import { changeIncident } from '../../src/incidents/change.ts';
import type { ChangeDeps } from '../../src/incidents/change.ts';
import type { IncidentId } from '../../src/incidents/incident.ts';
import { addNote } from '../../src/incidents/note.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { relayPending } from '../../src/outbox/relay.ts';
import type { Store } from '../../src/store/store.ts';
import type { ServingTocsin } from '../../test/real/support/tocsin.ts';
import { slackAnswer } from '../processes/protocol.ts';
import type { SlackOrder } from '../processes/protocol.ts';
import { judge } from '../support/aim.ts';
import { count, ms, seconds } from '../support/report.ts';
import type { Outcome } from '../support/report.ts';
import { bigStore } from '../support/seeds.ts';
import { apiToken, openBeside, startBot, startSlack } from '../support/servers.ts';
import type { SlackProcess } from '../support/servers.ts';
import { quantile, sum, timeOne } from '../support/statistics.ts';
import { onlyEmbedded } from './effort.ts';
import type { ReliabilityBenchmark } from './effort.ts';

const formats = ['md', 'json'] as const;
const by = { id: 'U0ANA00000', name: 'Ana Duarte' };
const words = 'Scaled the workers by hand while the queue was full; the error rate falls since. Next look in ten minutes.';
const entriesAtOnce = 200;
const listMs = 100;

/** One incident with a very long timeline, in a store of many years. */
export const timeline: ReliabilityBenchmark = {
  name: 'timeline',
  measures: '10,000 entries on one incident, 100,000 incidents: append, /incident list, exports',
  stores: ['embedded'],
  deadlineMs: () => 900_000,
  async measure(bench, asked) {
    if (!asked.stores.includes('embedded')) return [onlyEmbedded('timeline')];
    const [incidents, entries, measured] = asked.quick ? [2000, 1000, 100] : [100_000, 10_000, 1000];
    const place = await bigStore(bench, incidents);
    const store = await openBeside(bench, place);
    const deps = changing(store);
    const [incident] = await store.incidents.list({ states: ['triggered'], limit: 1 });
    if (incident === undefined) throw new Error('the seeded store has no open incident');
    await fill(store, deps, { id: incident.id, entries: entries - measured });
    const samples = await append(store, deps, { id: incident.id, notes: measured });
    const head = (await store.incidents.get(incident.id))?.timeline.seq ?? 0;

    const slack = await startSlack(bench);
    const bot = await startBot(bench, { store: place, slack });
    const outcomes: Outcome[] = [
      judge(
        { atMost: 10, unit: 'ms' },
        {
          name: `append a note to a timeline of ${head} entries, p99`,
          value: quantile(samples, 0.99),
          figures: [ms('p50', quantile(samples, 0.5)), ms('max', quantile(samples, 1))],
        },
      ),
      await listed(slack, asked.quick ? 5 : 30),
      await exported(bot, incident.number, asked.quick ? 2 : 5),
    ];
    await bot.stop();
    return outcomes;
  },
};

function changing({ incidents }: Store): ChangeDeps {
  return { incidents, clock: systemClock, salt: () => crypto.randomUUID(), changed: () => {} };
}

/** Many entries with each change, which is quicker and leaves the same timeline. */
async function fill(store: Store, deps: ChangeDeps, { id, entries }: { id: IncidentId; entries: number }): Promise<void> {
  for (let left = entries; left > 0; left -= entriesAtOnce) {
    const drafts = Array.from({ length: Math.min(left, entriesAtOnce) }, () => ({
      kind: 'note' as const,
      actor: { type: 'user' as const, ...by },
      facts: {},
      text: words,
    }));
    await changeIncident(deps, id, { decide: () => ({ type: 'change', set: {}, entries: drafts, redraw: [], reason: 'noted' }) });
    await relayPending(store);
  }
}

/** What a person waits for: until the note is durable. The relay works between two notes, as it does in the bot. */
async function append(store: Store, deps: ChangeDeps, { id, notes }: { id: IncidentId; notes: number }): Promise<number[]> {
  const samples: number[] = [];
  for (let note = 0; note < notes; note += 1) {
    samples.push(await timeOne(() => addNote(deps, { id, cause: `note ${note}`, by, text: words, isQuiet: true })));
    await relayPending(store);
  }
  return samples;
}

async function listed(slack: SlackProcess, times: number): Promise<Outcome> {
  const everyMs = 250;
  const order = { type: 'commands', texts: ['/incident list'], everyMs, forMs: times * everyMs } satisfies SlackOrder;
  // The first command finds nothing loaded.
  await slack.ask({ ...order, forMs: everyMs } satisfies SlackOrder, slackAnswer.commands);
  const { acknowledgedMs, late, failed } = await slack.ask(order, slackAnswer.commands);
  return judge(
    { atMost: listMs, unit: 'ms' },
    {
      name: '/incident list, median until the answer is there',
      value: late + failed > 0 ? Number.NaN : quantile(acknowledgedMs, 0.5),
      figures: [
        ms('p50', quantile(acknowledgedMs, 0.5)),
        ms('max', quantile(acknowledgedMs, 1)),
        count('late', late),
        count('failed', failed),
      ],
    },
  );
}

async function exported({ webhookUrl }: ServingTocsin, number: number, times: number): Promise<Outcome> {
  const samples: number[][] = [];
  let bytes = 0;
  for (let time = 0; time < times; time += 1) {
    const each: number[] = [];
    for (const format of formats) {
      each.push(
        await timeOne(async () => {
          const url = new URL(`/exports/INC-${number}.${format}`, webhookUrl);
          const response = await fetch(url, { headers: { Authorization: `Bearer ${apiToken}` } });
          const text = await response.text();
          if (response.status !== 200) throw new Error(`the export answered ${response.status}: ${text.slice(0, 200)}`);
          bytes = text.length;
        }),
      );
    }
    samples.push(each);
  }
  const totals = samples.map((each) => sum(each) / 1000);
  const figures = formats.map((format, index) =>
    seconds(
      format,
      quantile(
        samples.map((each) => (each[index] ?? Number.NaN) / 1000),
        0.5,
      ),
    ),
  );
  return judge(
    { atMost: 1, unit: 's' },
    {
      name: 'export in all formats, median',
      value: quantile(totals, 0.5),
      figures: [...figures, seconds('slowest', Math.max(...totals)), count('bytes of JSON', bytes)],
    },
  );
}
