import { applyAlert } from '../incidents/apply-alert.ts';
import type { ChangeDeps } from '../incidents/change.ts';
import type { AlertLink, Incident, IncidentId } from '../incidents/incident.ts';
import { incidentIdFor, openIncident } from '../incidents/open.ts';
import type { Opening } from '../incidents/open.ts';
import { TocsinError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import { chooseIncident } from './choose-incident.ts';
import type { IncidentChoice } from './choose-incident.ts';
import type { RoutingPolicy } from './policy.ts';
import type { Route } from './route.ts';

export type PlaceDeps = { change: ChangeDeps; policy: RoutingPolicy };

/** The incident that an alert is part of now, and the key under which it is. */
export type Placed = { incident: Incident; key: string; opened: boolean; reason: string };

const maxRaces = 20;

/**
 * Brings a firing alert into its incident: the one its correlation key names, or a new one. The key is pointed at the new incident's id before
 * that incident is written, so of two workers one opens it and the other joins; after a crash in between, whoever comes next writes it.
 */
export async function placeAlert(deps: PlaceDeps, arrival: { route: Route; link: AlertLink }): Promise<Placed> {
  const { incidents, clock } = deps.change;
  const { route, link } = arrival;
  for (let race = 0; race < maxRaces; race += 1) {
    const correlation = await incidents.getCorrelation(route.correlationKey);
    const correlated =
      correlation === undefined ? undefined : { id: correlation.incidentId, current: await incidents.get(correlation.incidentId) };
    const choice = chooseIncident(correlated, link, { now: toInstant(clock.now()), policy: deps.policy });
    if (choice.type === 'join') return join(deps, choice, link);
    const id = choice.type === 'create_promised' ? choice.id : incidentIdFor(causeOf(route, link));
    if (choice.type === 'open' && !(await incidents.moveCorrelation(route.correlationKey, correlation?.incidentId, id))) continue;
    return open(deps, { ...arrival, id, choice });
  }
  throw new TocsinError('conflict', 'The correlation of the alert is being moved by many at once.', { retryable: true });
}

async function join(deps: PlaceDeps, choice: Extract<IncidentChoice, { type: 'join' }>, link: AlertLink): Promise<Placed> {
  // Two replicas may report one alert with different starts at the same time: the instance that fires there is this one.
  const same = choice.incident.alerts.find((other) => other.fingerprint === link.fingerprint && other.status === 'firing');
  const key = same?.key ?? link.key;
  const applied = await applyAlert(deps.change, { id: choice.incident.id, alert: { ...link, key }, policy: deps.policy });
  return { incident: applied.incident, key, opened: false, reason: choice.reason };
}

async function open(
  deps: PlaceDeps,
  arrival: { route: Route; link: AlertLink; id: IncidentId; choice: Exclude<IncidentChoice, { type: 'join' }> },
): Promise<Placed> {
  const { link, id, choice } = arrival;
  const previousNumber = await previousOf(deps, arrival.route, choice);
  const { incident, opened } = await openIncident(deps.change, openingOf(arrival.route, { link, previousNumber }), id);
  if (opened) return { incident, key: link.key, opened, reason: choice.reason };
  return join(deps, { type: 'join', incident, reason: 'another worker opened it' }, link);
}

/** The incident before a promised one is not written down with the promise; it is the newest with the same key. */
async function previousOf(deps: PlaceDeps, route: Route, choice: Exclude<IncidentChoice, { type: 'join' }>): Promise<number | undefined> {
  if (choice.type === 'open') return choice.after?.number;
  const recent = await deps.change.incidents.list({ limit: 100 });
  return recent.find((incident) => incident.correlationKey === route.correlationKey)?.number;
}

function causeOf(route: Route, link: AlertLink): string {
  return JSON.stringify([route.correlationKey, link.key]);
}

function openingOf(route: Route, from: { link: AlertLink; previousNumber: number | undefined }): Opening {
  const { link, previousNumber } = from;
  return {
    cause: causeOf(route, link),
    by: { type: 'alert', fingerprint: link.fingerprint, name: link.name },
    title: route.title,
    severity: route.severity,
    impact: route.impact,
    service: route.service,
    alert: link,
    correlationKey: route.correlationKey,
    ...(route.runbook === undefined ? {} : { runbook: route.runbook }),
    ...(previousNumber === undefined ? {} : { previousNumber }),
  };
}
