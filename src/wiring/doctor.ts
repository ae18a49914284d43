import { describeParked, replayDeliveries } from '../alerts/replay.ts';
import { stateOf, watched } from '../alerts/watchdogs/watchdog.ts';
import type { WatchdogPolicy } from '../alerts/watchdogs/watchdog.ts';
import type { DeadMessage, Doctor, Health, RetryRequest, SlowChannel, StandStill } from '../chat/health.ts';
import { patienceMs } from '../chat/views/doctor.ts';
import { countText } from '../export/wording.ts';
import type { ChangeDeps } from '../incidents/change.ts';
import { changesThings, executionsOf } from '../incidents/execution.ts';
import { nameOf, openStates } from '../incidents/incident.ts';
import type { Incident, IncidentId } from '../incidents/incident.ts';
import { addNote } from '../incidents/note.ts';
import { describeError, TocsinError } from '../kernel/errors.ts';
import { msBetween, toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import { laneNames } from '../outbox/message.ts';
import type { LaneName, OutboxMessage } from '../outbox/message.ts';
import { pauseScopes } from '../outbox/pause.ts';
import type { StoredPause } from '../outbox/pause.ts';
import { reviveMessages } from '../outbox/revive.ts';
import { waitMsOf } from '../outbox/storm.ts';
import type { OutboxStatus } from '../outbox/worker.ts';
import type { Store } from '../store/store.ts';

export type DoctorOptions = {
  store: Store;
  change: ChangeDeps;
  outboxStatus: () => Promise<OutboxStatus>;
  /** What the intake had no room for. */
  sentAway: () => Seen['deliveries']['sentAway'];
  /** How a lane's channel is called: "#incidents". */
  channels: Readonly<Record<LaneName, string>>;
  /** Whether an Alertmanager is configured to be compared with. */
  isCompared: boolean;
  watchdog: WatchdogPolicy;
  /** Called after something was made to wait again. */
  retried: { deliveries: () => void; messages: () => void };
  log: Log;
};

type Seen = Extract<Health, { type: 'seen' }>;

const shown = 3;
const looksBack = 1000;
const openLimit = 200;

/** Looks after Tocsin itself: what stands still, what was given up, and how it is brought back. */
export function createDoctor(options: DoctorOptions): Doctor {
  const { store, change, log, retried } = options;
  return {
    async examine() {
      try {
        return await examine(options);
      } catch (error) {
        if (error instanceof TocsinError && error.code === 'unavailable') return { type: 'blind', problem: error.message };
        throw error;
      }
    },
    async retryDeliveries({ by, ids }) {
      const { replayed } = await replayDeliveries({ deliveries: store.deliveries, clock: change.clock }, { ids, by: by.name });
      if (replayed.length === 0) return 0;
      log.info({ by, count: replayed.length, deliveries: replayed.slice(0, 20) }, 'parked deliveries are tried again');
      retried.deliveries();
      return replayed.length;
    },
    async retryMessages(request) {
      const { revived } = await reviveMessages({ outbox: store.outbox, clock: change.clock }, 'all');
      if (revived.length === 0) return 0;
      const keys = revived.slice(0, 20).map(({ key }) => key);
      log.info({ by: request.by, count: revived.length, keys }, 'chat messages that were given up are tried again');
      retried.messages();
      await noteRevived(options, request, revived);
      return revived.length;
    },
  };
}

/** The incident's record says why old messages come now, and who wanted them. */
async function noteRevived({ change, log }: DoctorOptions, request: RetryRequest, revived: readonly OutboxMessage[]): Promise<void> {
  const counts = new Map<IncidentId, number>();
  for (const { incidentId: id } of revived) if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const [id, count] of counts) {
    const text = `Asked for ${countText(count, 'message')} to be tried again that chat had not taken.`;
    try {
      await addNote(change, { id, cause: `${request.cause}:retry`, by: request.by, text, isQuiet: true });
    } catch (error) {
      // The messages are on their way already, and the log has who asked: a note that cannot be written takes nothing back.
      log.warn({ incident: id, error: describeError(error) }, 'a retry could not be noted on a timeline');
    }
  }
}

async function examine(options: DoctorOptions): Promise<Seen> {
  const { store, change } = options;
  const startMs = change.clock.now().getTime();
  await store.ping();
  const storeMs = change.clock.now().getTime() - startMs;
  const now = toInstant(change.clock.now());
  const [deliveries, outbox, unknown, [due], intake] = await Promise.all([
    seeDeliveries(options),
    seeOutbox(options, now),
    seeUnknown(store),
    store.incidents.listDue(now, 1),
    seeIntake(options),
  ]);
  const dueSince = due === undefined ? now : (Object.values(due.due).sort()[0] ?? now);
  return { type: 'seen', now, storeMs, deliveries, outbox, unknown, dueLateMs: msBetween(dueSince, now), ...intake };
}

