import type { Incident, Person, Role } from '../incidents/incident.ts';
import type { Actor, TimelineEntry } from '../timeline/entry.ts';
import { actorOf, factsOf } from './entry-parts.ts';
import type { IncidentExport } from './incident-export.ts';

/** What the timeline alone says about the incident. `unknown` is what an erased part hides. */
type Replayed = {
  title: string;
  severity: string;
  state: Incident['state'];
  phase: string;
  impact: string;
  service: string;
  acknowledgedBy: string;
  acknowledgedAt: string;
  resolvedAt: string;
  roles: Readonly<Record<Role, string>>;
};

const unknown = '(erased)';
const nobody: Replayed = {
  title: unknown,
  severity: unknown,
  state: 'triggered',
  phase: 'investigating',
  impact: unknown,
  service: unknown,
  acknowledgedBy: '',
  acknowledgedAt: '',
  resolvedAt: '',
  roles: { commander: '', communications: '', scribe: '' },
};

/**
 * Compares the document's facts with what its own timeline says, and names the first that differs. The chain covers the timeline alone; this
 * ties the facts to it.
 */
export function contradiction(document: IncidentExport): string | undefined {
  const told = document.timeline.entries.reduce(afterEntry, nobody);
  const { incident } = document;
  const { milestones, roles } = incident;
  const pairs: readonly (readonly [string, string, string])[] = [
    ['title', incident.title, told.title],
    ['severity', incident.severity, told.severity],
    ['state', incident.state, told.state],
    ['phase', incident.phase, told.phase],
    ['impact', incident.impact, told.impact],
    ['service', incident.service, told.service],
    ['acknowledgedBy', incident.acknowledgedBy?.id ?? '', told.acknowledgedBy],
    ['acknowledgedAt', milestones.acknowledgedAt ?? '', told.acknowledgedAt],
    ['resolvedAt', milestones.resolvedAt ?? '', told.resolvedAt],
    ['commander', roles.commander?.id ?? '', told.roles.commander],
    ['communications', roles.communications?.id ?? '', told.roles.communications],
    ['scribe', roles.scribe?.id ?? '', told.roles.scribe],
  ];
  const wrong = pairs.find(([, stated, replayed]) => replayed !== unknown && stated !== replayed);
  if (wrong === undefined) return undefined;
  const [name, stated, replayed] = wrong;
  return `it says ${name} is ${quoted(stated)}, and its timeline says ${quoted(replayed)}`;
}

function quoted(value: string): string {
  return value === '' ? 'nothing' : `"${value}"`;
}

function idOf(actor: Actor | undefined): string {
  if (actor === undefined) return unknown;
  return actor.type === 'user' ? actor.id : '';
}

function afterEntry(told: Replayed, entry: TimelineEntry): Replayed {
  switch (entry.kind) {
    case 'declared':
      return { ...told, ...factsOf(entry, 'declared') };
    case 'severity_changed':
      return { ...told, severity: factsOf(entry, 'severity_changed')?.to ?? unknown };
    case 'acknowledged':
      return { ...told, state: 'acknowledged', acknowledgedBy: idOf(actorOf(entry)), acknowledgedAt: entry.at };
    case 'update':
      return { ...told, phase: factsOf(entry, 'update')?.phase ?? unknown };
    case 'role_assigned':
      return afterRole(told, entry);
    case 'resolved':
      return { ...told, state: 'resolved', phase: 'resolved', resolvedAt: entry.at };
    case 'reopened':
      return { ...told, state: 'triggered', phase: 'investigating', acknowledgedBy: '', acknowledgedAt: '', resolvedAt: '' };
    default:
      return told;
  }
}

function afterRole(told: Replayed, entry: TimelineEntry): Replayed {
  const facts = factsOf(entry, 'role_assigned');
  // Without its facts nobody knows which role it was.
  if (facts === undefined) return { ...told, roles: { commander: unknown, communications: unknown, scribe: unknown } };
  const holder: Person | undefined = facts.person;
  return { ...told, roles: { ...told.roles, [facts.role]: holder?.id ?? '' } };
}
