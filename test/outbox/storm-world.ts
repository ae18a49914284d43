import { acknowledgeIncident } from '../../src/incidents/acknowledge.ts';
import type { Incident, Severity } from '../../src/incidents/incident.ts';
import { recordThread } from '../../src/incidents/record.ts';
import { addMs, toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { LaneName } from '../../src/outbox/message.ts';
import type { ChatSender, OutboxStore } from '../../src/outbox/ports.ts';
import { relayPending } from '../../src/outbox/relay.ts';
import { createStormWatch } from '../../src/outbox/storm-watch.ts';
import { createOutboxWorker } from '../../src/outbox/worker.ts';
import type { OutboxWorker } from '../../src/outbox/worker.ts';
import { drawOutboxMessage } from '../../src/wiring/draw-outbox-message.ts';
import { createTestChat, linesOfMessage } from '../chat/chat-desk.ts';
import { alertLink, ben } from '../support/desk.ts';

const stormPolicy = { threads: 10, calmMs: 60_000 };

type Ports = { outbox?: OutboxStore; sender?: ChatSender };

/** Incidents, the relay and lanes over a store in memory, in front of a chat in memory, on a clock that the test moves. */
export function createStormWorld() {
  const chat = createTestChat({
    desk: { linksFor: ({ thread }) => (thread === undefined ? {} : { thread: `https://chat.example/${thread.ts}` }) },
  });
  const { store, clock, fakeChat, change } = chat;
  let workers = 0;
  let opened = 0;
  const world = {
    ...chat,
    /** Opens so many incidents of that severity, each with so many alerts firing. */
    async burst(count: number, severity: Severity, alerts = 1): Promise<readonly Incident[]> {
      const incidents: Incident[] = [];
      for (let each = 0; each < count; each += 1) {
        opened += 1;
        const alert = alertLink({ fingerprint: `f${opened}`, severity });
        const incident = await chat.open({
          cause: `storm-${opened}`,
          title: `Service ${opened} fails`,
          severity,
          alert,
          by: { type: 'system', part: 'test' },
        });
        const links = Array.from({ length: alerts }, (_, index) => ({ ...alert, key: `${alert.key}:${index}` }));
        if (alerts > 1) await store.incidents.replace({ ...incident, version: 2, alerts: links }, 1);
        incidents.push(incident);
      }
      await world.relayAll();
      return incidents;
    },
    async relayAll() {
      while ((await relayPending(store)) > 0);
    },
    acknowledge: (incident: Incident) => acknowledgeIncident(change, { id: incident.id, by: ben, cause: `ack-${incident.id}` }),
    worker(ports: Ports = {}): OutboxWorker {
      workers += 1;
      const outbox = ports.outbox ?? store.outbox;
      return createOutboxWorker({
        outbox,
        sender: ports.sender ?? fakeChat.sender,
        render: (message) => drawOutboxMessage({ store, desk: chat.desk }, message),
        async onPosted({ view, incidentId, posted }) {
          if (view.type === 'card' && incidentId !== undefined && posted !== undefined)
            await recordThread(change, { id: incidentId, ...posted });
        },
        isOver: async ({ incidentId }) => incidentId !== undefined && (await store.incidents.get(incidentId))?.state === 'resolved',
        storms: createStormWatch({ ...store, outbox, policy: stormPolicy, clock, log: silentLog }),
        clock,
        log: silentLog,
        owner: `process-${workers}`,
        random: () => 0.5,
      });
    },
    /** Runs the workers and the relay, moving the clock to whatever they wait for, for so long. */
    async passes(forMs: number, ...running: readonly OutboxWorker[]) {
      const end = Date.parse(addMs(toInstant(clock.now()), forMs));
      for (let round = 0; round < 20_000; round += 1) {
        const waits = await Promise.all(running.map((worker) => worker.run(new AbortController().signal)));
        if ((await relayPending(store)) > 0) continue;
        const leftMs = end - clock.now().getTime();
        if (leftMs <= 0) return;
        const waitMs = Math.min(...waits.map((wait) => wait ?? leftMs));
        clock.advance(Math.min(Math.max(waitMs, 1), leftMs));
      }
      throw new Error('the outbox never came to rest');
    },
    /** What was posted to a lane, in order: the kind of each message, and when, in ms. */
    posts(lane: LaneName) {
      return fakeChat.log
        .filter((one) => one.method === 'post' && one.lane === lane)
        .map(({ key, at }) => ({ key, kind: kindOf(key), at }));
    },
    /** The messages of storms as people read them now. */
    cards(lane: LaneName): readonly string[] {
      return fakeChat.shown
        .filter((one) => one.lane === lane && one.key.startsWith('storm:'))
        .map(({ message }) => linesOfMessage(message));
    },
  };
  return world;
}

export type StormWorld = ReturnType<typeof createStormWorld>;

/** "storm", "card", "oncall", "entry" and so on. */
function kindOf(key: string): string {
  return key.startsWith('storm:') ? 'storm' : (/^[^:]+:([a-z]+)/.exec(key)?.[1] ?? key);
}
