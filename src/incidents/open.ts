import { idFrom } from '../kernel/hash.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { genesis } from '../timeline/chain.ts';
import type { Actor, EntryDraft } from '../timeline/entry.ts';
import { advance } from './change.ts';
import type { ChangeDeps } from './change.ts';
import type { AlertLink, Incident, IncidentId, RunbookLink, Severity } from './incident.ts';

/** What a new incident is about. */
export type Opening = {
  /** The request that opens it; the same cause always opens the same incident. */
  cause: string;
  by: Actor;
  title: string;
  severity: Severity;
  impact: string;
  service: string;
  runbook?: RunbookLink;
  alert?: AlertLink;
  correlationKey?: string;
  previousNumber?: number;
};

/** The id of the incident that a cause opens. */
export function incidentIdFor(cause: string): IncidentId {
  // The brand's constructor for new incidents; stores give back ids that came from here.
  return idFrom('inc', cause) as IncidentId;
}

/**
 * Opens an incident, from an alert or by a person's declaration. When the cause opened it before, that incident is returned and nothing
 * changes. `id` overrides the id derived from the cause (a correlation that promised an id before a crash).
 */
export async function openIncident(
  deps: ChangeDeps,
  opening: Opening,
  id: IncidentId = incidentIdFor(opening.cause),
): Promise<{ incident: Incident; opened: boolean }> {
  const existing = await deps.incidents.get(id);
  if (existing !== undefined) return { incident: existing, opened: false };
  const now = toInstant(deps.clock.now());
  const incident = born(opening, { ...deps, id, number: await deps.incidents.nextNumber(), now });
  if (await deps.incidents.insert(incident)) {
    deps.changed(incident);
    return { incident, opened: true };
  }
  const winner = await deps.incidents.get(id);
  return { incident: winner ?? incident, opened: false };
}

type Birth = Pick<ChangeDeps, 'salt' | 'ladder'> & { id: IncidentId; number: number; now: Instant };

function born(opening: Opening, how: Birth): Incident {
  const { cause, by, alert, ...about } = opening;
  const startedAt = alert === undefined || alert.startsAt > how.now ? how.now : alert.startsAt;
  const unborn: Incident = {
    schema: 1,
    id: how.id,
    number: how.number,
    version: 0,
    state: 'triggered',
    phase: 'investigating',
    ...about,
    // Effects follow from the step from "no thread" to "has a thread", so the unborn incident counts as info.
    severity: 'info',
    origin: by,
    alerts: [],
    roles: {},
    milestones: { startedAt, detectedAt: how.now },
    causes: [],
    due: {},
    timeline: genesis(how.id),
    pending: { entries: [], effects: [] },
    updatedAt: how.now,
  };
  const set = {
    severity: opening.severity,
    alerts: alert === undefined ? [] : [alert],
    ...(alert === undefined ? {} : { lastAlertAt: how.now }),
    due: opening.runbook === undefined ? {} : { measure: how.now },
  };
  return advance(unborn, { type: 'change', set, entries: openingEntries(opening), redraw: [], reason: 'opened' }, { ...how, cause });
}

function openingEntries(opening: Opening): readonly EntryDraft[] {
  const { title, severity, impact, service, runbook, previousNumber, alert } = opening;
  const declared: EntryDraft = {
    kind: 'declared',
    actor: opening.by,
    facts: {
      title,
      severity,
      impact,
      service,
      ...(runbook === undefined ? {} : { runbook }),
      ...(previousNumber === undefined ? {} : { previousNumber }),
    },
  };
  return alert === undefined ? [declared] : [declared, alertEntry(alert)];
}

/** The timeline's record of an alert that began or ended. */
export function alertEntry(alert: AlertLink): EntryDraft {
  return {
    kind: alert.status === 'firing' ? 'alert_firing' : 'alert_resolved',
    actor: { type: 'alert', fingerprint: alert.fingerprint, name: alert.name },
    facts: { ...alert },
  };
}
