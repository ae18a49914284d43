import type { Alert, Delivery } from '../../../src/alerts/alert.ts';
import { createIngest } from '../../../src/alerts/ingest.ts';
import { createPace } from '../../../src/alerts/pace.ts';
import type { AlertSettings, RoutingPolicy } from '../../../src/alerts/policy.ts';
import { routingPolicy } from '../../../src/alerts/policy.ts';
import { createReadAhead } from '../../../src/alerts/read-ahead.ts';
import type { RunbookMatcher } from '../../../src/alerts/route.ts';
import { takeHeartbeats } from '../../../src/alerts/watchdogs/take-heartbeats.ts';
import type { WatchdogPolicy } from '../../../src/alerts/watchdogs/watchdog.ts';
import { settingsSchema } from '../../../src/config/settings.ts';
import type { Incident } from '../../../src/incidents/incident.ts';
import { createManualClock } from '../../../src/kernel/clock.ts';
import type { ManualClock } from '../../../src/kernel/clock.ts';
import { toInstant } from '../../../src/kernel/instant.ts';
import type { Log } from '../../../src/kernel/log.ts';
import { silentLog } from '../../../src/kernel/log.ts';
import { createRunbookLibrary } from '../../../src/runbooks/library.ts';
import { parseRunbook } from '../../../src/runbooks/parse.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import type { SentAlert } from './payload.ts';
import { webhookBody } from './payload.ts';

export const start = new Date(Date.UTC(2026, 2, 14, 10, 0, 0));

export const runbookText = `# Video Errors

## Impact Assessment
- **User Impact**: Users cannot process videos

## Immediate Actions (0-15 minutes)

### 1. Look
\`\`\`bash
# Check current error rate
curl -s "http://prometheus:9090/api/v1/query?query=sum(up)"
\`\`\`
`;

/** Everything between a webhook body and the incidents that come out, over an embedded store and a clock that stands still. */
export type World = {
  store: Store;
  clock: ManualClock;
  /** Stores a body as received now, without working on it. */
  receive(body: string): Promise<string>;
  /** Works until nothing is claimable. */
  work(): Promise<void>;
  /** One request with these alerts, received and worked on. */
  send(...alerts: SentAlert[]): Promise<void>;
  advanceMinutes(minutes: number): void;
  incidents(): Promise<readonly Incident[]>;
  /** The only incident; an error when there are more or none. */
  incident(): Promise<Incident>;
  alerts(): Promise<readonly Alert[]>;
};

export function defaultPolicy(settings: Partial<AlertSettings> = {}): RoutingPolicy {
  return routingPolicy({ ...settingsSchema.parse({}).alerts, ...settings });
}

export type WorldOptions = {
  settings?: Partial<AlertSettings>;
  log?: Log;
  /** The store as the ingest sees it, for faults. */
  seen?: (store: Store) => Store;
  /** The alert that always fires; absent: none. */
  watchdog?: WatchdogPolicy;
};

export function createWorld(options: WorldOptions = {}): World {
  const clock = createManualClock(start);
  const store = openSqliteStore({ path: ':memory:', clock, log: silentLog });
  const seen = options.seen?.(store) ?? store;
  const { settings = {}, log = silentLog, watchdog } = options;
  const ingest = workerOver(seen, { clock, settings, log, ...(watchdog === undefined ? {} : { watchdog }) });
  let received = 0;

  const world: World = {
    store,
    clock,
    async receive(body) {
      received += 1;
      const delivery = deliveryOf(body, { number: received, now: clock.now() });
      await store.deliveries.append(delivery);
      return delivery.id;
    },
    async work() {
      while ((await ingest.work(new AbortController().signal)) !== undefined);
    },
    async send(...alerts) {
      await world.receive(webhookBody(alerts));
      await world.work();
    },
    advanceMinutes: (minutes) => clock.advance(minutes * 60_000),
    incidents: async () => (await store.incidents.list({ limit: 1000 })).toReversed(),
    async incident() {
      const [incident, ...others] = await world.incidents();
      if (incident === undefined || others.length > 0)
        throw new Error(`expected one incident, found ${others.length + (incident === undefined ? 0 : 1)}`);
      return incident;
    },
    alerts: () => store.alerts.list({ limit: 1000 }),
  };
  return world;
}

/** The store as the ingest sees it when looking an alert up fails for what `problem` says; undefined is no problem. */
export function failing(problem: (fingerprint: string) => Error | undefined): (store: Store) => Store {
  return (store) => ({
    ...store,
    alerts: {
      ...store.alerts,
      async latest(fingerprint) {
        const error = problem(fingerprint);
        if (error !== undefined) throw error;
        return store.alerts.latest(fingerprint);
      },
    },
  });
}

type Worker = {
  clock: ManualClock;
  settings?: Partial<AlertSettings>;
  log?: Log;
  owner?: string;
  watchdog?: WatchdogPolicy;
  runbooks?: RunbookMatcher;
};

/** An ingest over a store, as another process would have one. */
export function workerOver(store: Store, how: Worker) {
  let salts = 0;
  const policy = how.watchdog ?? { alertname: '', labels: [], everyMs: 0, isRequired: false };
  const heartbeats = { watchdogs: store.watchdogs, policy, changed: () => {}, log: silentLog };
  const { deliveries, ahead } = takeHeartbeats({ deliveries: store.deliveries, ahead: createReadAhead() }, heartbeats);
  return createIngest({
    store: { ...store, deliveries },
    changeDeps: { incidents: store.incidents, clock: how.clock, salt: () => `salt-${(salts += 1)}`, changed: () => {} },
    runbooks: how.runbooks ?? createRunbookLibrary([parseRunbook({ path: 'video-errors.md', text: runbookText })]),
    policy: defaultPolicy(how.settings),
    clock: how.clock,
    log: how.log ?? silentLog,
    ahead,
    pace: createPace({ arrived: () => 0, clock: how.clock }),
    owner: how.owner ?? 'worker-1',
  });
}

function deliveryOf(body: string, how: { number: number; now: Date }): Delivery {
  return {
    schema: 1,
    id: `dlv_${String(how.number).padStart(6, '0')}`,
    source: 'alertmanager',
    group: '',
    receivedAt: toInstant(how.now),
    body,
    userAgent: 'Alertmanager/0.34.0',
    state: 'waiting',
    attempts: 0,
    notBefore: toInstant(how.now),
    outcome: '',
  };
}

/** How many deliveries are in which state: "2 done". */
export async function deliveryStates(world: World): Promise<string[]> {
  const counts = await world.store.deliveries.counts();
  return Object.entries(counts).flatMap(([state, count]) => (count === 0 ? [] : [`${count} ${state}`]));
}
