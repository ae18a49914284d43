import { addMs } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { EntryDraft } from '../timeline/entry.ts';
import { changeIncident } from './change.ts';
import type { ChangeDeps, Changed, Decision } from './change.ts';
import { firingAlerts, graver, hasThread, isOpen } from './incident.ts';
import type { AlertLink, Incident, IncidentId, LivingView } from './incident.ts';
import { alertEntry } from './open.ts';
import { reopened } from './reopen.ts';

export type AlertPolicy = {
  /** Resolve by itself this long after the last alert has cleared; undefined: only people resolve. */
  resolveAfterMs?: number;
};

/**
 * Applies an alert's present status to its incident, exactly once: the incident remembers each instance and the status it last applied.
 * A new instance joins; a firing instance reopens a resolved incident; the last one to clear suggests (or schedules) the resolution.
 */
export function applyAlert(deps: ChangeDeps, input: { id: IncidentId; alert: AlertLink; policy: AlertPolicy }): Promise<Changed> {
  return changeIncident(deps, input.id, { decide: (incident, now) => decide(incident, { ...input, now }) });
}

function decide(incident: Incident, input: { alert: AlertLink; policy: AlertPolicy; now: Instant }): Decision {
  const { alert, now } = input;
  const known = incident.alerts.find((link) => link.key === alert.key);
  if (known === undefined ? alert.status === 'resolved' : known.status === alert.status) {
    return { type: 'nothing', reason: known === undefined ? 'a resolved alert that never fired here' : 'that status was applied before' };
  }
  const alerts =
    known === undefined
      ? [...incident.alerts, alert]
      : incident.alerts.map((link) => (link.key === alert.key ? { ...link, ...alert } : link));
  return alert.status === 'firing' ? fired(incident, alerts, { alert, now }) : cleared(incident, alerts, input);
}

function fired(incident: Incident, alerts: readonly AlertLink[], event: { alert: AlertLink; now: Instant }): Decision {
  const severity = graver(incident.severity, event.alert.severity);
  const entries: EntryDraft[] = [alertEntry(event.alert)];
  if (severity !== incident.severity) {
    entries.push({
      kind: 'severity_changed',
      actor: { type: 'alert', fingerprint: event.alert.fingerprint, name: event.alert.name },
      facts: { from: incident.severity, to: severity },
      tell: { broadcast: false },
    });
  }
  if (!isOpen(incident)) {
    entries.push({
      kind: 'reopened',
      actor: { type: 'alert', fingerprint: event.alert.fingerprint, name: event.alert.name },
      facts: {},
      tell: { broadcast: true },
    });
  }
  return {
    type: 'change',
    set: {
      ...(isOpen(incident) ? { due: without(incident, 'resolve') } : reopened(incident, event.now)),
      alerts,
      severity,
      lastAlertAt: event.now,
    },
    entries,
    redraw: severity === incident.severity && isOpen(incident) ? alertViews : [...alertViews, 'brief'],
    reason: isOpen(incident) ? 'the alert joined' : 'the alert reopened it',
  };
}

function cleared(
  incident: Incident,
  alerts: readonly AlertLink[],
  event: { alert: AlertLink; policy: AlertPolicy; now: Instant },
): Decision {
  const allClear = firingAlerts({ ...incident, alerts }).length === 0;
  const { resolveAfterMs } = event.policy;
  const entries: EntryDraft[] = [alertEntry(event.alert)];
  const suggest = allClear && isOpen(incident);
  if (suggest) {
    entries.push({
      kind: 'alerts_cleared',
      actor: { type: 'system', part: 'alerts' },
      facts: { alerts: alerts.length, ...(resolveAfterMs === undefined ? {} : { resolvesAt: addMs(event.now, resolveAfterMs) }) },
      tell: { broadcast: false },
    });
  }
  return {
    type: 'change',
    set: {
      alerts,
      lastAlertAt: event.now,
      due: suggest && resolveAfterMs !== undefined ? { ...incident.due, resolve: addMs(event.now, resolveAfterMs) } : incident.due,
    },
    entries: hasThread(incident) ? entries : entries.filter((entry) => entry.kind === 'alert_resolved'),
    redraw: alertViews,
    reason: suggest ? 'all alerts have cleared' : 'the alert cleared',
  };
}

const alertViews: readonly LivingView[] = ['card', 'alerts', 'oncall'];

function without(incident: Incident, kind: 'resolve'): Incident['due'] {
  const { [kind]: _gone, ...rest } = incident.due;
  return rest;
}
