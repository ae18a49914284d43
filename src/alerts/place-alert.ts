import { linksOf } from '../incidents/alert-links.ts';
import { applyFold, foldAlerts } from '../incidents/apply-alert.ts';
import type { AlertFold } from '../incidents/apply-alert.ts';
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

/**
 * Brings the alerts of one correlation key into their incidents, in the order in which they are given. What happens to one incident in a row
 * is one commit, made by `commit` or before anything happens to another; only then is it true what `Placed` says.
 */
export type Placing = {
  /** A firing alert joins the incident that the key names, or opens a new one. */
  place(route: Route, link: AlertLink): Promise<Placed>;
  /** Applies statuses to this incident; undefined when there is none. */
  apply(id: IncidentId, linksFor: (incident: Incident) => readonly AlertLink[]): Promise<Incident | undefined>;
  /** The incident that the key names now. */
  correlated(): Promise<IncidentId | undefined>;
  commit(): Promise<void>;
};

const maxRaces = 20;

/**
 * The key is pointed at a new incident's id before that incident is written, so of two workers one opens it and the other joins; after a crash
 * in between, whoever comes next writes it.
 */
export function createPlacing(deps: PlaceDeps, correlationKey: string): Placing {
  const { incidents, clock } = deps.change;
  const { policy } = deps;
  let draft: AlertFold | undefined;
  let known: { id: IncidentId | undefined } | undefined;

  const now = () => toInstant(clock.now());

  async function commit(): Promise<void> {
    if (draft === undefined || draft.alerts.length === 0) return;
    const fold = draft;
    draft = undefined;
    await applyFold(deps.change, fold);
  }

  async function draftOf(id: IncidentId): Promise<AlertFold | undefined> {
    if (draft?.from.id === id) return draft;
    await commit();
    const stored = await incidents.get(id);
    draft = stored === undefined ? undefined : foldAlerts(stored, policy);
    return draft;
  }

  function join(to: AlertFold, link: AlertLink, reason: string): Placed {
    // Two replicas may report one alert with different starts at the same time: the instance that fires there is this one.
    const same = linksOf(to.incident().alerts, link.fingerprint).find(({ status }) => status === 'firing');
    const key = same?.key ?? link.key;
    return { incident: to.add({ ...link, key }, now()), key, opened: false, reason };
  }

  async function correlated(): Promise<IncidentId | undefined> {
    known ??= { id: (await incidents.getCorrelation(correlationKey))?.incidentId };
    return known.id;
  }

  async function open(arrival: Opened): Promise<Placed> {
    await commit();
    const { link, id, choice } = arrival;
    const previousNumber = await previousOf(deps, arrival.route, choice);
    const { incident, opened } = await openIncident(deps.change, openingOf(arrival.route, { link, previousNumber }), id);
    known = { id };
    draft = foldAlerts(incident, policy);
    return opened ? { incident, key: link.key, opened, reason: choice.reason } : join(draft, link, 'another worker opened it');
  }

  return {
    async place(route, link) {
      for (let race = 0; race < maxRaces; race += 1) {
        const before = await correlated();
        const to = before === undefined ? undefined : await draftOf(before);
        const choice = chooseIncident(before === undefined ? undefined : { id: before, current: to?.incident() }, link, {
          now: now(),
          policy,
        });
        if (choice.type === 'join' && to !== undefined) return join(to, link, choice.reason);
        if (choice.type === 'create_promised') return await open({ route, link, id: choice.id, choice });
        const id = incidentIdFor(causeOf(route, link));
        if (choice.type === 'open' && (await incidents.moveCorrelation(correlationKey, before, id)))
          return await open({ route, link, id, choice });
        known = undefined;
      }
      throw new TocsinError('conflict', 'The correlation of the alert is being moved by many at once.', { retryable: true });
    },
    async apply(id, linksFor) {
      const to = await draftOf(id);
      if (to === undefined) return undefined;
      for (const link of linksFor(to.incident())) to.add(link, now());
      return to.incident();
    },
    correlated,
    commit,
  };
}

type Opened = { route: Route; link: AlertLink; id: IncidentId; choice: Exclude<IncidentChoice, { type: 'join' }> };

/** The incident before a promised one is not written down with the promise; it is the newest with the same key. */
async function previousOf(deps: PlaceDeps, route: Route, choice: Opened['choice']): Promise<number | undefined> {
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