async function seeIntake({ store, isCompared, watchdog: policy }: DoctorOptions): Promise<Pick<Seen, 'compared' | 'watchdogs'>> {
  const [found, reconciliation] = await Promise.all([store.watchdogs.list(), store.reconciliation.get()]);
  const { lastCompleteAt, lastRound } = reconciliation ?? {};
  const compared = {
    ...(lastCompleteAt === undefined ? {} : { completeAt: lastCompleteAt }),
    ...(lastRound === undefined ? {} : { last: lastRound }),
  };
  return {
    ...(isCompared ? { compared } : {}),
    watchdogs: watched(found, policy).map((watchdog) => {
      const { labels, lastSeenAt } = watchdog;
      const about = Object.values(labels).join(', ');
      return {
        name: about === '' ? policy.alertname : `${policy.alertname} (${about})`,
        state: stateOf(watchdog, policy),
        ...(lastSeenAt === undefined ? {} : { lastSeenAt }),
      };
    }),
  };
}

async function seeDeliveries({ store, sentAway }: DoctorOptions): Promise<Seen['deliveries']> {
  const { deliveries } = store;
  const away = sentAway();
  const [counts, oldestWaiting, lastReceivedAt, parked] = await Promise.all([
    deliveries.counts(),
    deliveries.oldestWaiting(),
    deliveries.lastReceivedAt(),
    deliveries.listParked({ order: 'newest', limit: shown }),
  ]);
  return {
    counts,
    parked: parked.map(describeParked),
    ...(oldestWaiting === undefined ? {} : { oldestWaiting }),
    ...(lastReceivedAt === undefined ? {} : { lastReceivedAt }),
    ...(away === undefined ? {} : { sentAway: away }),
  };
}

async function seeOutbox(options: DoctorOptions, now: Instant): Promise<Seen['outbox']> {
  const { store, outboxStatus } = options;
  const [status, counts, dead, pauses, storm] = await Promise.all([
    outboxStatus(),
    store.outbox.counts(),
    store.outbox.listDead(looksBack),
    store.outbox.listPauses(),
    seeStorm(store),
  ]);
  return {
    waiting: counts.due + counts.sending,
    ambiguous: counts.ambiguous,
    dead: counts.dead,
    given: await Promise.all(dead.slice(-shown).map((message) => describeDead(store, message))),
    standing: standingOf(options, pauses),
    slow: slowOf(options, { lanes: status.lanes, pauses }, now),
    channels: laneNames.map((lane) => ({ channel: options.channels[lane], waiting: status.lanes[lane].depth })),
    ...(storm === undefined ? {} : { storm }),
  };
}

async function seeStorm({ storms }: Store): Promise<Seen['outbox']['storm']> {
  const storm = await storms.latest();
  if (storm === undefined || storm.endedAt !== undefined) return undefined;
  const { counts, waiting: threads } = storm.figures;
  const leftMs = waitMsOf(storm.figures);
  const incidents = counts.critical.incidents + counts.warning.incidents + counts.info.incidents;
  return { since: storm.since, incidents, threads, ...(leftMs === undefined ? {} : { leftMs }) };
}

/** Everything first. */
function standingOf({ channels }: DoctorOptions, pauses: readonly StoredPause[]): readonly StandStill[] {
  const scopes = pauseScopes.flatMap((scope) => pauses.filter((pause) => pause.scope === scope));
  return scopes.map(({ scope, reason, since }) => ({ reason, since, ...(scope === 'workspace' ? {} : { channel: channels[scope] }) }));
}

type Lanes = { lanes: OutboxStatus['lanes']; pauses: readonly StoredPause[] };

function slowOf({ channels }: DoctorOptions, { lanes, pauses }: Lanes, now: Instant): readonly SlowChannel[] {
  const standing = new Set(pauses.map(({ scope }) => scope));
  return laneNames.flatMap((lane) => {
    const { depth, oldest, problem } = lanes[lane];
    const isKnown = standing.has('workspace') || standing.has(lane);
    if (isKnown || oldest === undefined || msBetween(oldest, now) <= patienceMs) return [];
    return [{ channel: channels[lane], waiting: depth, since: oldest, ...(problem === undefined ? {} : { problem }) }];
  });
}

async function describeDead(store: Store, { incidentId, view, problem }: OutboxMessage): Promise<DeadMessage> {
  if (view.type === 'storm') return { what: viewWords.storm, problem, incident: { name: `Alert storm ${view.number}` } };
  const incident = incidentId === undefined ? undefined : await store.incidents.get(incidentId);
  return { what: viewWords[view.type], problem, ...(incident === undefined ? {} : { incident: { name: nameOf(incident) } }) };
}

const viewWords: Readonly<Record<OutboxMessage['view']['type'], string>> = {
  card: 'its card',
  alerts: 'its alerts',
  brief: 'its brief',
  oncall: 'the announcement to those on call',
  runbook: 'its runbook',
  execution: 'a step',
  file: 'a file',
  entry: 'a reply in its thread',
  storm: 'its card',
};

async function seeUnknown({ incidents }: Store): Promise<readonly string[]> {
  const open = await incidents.list({ states: openStates, limit: openLimit });
  return open.flatMap(unknownIn);
}

/** An unknown change that was taken back is settled. */
function unknownIn(incident: Incident): readonly string[] {
  const executions = executionsOf(incident);
  const undone = new Set(executions.flatMap(({ state, undoOf }) => (state === 'applied' && undoOf !== undefined ? [undoOf] : [])));
  return executions
    .filter((each) => each.state === 'unknown' && changesThings(each) && !undone.has(each.number))
    .map(({ number, title }) => `${nameOf(incident)} #${number} · ${title}`);
}
