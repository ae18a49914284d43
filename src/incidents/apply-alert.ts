import { addMs } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { EntryDraft } from '../timeline/entry.ts';
import { countFiring, findLink, finished, withLink } from './alert-links.ts';
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
 * resolution.
 */
export function applyAlerts(
  deps: ChangeDeps,
  input: { id: IncidentId; alerts: readonly AlertLink[]; policy: AlertPolicy },
): Promise<Changed> {
  return changeIncident(deps, input.id, { decide: (incident, now) => foldAll(incident, { ...input, now }).decision() });
}

/** The same with what was folded before: it is decided on anew only where the incident has changed since. */
export function applyFold(deps: ChangeDeps, fold: AlertFold): Promise<Changed> {
  const { from } = fold;
  return changeIncident(deps, from.id, {
    from,
    decide: (incident, now) => (incident === from ? fold : foldAll(incident, { ...fold, now })).decision(),
  });
}

function foldAll(incident: Incident, how: { alerts: readonly AlertLink[]; policy: AlertPolicy; now: Instant }): AlertFold {
  const fold = foldAlerts(incident, how.policy);
  for (const alert of how.alerts) fold.add(alert, how.now);
  return fold;
}

/** What alerts mean for an incident, one after the other, as one decision. */
export type AlertFold = {
  from: Incident;
  policy: AlertPolicy;
  /** What was added. */
  alerts: readonly AlertLink[];
  /** Gives the incident as it will be, but for its version, timeline and effects. Its alerts go on growing until the decision. */
  add(alert: AlertLink, now: Instant): Incident;
  /** The same as `add` gave last. */
  incident(): Incident;
  /** Nothing can be added any more. */
  decision(): Decision;
};

export function foldAlerts(from: Incident, policy: AlertPolicy): AlertFold {
  let state = from;
  let last: Decision = { type: 'nothing', reason: 'no alert' };
  const set: Fields = {};
  const entries: EntryDraft[] = [];
  const redraw = new Set<Redraw>();
  const alerts: AlertLink[] = [];
  return {
    from,
    policy,
    alerts,
    add(alert, now) {
      alerts.push(alert);
      const decision = decide(state, { policy, now, alert });
      if (decision.type === 'change') {
        state = withFields(state, decision.set);
        Object.assign(set, decision.set);
        entries.push(...decision.entries);
        for (const view of decision.redraw) redraw.add(view);
      }
      if (decision.type === 'change' || last.type === 'nothing') last = decision;
      return state;
    },
    incident: () => state,
    decision() {
      finished(state.alerts);
      return last.type === 'change' ? { type: 'change', set, entries, redraw: [...redraw], reason: last.reason } : last;
    },
  };
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
