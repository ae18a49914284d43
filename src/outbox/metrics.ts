import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { OutboxEvent, OutboxRequest } from './lane.ts';
import { laneNames } from './message.ts';
import type { LaneName, OutboxMessage } from './message.ts';
import { pauseScopes } from './pause.ts';
import type { OutboxStore, StormStore } from './ports.ts';
import { longestWaitingIn, waitsSince } from './waiting.ts';

export type OutboxMetrics = { count(event: OutboxEvent, lane: LaneName): void; request(request: OutboxRequest): void };

type Sources = { outbox: OutboxStore; storms: Pick<StormStore, 'latest'>; clock: Clock; log: Log };

const states: readonly OutboxMessage['state'][] = ['idle', 'due', 'sending', 'ambiguous', 'dead'];

/**
 * What Prometheus may know of the outbox: what became of its requests and how long they took, and, read from the store at each scrape, what
 * waits, was given up or stands still. What cannot be read is NaN, because the scrape still has to answer.
 */
export function createOutboxMetrics(registry: Registry, deps: Sources): OutboxMetrics {
  const registers = [registry];
  const events = new Counter({
    name: 'tocsin_outbox_events_total',
    help: 'Chat messages by what became of a request: posted, edited, ambiguous, found, dead and so on',
    labelNames: ['event', 'lane'],
    registers,
  });
  const requests = new Histogram({
    name: 'tocsin_outbox_request_duration_seconds',
    help: 'How long requests to chat took, by what they were (post, file, update, find) and what came of them',
    labelNames: ['method', 'outcome'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16],
    registers,
  });
  readAtScrapes(registry, deps);
  return {
    count: (event, lane) => events.inc({ event, lane }),
    request: ({ method, outcome, ms }) => requests.observe({ method, outcome }, ms / 1000),
  };
}

function readAtScrapes(registry: Registry, deps: Sources): void {
  gauge(registry, deps, {
    name: 'tocsin_outbox_messages',
    help: 'Chat messages by state; dead ones were given up',
    label: 'state',
    values: states,
    read: ({ outbox }) => outbox.counts(),
  });
  gauge(registry, deps, {
    name: 'tocsin_outbox_paused',
    help: 'Whether nothing is posted until the chat configuration is repaired: nowhere (workspace), or to one channel',
    label: 'scope',
    values: pauseScopes,
    async read({ outbox }) {
      const known = new Set((await outbox.listPauses()).map(({ scope }) => scope));
      return Object.fromEntries(pauseScopes.map((scope) => [scope, known.has(scope) ? 1 : 0]));
    },
  });
  gauge(registry, deps, {
    name: 'tocsin_outbox_depth',
    help: 'Chat messages that wait, by lane',
    label: 'lane',
    values: laneNames,
    read: ({ outbox }) => ofLanes((lane) => outbox.countWaiting(lane)),
  });
  gauge(registry, deps, {
    name: 'tocsin_outbox_oldest_age_seconds',
    help: 'How long the chat message that waits longest has waited, by lane; 0 when none waits',
    label: 'lane',
    values: laneNames,
    read: (sources) => ofLanes((lane) => oldestAge(sources, lane)),
  });
  gauge(registry, deps, {
    name: 'tocsin_storm_active',
    help: 'Whether there is an alert storm: one card tells of many incidents whose threads wait',
    values: ['storm'],
    async read({ storms }) {
      const latest = await storms.latest();
      return { storm: latest !== undefined && latest.endedAt === undefined ? 1 : 0 };
    },
  });
}

type Read = {
  name: string;
  help: string;
  /** Absent: there is one value, without a label. */
  label?: string;
  values: readonly string[];
  read: (deps: Sources) => Promise<Readonly<Record<string, number>>>;
};

function gauge(registry: Registry, deps: Sources, { name, help, label, values, read }: Read): void {
  const metric = new Gauge({
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [],
    async collect() {
      const found = await orUnknown(deps, name, () => read(deps));
      for (const value of values) this.set(label === undefined ? {} : { [label]: value }, found[value] ?? Number.NaN);
    },
  });
  registry.registerMetric(metric);
}

async function orUnknown({ log }: Sources, metric: string, read: () => ReturnType<Read['read']>): ReturnType<Read['read']> {
  try {
    return await read();
  } catch (error) {
    log.warn({ metric, error: describeError(error) }, 'the outbox could not be read for a scrape');
    return {};
  }
}

async function ofLanes(read: (lane: LaneName) => Promise<number>): Promise<Readonly<Record<string, number>>> {
  return Object.fromEntries(await Promise.all(laneNames.map(async (lane) => [lane, await read(lane)] as const)));
}

async function oldestAge({ outbox, clock }: Sources, lane: LaneName): Promise<number> {
  const oldest = await longestWaitingIn(outbox, lane);
  return oldest === undefined ? 0 : Math.max(0, clock.now().getTime() - Date.parse(waitsSince(oldest))) / 1000;
}
