import { addMs } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { EntryDraft } from '../timeline/entry.ts';
import { countFiring, findLink, withLink } from './alert-links.ts';
import { changeIncident, withFields } from './change.ts';
import type { ChangeDeps, Changed, Decision, Fields } from './change.ts';
import { graver, hasThread, isOpen } from './incident.ts';
import type { AlertLink, Incident, IncidentId, LivingView, Redraw } from './incident.ts';
import { alertEntry } from './open.ts';
import { reopened } from './reopen.ts';

export type AlertPolicy = {
  /** Resolve by itself this long after the last alert has cleared; undefined: only people resolve. */
  resolveAfterMs?: number;
};

/**
 * Applies the present statuses of alerts to their incident, exactly once and in one commit: the incident remembers each instance and the
 * status it last applied. A new instance joins; a firing one reopens a resolved incident; the last one to clear suggests (or schedules) the
 * resolution. `from` is the incident as it was just read; when it has changed since, it is read anew.
 */
export function applyAlerts(
  deps: ChangeDeps,
  input: { id: IncidentId; alerts: readonly AlertLink[]; policy: AlertPolicy; from?: Incident },
): Promise<Changed> {
  const { id, alerts, policy, from } = input;
  return changeIncident(deps, id, {
    ...(from === undefined ? {} : { from }),
    decide: (incident, now) => decideAll(incident, alerts, { policy, now }),
  });
}

type How = { policy: AlertPolicy; now: Instant };

/** The incident as it will be once the alert is applied, but for its version, timeline and effects. */
export function withAlert(incident: Incident, alert: AlertLink, how: How): Incident {
  const decision = decide(incident, { ...how, alert });
  return decision.type === 'change' ? withFields(incident, decision.set) : incident;
}

/** What the alerts mean one after the other, as one decision. */
function decideAll(incident: Incident, alerts: readonly AlertLink[], how: How): Decision {
  let state = incident;
  let last: Decision = { type: 'nothing', reason: 'no alert' };
  const set: Fields = {};
  const entries: EntryDraft[] = [];
  const redraw = new Set<Redraw>();
  for (const alert of alerts) {
    const decision = decide(state, { ...how, alert });
    if (decision.type === 'change') {
      state = withFields(state, decision.set);
      Object.assign(set, decision.set);
      entries.push(...decision.entries);
      for (const view of decision.redraw) redraw.add(view);
    }
    if (decision.type === 'change' || last.type === 'nothing') last = decision;
  }
  return last.type === 'change' ? { type: 'change', set, entries, redraw: [...redraw], reason: last.reason } : last;
}

function decide(incident: Incident, input: { alert: AlertLink; policy: AlertPolicy; now: Instant }): Decision {
  const { alert, now } = input;
  const known = findLink(incident.alerts, alert.key);
  if (known === undefined ? alert.status === 'resolved' : known.status === alert.status) {
    return { type: 'nothing', reason: known === undefined ? 'a resolved alert that never fired here' : 'that status was applied before' };
  }
  const alerts = withLink(incident.alerts, { ...known, ...alert });
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
  const allClear = countFiring(alerts) === 0;
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
