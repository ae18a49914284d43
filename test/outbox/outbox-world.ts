import type { IncidentId, MessageView } from '../../src/incidents/incident.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { addMs, toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { OutboxEvent } from '../../src/outbox/lane.ts';
import type { LaneName, OutboxMessage } from '../../src/outbox/message.ts';
import type { PauseEvent } from '../../src/outbox/pause.ts';
import type { ChatSender, OutboxStore } from '../../src/outbox/ports.ts';
import { createOutboxWorker } from '../../src/outbox/worker.ts';
import type { OutboxWorker } from '../../src/outbox/worker.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { createFakeChat } from './fake-chat.ts';

export type Wish = {
  key: string;
  incident?: string;
  parentKey?: string;
  lane?: LaneName;
  priority?: number;
  revision?: number;
  view?: MessageView;
};

/** A store, a fake chat and workers on a clock that the test moves. `revisions` is what the incidents stand at. */
export function createWorld() {
  const clock = createManualClock(new Date('2026-03-14T03:00:00.000Z'));
  const store = openSqliteStore({ path: ':memory:', clock, log: silentLog });
  const chat = createFakeChat(clock);
  const revisions = new Map<string, number>();
  const recorded = new Map<string, string>();
  const counted: OutboxEvent[] = [];
  let workers = 0;

  function message(wish: Wish): OutboxMessage {
    const { key, parentKey } = wish;
    return {
      schema: 1,
      key,
      lane: wish.lane ?? 'incidents',
      incidentId: (wish.incident ?? 'incident-1') as IncidentId,
      view: wish.view ?? (parentKey === undefined ? { type: 'card' } : { type: 'entry', seq: 1, broadcast: false }),
      ...(parentKey === undefined ? {} : { parentKey }),
      priority: wish.priority ?? (parentKey === undefined ? 1 : 3),
      order: key,
      wanted: revisions.get(key) ?? 1,
      sent: 0,
      state: 'due',
      version: 1,
      attempts: 0,
      notBefore: toInstant(clock.now()),
      problem: '',
    };
  }
  const world = {
    clock,
    store,
    chat,
    recorded,
    counted,
    revisions,
    /** The incident has moved on, and the message shall show it. */
    async want(wish: Wish) {
      revisions.set(wish.key, wish.revision ?? (revisions.get(wish.key) ?? 0) + 1);
      await store.outbox.want([message(wish)]);
    },
    worker(
      ports: {
        outbox?: OutboxStore;
        sender?: ChatSender;
        render?: (message: OutboxMessage) => Promise<undefined>;
        onPause?: (event: PauseEvent) => void;
        isOver?: (message: OutboxMessage) => Promise<boolean>;
        clock?: Clock;
      } = {},
    ): OutboxWorker {
      workers += 1;
      return createOutboxWorker({
        outbox: ports.outbox ?? store.outbox,
        sender: ports.sender ?? chat.sender,
        render: ports.render ?? (async ({ key }) => ({ summary: `${key}@${revisions.get(key) ?? 0}`, blocks: [] })),
        async onPosted({ key, posted }) {
          if (posted !== undefined) recorded.set(key, posted.ts);
        },
        clock: ports.clock ?? clock,
        log: silentLog,
        owner: `process-${workers}`,
        random: () => 0.5,
        metrics: { count: (event) => counted.push(event) },
        ...(ports.onPause === undefined ? {} : { onPause: ports.onPause }),
        ...(ports.isOver === undefined ? {} : { isOver: ports.isOver }),
      });
    },
    /** The lane belongs to the process of that name for the time of a lease. */
    async leave(lane: LaneName, owner: string) {
      const now = toInstant(clock.now());
      await store.outbox.leaseLane({ lane, owner, now, until: addMs(now, 12_000) });
    },
    /** Runs the worker and moves the clock to whatever it waits for, until nothing is waiting or `forMs` are over. */
    async settle(worker: OutboxWorker, forMs = 3_600_000) {
      const end = addMs(toInstant(clock.now()), forMs);
      for (let round = 0; round < 2000; round += 1) {
        const waitMs = await worker.run(new AbortController().signal);
        const leftMs = Date.parse(end) - clock.now().getTime();
        if (waitMs === undefined || leftMs <= 0) return;
        clock.advance(Math.min(Math.max(waitMs, 1), leftMs));
      }
      throw new Error('the outbox never came to rest');
    },
    async states(): Promise<Readonly<Record<string, string>>> {
      const keys = [...revisions.keys()].sort();
      const all = await Promise.all(keys.map(async (key) => [key, (await store.outbox.get(key))?.state ?? 'missing'] as const));
      return Object.fromEntries(all);
    },
    texts: () => chat.shown.map((one) => one.text),
  };
  return world;
}

export type World = ReturnType<typeof createWorld>;

/** Lets workers that run by themselves do what they can do now. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
