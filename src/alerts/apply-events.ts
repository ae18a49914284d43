import { linksOf } from '../incidents/alert-links.ts';
import type { AlertLink, Incident } from '../incidents/incident.ts';
import { TocsinError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Turns } from '../kernel/parallel.ts';
import type { Alert, AlertEvent } from './alert.ts';
import { decideAlert, instanceKey, latestStart } from './identity.ts';
import type { AlertDecision } from './identity.ts';
import { createPlacing } from './place-alert.ts';
import type { PlaceDeps, Placed, Placing } from './place-alert.ts';
import type { AlertStore } from './ports.ts';
import { shortLine } from './route.ts';
import type { Route } from './route.ts';

/** `turns`: asked before each part of the computing, so that many events leave the event loop to others in between. */
export type ApplyEventsDeps = PlaceDeps & { alerts: AlertStore; turns: Turns };

/** An event and where it goes. */
export type Arrival = { event: AlertEvent; route: Route };

/** What became of an event. `incident` is the one that it opened, joined, reopened or cleared in. */
export type AppliedEvent = { type: AlertDecision['type']; reason: string; incident?: Incident; opened: boolean };

type Change = Exclude<AlertDecision, { type: 'stale' }>;
type Link = { alert: Alert; link: AlertLink; latest: Alert | undefined };

const maxRaces = 20;
/** A millisecond's worth. */
const eventsAtOnce = 10;

/**
 * Applies events of one correlation key in their order: first to the incidents, then to the alerts' records. Both are idempotent, so events
 * that are applied again after a crash anywhere in between repair what is missing and double nothing. Resolves with one result for each.
 */
export async function applyEvents(deps: ApplyEventsDeps, arrivals: readonly Arrival[]): Promise<readonly AppliedEvent[]> {
  const results = new Map<Arrival, AppliedEvent>();
  let open = arrivals;
  for (let race = 0; race < maxRaces; race += 1) {
    const round = await applyRound(deps, open, results);
    if (round.lost.size === 0) return arrivals.flatMap((arrival) => results.get(arrival) ?? []);
    open = open.filter(({ event }) => round.lost.has(event.fingerprint));
  }
  throw new TocsinError('conflict', 'The alert is being changed by many at once.', { retryable: true });
}

/** `lost`: fingerprints whose records were changed by others meanwhile. */
async function applyRound(
  deps: ApplyEventsDeps,
  arrivals: readonly Arrival[],
  results: Map<Arrival, AppliedEvent>,
): Promise<{ lost: ReadonlySet<string> }> {
  const [first] = arrivals;
  if (first === undefined) return { lost: new Set() };
  const records = await loadRecords(deps.alerts, arrivals);
  const placing = createPlacing(deps, first.route.correlationKey);
  for (const [index, arrival] of arrivals.entries()) {
    if (index % eventsAtOnce === 0) await deps.turns();
    results.set(arrival, await applyOne(deps, { arrival, records, placing }));
  }
  await deps.turns();
  await placing.commit();
  return { lost: await records.save() };
}

async function applyOne(deps: ApplyEventsDeps, work: { arrival: Arrival; records: Records; placing: Placing }): Promise<AppliedEvent> {
  const { event, route } = work.arrival;
  const latest = work.records.latest(event.fingerprint);
  const decision = decideAlert(latest, event, { now: toInstant(deps.change.clock.now()), severity: route.severity });
  if (decision.type === 'stale') return { type: 'stale', reason: decision.reason, opened: false };
  const { alert } = decision;
  const placed = await bring(work.placing, work.arrival, { type: decision.type, alert, latest, link: linkOf(alert, work.arrival) });
  await work.records.note(placed === undefined ? alert : { ...alert, key: placed.key, incidentId: placed.incident.id });
  return applied(decision, placed);
}

function applied(decision: Change, placed: Placed | undefined): AppliedEvent {
  if (placed === undefined) return { type: decision.type, reason: decision.reason, opened: false };
  return { type: decision.type, reason: `${decision.reason}; ${placed.reason}`, incident: placed.incident, opened: placed.opened };
}

async function bring(placing: Placing, { event, route }: Arrival, what: Link & { type: Change['type'] }): Promise<Placed | undefined> {
  switch (what.type) {
    case 'new':
    case 'refire':
      return placing.place(route, what.link);
    case 'repeat':
      return repeat(placing, event, what);
    case 'resolved':
      return what.alert.incidentId === undefined ? undefined : clear(placing, what.alert.incidentId, what.link);
    case 'unknown_resolved':
      return clearUnrecorded(placing, what.link);
  }
}

