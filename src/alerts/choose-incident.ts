import { countFiring, findLink, linksOf } from '../incidents/alert-links.ts';
import { isOpen, nameOf } from '../incidents/incident.ts';
import type { Incident, IncidentId } from '../incidents/incident.ts';
import { msBetween } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { RoutingPolicy } from './policy.ts';

/** Which incident a firing alert goes to. `promised` is one that the correlation names and that a crash kept from being written. */
export type IncidentChoice =
  | { type: 'join'; incident: Incident; reason: string }
  | { type: 'create_promised'; id: IncidentId; reason: string }
  | { type: 'open'; after?: Incident; reason: string };

/** Decides from what the correlation key points at now; `current` is undefined when that incident does not exist (yet). */
export function chooseIncident(
  correlated: { id: IncidentId; current: Incident | undefined } | undefined,
  alert: { key: string; fingerprint: string },
  how: { now: Instant; policy: Pick<RoutingPolicy, 'groupWindowMs' | 'reopenWindowMs'> },
): IncidentChoice {
  if (correlated === undefined) return { type: 'open', reason: 'nothing like it was seen before' };
  const { id, current } = correlated;
  if (current === undefined) return { type: 'create_promised', id, reason: 'its incident was promised and never written' };
  const reason = reasonToJoin(current, alert, how);
  if (reason !== undefined) return { type: 'join', incident: current, reason };
  return { type: 'open', after: current, reason: `${nameOf(current)} is too long ago` };
}

function reasonToJoin(
  incident: Incident,
  alert: { key: string; fingerprint: string },
  how: { now: Instant; policy: Pick<RoutingPolicy, 'groupWindowMs' | 'reopenWindowMs'> },
): string | undefined {
  const since = (at: Instant | undefined) => (at === undefined ? Number.POSITIVE_INFINITY : msBetween(at, how.now));
  if (findLink(incident.alerts, alert.key) !== undefined) return 'it is there already';
  if (!isOpen(incident)) {
    return since(incident.milestones.resolvedAt) <= how.policy.reopenWindowMs ? 'it was resolved a short time ago' : undefined;
  }
  if (countFiring(incident.alerts) > 0) return 'its alerts still fire';
  if (linksOf(incident.alerts, alert.fingerprint).length > 0) return 'it is open, and this alert was part of it before';
  return since(incident.lastAlertAt) <= how.policy.groupWindowMs ? 'it is open, and its last alert is not long ago' : undefined;
}
