import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { OutboxEvent } from './lane.ts';
import type { LaneName, OutboxMessage } from './message.ts';
import { pauseScopes } from './pause.ts';
import type { StoredPause } from './pause.ts';
import type { OutboxStore } from './ports.ts';

export type OutboxMetrics = { count(event: OutboxEvent, lane: LaneName): void };

const unknown: Readonly<Record<OutboxMessage['state'], number>> = {
  idle: Number.NaN,
  due: Number.NaN,
  sending: Number.NaN,
  ambiguous: Number.NaN,
  dead: Number.NaN,
};

/** What Prometheus may know of the outbox: what became of its requests, and, read from the store at each scrape, what waits or was given up. */
export function createOutboxMetrics(registry: Registry, deps: { outbox: OutboxStore; log: Log }): OutboxMetrics {
  const registers = [registry];
  const events = new Counter({
    name: 'tocsin_outbox_events_total',
    help: 'Chat messages by what became of a request: posted, edited, ambiguous, found, dead and so on',
    labelNames: ['event', 'lane'],
    registers,
  });
  const messages = new Gauge({
    name: 'tocsin_outbox_messages',
    help: 'Chat messages by state; dead ones were given up',
    labelNames: ['state'],
    registers: [],
    async collect() {
      const counts = await countsOf(deps);
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
  registry.registerMetric(messages);
  const paused = new Gauge({
    name: 'tocsin_outbox_paused',
    help: 'Whether nothing is posted until the chat configuration is repaired: nowhere (workspace), or to one channel',
    labelNames: ['scope'],
    registers: [],
    async collect() {
      const pauses = await pausesOf(deps);
      const known = new Set(pauses?.map(({ scope }) => scope));
      for (const scope of pauseScopes) this.set({ scope }, pauses === undefined ? Number.NaN : known.has(scope) ? 1 : 0);
    },
  });
  registry.registerMetric(paused);
  return { count: (event, lane) => events.inc({ event, lane }) };
}

async function countsOf({ outbox, log }: { outbox: OutboxStore; log: Log }): Promise<Readonly<Record<OutboxMessage['state'], number>>> {
  try {
    return await outbox.counts();
  } catch (error) {
    // The scrape still has to answer.
    log.warn({ error: describeError(error) }, 'the outbox could not be counted for a scrape');
    return unknown;
  }
}

async function pausesOf({ outbox, log }: { outbox: OutboxStore; log: Log }): Promise<readonly StoredPause[] | undefined> {
  try {
    return await outbox.listPauses();
  } catch (error) {
    log.warn({ error: describeError(error) }, 'the pauses of the outbox could not be read for a scrape');
    return undefined;
  }
}