/** A repeat changes nothing, unless it starts later than all reports before: then an end may have been applied that was never recorded. */
async function repeat(placing: Placing, event: AlertEvent, { link, latest }: Link): Promise<Placed | undefined> {
  const isNews = latest !== undefined && event.startsAt > latestStart(latest);
  if (event.status === 'resolved' || !isNews || latest.incidentId === undefined) return undefined;
  const incident = await placing.apply(latest.incidentId, () => [link]);
  return incident === undefined ? undefined : { incident, key: link.key, opened: false, reason: 'it started anew while it was open' };
}

/** Clears the instance, and with it every other that the same fingerprint has open there (replicas that raced with different starts). */
async function clear(placing: Placing, id: Incident['id'], link: AlertLink): Promise<Placed | undefined> {
  const incident = await placing.apply(id, ({ alerts }) => [
    ...twinsOf(alerts, link)
      .filter(({ key }) => key !== link.key)
      .map(({ key }) => ({ ...link, key })),
    link,
  ]);
  return incident === undefined ? undefined : { incident, key: link.key, opened: false, reason: 'it cleared there' };
}

/** An end whose beginning has no record: after a crash the incident may know it all the same. */
async function clearUnrecorded(placing: Placing, link: AlertLink): Promise<Placed | undefined> {
  const id = await placing.correlated();
  if (id === undefined) return undefined;
  let key: string | undefined;
  const incident = await placing.apply(id, ({ alerts }) => {
    const open = twinsOf(alerts, link);
    key = open[0]?.key;
    return open.map((other) => ({ ...link, key: other.key }));
  });
  return incident === undefined || key === undefined ? undefined : { incident, key, opened: false, reason: 'it cleared there' };
}

function twinsOf(alerts: Incident['alerts'], { fingerprint }: AlertLink): readonly AlertLink[] {
  return linksOf(alerts, fingerprint).filter(({ status }) => status === 'firing');
}

/** The latest instances of the fingerprints, as they were read and as they are to be stored. */
type Records = {
  latest(fingerprint: string): Alert | undefined;
  /** The alert may have joined what fires in its incident under an earlier key, which is not that of the latest instance. */
  note(alert: Alert): Promise<void>;
  /** Stores what was noted, each instance once. Resolves with the fingerprints of which somebody else changed one meanwhile. */
  save(): Promise<ReadonlySet<string>>;
};

async function loadRecords(store: AlertStore, arrivals: readonly Arrival[]): Promise<Records> {
  const fingerprints = [...new Set(arrivals.map(({ event }) => event.fingerprint))];
  const latest = new Map<string, Alert | undefined>();
  const stored = new Map<string, number>();
  await Promise.all(
    fingerprints.map(async (fingerprint) => {
      const alert = await store.latest(fingerprint);
      latest.set(fingerprint, alert);
      if (alert !== undefined) stored.set(alert.key, alert.version);
    }),
  );
  const noted = new Map<string, Alert>();

  /** Several events of one instance are one new version of its record. */
  async function put(alert: Alert): Promise<boolean> {
    const version = stored.get(alert.key) ?? 0;
    return await store.put({ ...alert, version: version + 1 }, version);
  }

  return {
    latest: (fingerprint) => latest.get(fingerprint),
    async note(alert) {
      if (alert.key !== instanceKey(alert) && !stored.has(alert.key)) stored.set(alert.key, (await store.get(alert.key))?.version ?? 0);
      noted.set(alert.key, alert);
      latest.set(alert.fingerprint, alert);
    },
    async save() {
      const lost = new Set<string>();
      const instances = Map.groupBy(noted.values(), ({ fingerprint }) => fingerprint);
      const saveInOrder = async ([fingerprint, alerts]: readonly [string, readonly Alert[]]) => {
        // An instance's end is stored before its successor: who comes after a crash looks at the latest only.
        for (const alert of alerts) if (!(await put(alert))) return void lost.add(fingerprint);
      };
      await Promise.all([...instances].map(saveInOrder));
      return lost;
    },
  };
}

function linkOf(alert: Alert, { event, route }: Arrival): AlertLink {
  return {
    key: alert.key,
    fingerprint: alert.fingerprint,
    name: shortLine(alert.name, 150),
    target: route.target,
    summary: route.summary,
    severity: alert.severity,
    status: event.status,
    startsAt: alert.startsAt,
    changedAt: event.status === 'resolved' ? (alert.endsAt ?? alert.lastSeenAt) : alert.startsAt,
    ...(event.generatorUrl === undefined || event.generatorUrl.length > 2000 ? {} : { generatorUrl: event.generatorUrl }),
  };
}
