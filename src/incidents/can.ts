import type { Incident, IncidentState } from './incident.ts';

/** What people may do to an incident, depending on its state. Guards, buttons, help and explanations all read this table. */
export type IncidentVerb = 'acknowledge' | 'note' | 'update' | 'severity' | 'assign' | 'run' | 'mitigate' | 'resolve' | 'reopen';

const table = {
  triggered: ['acknowledge', 'note', 'update', 'severity', 'assign', 'run', 'mitigate', 'resolve'],
  acknowledged: ['note', 'update', 'severity', 'assign', 'run', 'mitigate', 'resolve'],
  resolved: ['note', 'run', 'reopen'],
} as const satisfies Record<IncidentState, readonly IncidentVerb[]>;

const why: Record<IncidentState, string> = {
  triggered: 'it is still open',
  acknowledged: 'it was acknowledged already',
  resolved: 'it is resolved; reopen it first',
};

export type Permission = { ok: true } | { ok: false; reason: string };

export function incidentCan(verb: IncidentVerb, incident: Incident): Permission {
  const verbs: readonly IncidentVerb[] = table[incident.state];
  return verbs.includes(verb) ? { ok: true } : { ok: false, reason: why[incident.state] };
}
