import type { AlertLink, Incident } from '../../incidents/incident.ts';
import { documents } from '../documents.ts';
import { textOf } from './database.ts';
import type { Row } from './database.ts';

/**
 * How an incident lies in the database: what is small as one document, a row for each alert, and a row for what each commit left pending. An
 * incident with thousands of alerts is then not written anew for each alert that joins.
 */
export type IncidentParts = {
  head: string;
  alerts: readonly { position: number; document: string }[];
  /** How many alerts it has: rows from there on are of an older form of it. */
  alertCount: number;
  pending: string | undefined;
};

/** What has to be written of `incident` where `base` is stored; without a base, all of it. What both share was checked when the base was. */
export function partsOf(incident: Incident, base: Incident | undefined): IncidentParts {
  const changed: { position: number; link: AlertLink }[] = [];
  for (const [position, link] of incident.alerts.entries()) if (link !== base?.alerts[position]) changed.push({ position, link });
  const before = new Set<object>(base === undefined ? [] : [...base.pending.entries, ...base.pending.effects]);
  const added = {
    entries: incident.pending.entries.filter((entry) => !before.has(entry)),
    effects: incident.pending.effects.filter((effect) => !before.has(effect)),
  };
  const {
    alerts: _changed,
    pending,
    ...head
  } = documents.incident.check({ ...incident, alerts: changed.map(({ link }) => link), pending: added });
  const isEmpty = pending.entries.length === 0 && pending.effects.length === 0;
  return {
    head: JSON.stringify(head),
    alerts: changed.map(({ position, link }) => ({ position, document: JSON.stringify(link) })),
    alertCount: incident.alerts.length,
    pending: isEmpty ? undefined : JSON.stringify(pending),
  };
}

/** What `toIncident` needs of `incidents`: lists are JSON texts with commas between. */
export const wholeColumns = `document,
  (SELECT group_concat(document, ',' ORDER BY position) FROM incident_alerts WHERE incident_id = incidents.id) AS alerts,
  (SELECT group_concat(document, ',' ORDER BY version) FROM incident_pending WHERE incident_id = incidents.id) AS pending`;

/** Puts an incident together from a row of `wholeColumns`. */
export function toIncident(row: Row): Incident {
  const pending = listOf(row, 'pending');
  return documents.incident.parse({
    ...objectOf(documents.incident.readText(textOf(row, 'document'))),
    alerts: listOf(row, 'alerts'),
    pending: {
      entries: pending.flatMap((commit) => partOf(commit, 'entries')),
      effects: pending.flatMap((commit) => partOf(commit, 'effects')),
    },
  });
}

function listOf(row: Row, column: string): readonly unknown[] {
  const texts = row[column];
  const list = typeof texts === 'string' ? documents.incident.readText(`[${texts}]`) : [];
  return Array.isArray(list) ? list : [];
}

function partOf(commit: unknown, name: 'entries' | 'effects'): readonly unknown[] {
  const part: unknown = Reflect.get(objectOf(commit), name);
  return Array.isArray(part) ? part : [];
}

/** What is no object has none of an incident's fields, which the check then says. */
function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
