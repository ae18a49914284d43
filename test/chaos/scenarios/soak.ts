import { setTimeout as realTime } from 'node:timers/promises';
import { notification } from '../../support/world.ts';
import type { TestAlert } from '../../support/world.ts';
import { untilAtRest } from '../at-rest.ts';
import { countFaults } from '../count.ts';
import type { Outcome, Scenario } from '../scenario.ts';
import { newLedger, post } from '../story.ts';
import type { Ledger } from '../story.ts';
import { startChaosWorld } from '../world.ts';
import type { ChaosWorld } from '../world.ts';

const perSecond = 50;
/** A new incident begins this often, and an old one ends. */
const incidentEverySeconds = 20;
const openIncidents = 6;
const mostGrowth = 1.5;
const mostDelayMs = 250;

type Sampled = { rssMb: number; delayP99Ms: number; waiting: number; due: number };

/** A long time of steady load: alerts that begin, repeat and end, people who ask and act; memory, event loop and backlog are watched. */
export const soak: Scenario = {
  name: 'soak',
  async run({ seed, store, replicas, minutes }): Promise<Outcome> {
    const world = await startChaosWorld({ seed, store, replicas, speed: 1, limits: 'off', settings: { escalation: { steps: [] } } });
    try {
      await Promise.all(world.replicas.map((replica) => replica.start()));
      const ledger = newLedger();
      const samples: Sampled[] = [];
      const refused: number[] = [];
      for (let second = 0; second < minutes * 60; second += 1) {
        const next = realTime(1000);
        void send(world, ledger, { second, refused });
        if (second % 5 === 0) void talk(world, ledger, second);
        if (second % 10 === 9) samples.push(await sample(world));
        await next;
      }
      const backlog = await sample(world);
      await untilAtRest(world);
      const { faults, figures } = await countFaults(world, ledger);
      return {
        faults: { ...faults, 'memory or event loop out of bounds': outOfBounds(samples) },
        figures: { ...figures, ...summary(samples), backlogAtTheEnd: backlog.waiting, refused: refused.length, perSecond },
      };
    } finally {
      await world.end();
    }
  },
};

type Load = { second: number; refused: number[] };

/** Fifty notifications, spread over the second: new instances of the present incident, repeats, and the end of the oldest incident's. */
async function send(world: ChaosWorld, ledger: Ledger, { second, refused }: Load): Promise<void> {
  const group = Math.floor(second / incidentEverySeconds);
  await Promise.all(
    Array.from({ length: perSecond }, async (_, index) => {
      await realTime((index * 1000) / perSecond);
      const alert = index < 5 ? instance(group, (second % incidentEverySeconds) * 5 + index) : repeatOrEnd(world, group, index);
      const open = world.replicas.flatMap((replica) => replica.addresses()?.webhookUrl ?? []);
      if ((await post(world.dice.one(open), notification([alert]))) !== 200) return void refused.push(second);
      ledger.accepted.add(alert.fingerprint ?? '');
      if (alert.status === 'resolved') ledger.ended.add(alert.fingerprint ?? '');
    }),
  );
}

function repeatOrEnd({ dice }: ChaosWorld, group: number, index: number): TestAlert {
  const member = dice.below(incidentEverySeconds * 5);
  const old = group - openIncidents;
  if (index % 2 === 0 && old >= 0) return { ...instance(old, member), status: 'resolved', endsAt: new Date().toISOString() };
  return instance(Math.max(0, group - 1 - dice.below(openIncidents - 1)), member);
}

function instance(group: number, member: number): TestAlert {
  return {
    labels: { alertname: 'Slow', severity: 'warning', service: `service-${group}`, pod: `pod-${member}` },
    annotations: { summary: 'Requests are slow' },
    fingerprint: `${group.toString(16).padStart(8, '0')}${member.toString(16).padStart(8, '0')}`,
    startsAt: new Date(Date.UTC(2026, 0, 1) + group * 1000).toISOString(),
  };
}

async function talk(world: ChaosWorld, ledger: Ledger, second: number): Promise<void> {
  const person = world.workspace.person('ana');
  const title = `Declared by hand ${second}.`;
  await person.types('#incidents', second % 30 === 0 ? `/incident declare warning ${title}` : '/incident list');
  const answer = world.workspace.deliveries().findLast(({ body }) => body.includes(encodeURIComponent(title).replaceAll('%20', '+')));
  if (answer?.responseBody?.includes('You declared') === true) ledger.declared.add(title);
}

async function sample({ replicas, store }: ChaosWorld): Promise<Sampled> {
  const [each, deliveries, outbox] = await Promise.all([
    Promise.all(replicas.map((replica) => replica.sample())),
    store.deliveries.counts(),
    store.outbox.counts(),
  ]);
  return {
    rssMb: Math.max(...each.map(({ rssBytes }) => rssBytes / 1e6)),
    delayP99Ms: Math.max(...each.map(({ delayP99Ms }) => delayP99Ms)),
    waiting: deliveries.waiting,
    due: outbox.due,
  };
}

const middle = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** The last quarter is compared with the second, when everything has been loaded and is warm. */
function outOfBounds(samples: readonly Sampled[]): readonly string[] {
  const quarter = Math.floor(samples.length / 4);
  if (quarter < 3) return [];
  const rssOf = (part: readonly Sampled[]) => middle(part.map(({ rssMb }) => rssMb));
  const [before, after] = [rssOf(samples.slice(quarter, 2 * quarter)), rssOf(samples.slice(-quarter))];
  const delay = middle(samples.map(({ delayP99Ms }) => delayP99Ms));
  return [
    ...(after > before * mostGrowth ? [`memory grew from ${Math.round(before)} to ${Math.round(after)} MB`] : []),
    ...(delay > mostDelayMs ? [`the event loop's delay has a p99 of ${Math.round(delay)} ms`] : []),
  ];
}

function summary(samples: readonly Sampled[]) {
  const most = (of: (sampled: Sampled) => number) => Math.round(Math.max(0, ...samples.map(of)));
  return {
    rssMbMiddle: Math.round(middle(samples.map(({ rssMb }) => rssMb))),
    rssMbMost: most(({ rssMb }) => rssMb),
    delayP99MsMiddle: Math.round(middle(samples.map(({ delayP99Ms }) => delayP99Ms))),
    delayP99MsMost: most(({ delayP99Ms }) => delayP99Ms),
    waitingMost: most(({ waiting }) => waiting),
    outboxMost: most(({ due }) => due),
  };
}
