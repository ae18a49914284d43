import { applyAlert } from '../incidents/apply-alert.ts';
import type { AlertLink, Incident } from '../incidents/incident.ts';
import { TocsinError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Alert, AlertEvent } from './alert.ts';
import { decideAlert, latestStart } from './identity.ts';
import type { AlertDecision } from './identity.ts';
import { placeAlert } from './place-alert.ts';
import type { PlaceDeps, Placed } from './place-alert.ts';
import type { AlertStore } from './ports.ts';
import { routeAlert, shortLine } from './route.ts';
import type { Route, RunbookMatcher } from './route.ts';

export type ApplyEventDeps = PlaceDeps & { alerts: AlertStore; runbooks: RunbookMatcher };

/** What became of an event. `incident` is the one that it opened, joined, reopened or cleared in. */
export type AppliedEvent = { type: AlertDecision['type']; reason: string; incident?: Incident; opened: boolean };

type Change = Exclude<AlertDecision, { type: 'stale' }>;
type Arrival = { event: AlertEvent; route: Route; latest: Alert | undefined };

const maxRaces = 20;

/**
 * Applies one alert event: first to its incident, then to the alert's record. Both are idempotent, so an event that is applied again after a
 * crash anywhere in between repairs what is missing and doubles nothing.
 */
export async function applyEvent(deps: ApplyEventDeps, event: AlertEvent): Promise<AppliedEvent> {
  const route = routeAlert(event, deps);
  for (let race = 0; race < maxRaces; race += 1) {
    const latest = await deps.alerts.latest(event.fingerprint);
    const now = toInstant(deps.change.clock.now());
    const decision = decideAlert(latest, event, { now, severity: route.severity });
    if (decision.type === 'stale') return { type: 'stale', reason: decision.reason, opened: false };
    const placed = await applyToIncident(deps, decision, { event, route, latest });
    const record = placed === undefined ? decision.alert : { ...decision.alert, key: placed.key, incidentId: placed.incident.id };
    if (await deps.alerts.put(record, record.version - 1)) return applied(decision, placed);
  }
  throw new TocsinError('conflict', 'The alert is being changed by many at once.', { retryable: true });
}

function applied(decision: Change, placed: Placed | undefined): AppliedEvent {
  if (placed === undefined) return { type: decision.type, reason: decision.reason, opened: false };
  return { type: decision.type, reason: `${decision.reason}; ${placed.reason}`, incident: placed.incident, opened: placed.opened };
}

async function applyToIncident(deps: ApplyEventDeps, decision: Change, arrival: Arrival): Promise<Placed | undefined> {
  const link = linkOf(decision.alert, arrival);
  switch (decision.type) {
    case 'new':
    case 'refire':
      return placeAlert(deps, { route: arrival.route, link });
    case 'repeat':
      return applyRepeat(deps, link, arrival);
    case 'resolved':
      return clearAlert(deps, link, decision.alert);
    case 'unknown_resolved':
      return clearUnrecorded(deps, link, arrival.route);
  }
}

/** A repeat changes nothing, unless it starts later than all reports before: then an end may have been applied that was never recorded. */
async function applyRepeat(deps: ApplyEventDeps, link: AlertLink, { event, latest }: Arrival): Promise<Placed | undefined> {
  const isNews = latest !== undefined && event.startsAt > latestStart(latest);
  if (event.status === 'resolved' || !isNews || latest.incidentId === undefined) return undefined;
  const { incident } = await applyAlert(deps.change, { id: latest.incidentId, alert: link, policy: deps.policy });
  return { incident, key: link.key, opened: false, reason: 'it started anew while it was open' };
}

async function clearAlert(deps: ApplyEventDeps, link: AlertLink, alert: Alert): Promise<Placed | undefined> {
  const incident = alert.incidentId === undefined ? undefined : await deps.change.incidents.get(alert.incidentId);
  return incident === undefined ? undefined : clearIn(deps, incident, link);
}

/** An end whose beginning has no record: after a crash the incident may know it all the same. */
async function clearUnrecorded(deps: ApplyEventDeps, link: AlertLink, route: Route): Promise<Placed | undefined> {
  const correlation = await deps.change.incidents.getCorrelation(route.correlationKey);
  const incident = correlation === undefined ? undefined : await deps.change.incidents.get(correlation.incidentId);
  const open = incident?.alerts.find((other) => isTwin(other, link));
  return incident === undefined || open === undefined ? undefined : clearIn(deps, incident, { ...link, key: open.key });
}

/** Clears the instance, and with it every other that the same fingerprint has open there (replicas that raced with different starts). */
async function clearIn(deps: ApplyEventDeps, incident: Incident, link: AlertLink): Promise<Placed> {
  const twins = incident.alerts.filter((other) => isTwin(other, link) && other.key !== link.key);
  let latest = incident;
  for (const key of [...twins.map((twin) => twin.key), link.key]) {
    const result = await applyAlert(deps.change, { id: incident.id, alert: { ...link, key }, policy: deps.policy });
    latest = result.incident;
  }
  return { incident: latest, key: link.key, opened: false, reason: 'it cleared there' };
}

function isTwin(other: AlertLink, link: AlertLink): boolean {
  return other.fingerprint === link.fingerprint && other.status === 'firing';
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
