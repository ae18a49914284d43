import type { Alert, AlertEvent, Delivery } from '../../src/alerts/alert.ts';
import type { AlertLink, Incident, IncidentId } from '../../src/incidents/incident.ts';
import { addMs, toInstant } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import type { OutboxMessage } from '../../src/outbox/message.ts';
import { genesis, seal } from '../../src/timeline/chain.ts';
import type { EntryDraft, TimelineEntry } from '../../src/timeline/entry.ts';

/** The day on which all examples happen, at 10:00 UTC. */
export const exampleStart: Instant = toInstant(new Date(Date.UTC(2026, 2, 14, 10, 0, 0)));

/** So many seconds after `exampleStart`. */
export function after(seconds: number): Instant {
  return addMs(exampleStart, seconds * 1000);
}

/** Incident ids are made by the domain; examples may name their own. */
export function exampleIncidentId(name: string): IncidentId {
  // The brand only keeps ids apart from other strings; every string is a fine id here.
  return name as IncidentId;
}

/** An acknowledged-by-nobody critical incident without alerts, thread or pending work, version 1. */
export function exampleIncident(overrides: Partial<Incident> = {}): Incident {
  const id = overrides.id ?? exampleIncidentId(`inc_${overrides.number ?? 1}`);
  return {
    schema: 1,
    id,
    number: 1,
    version: 1,
    state: 'triggered',
    phase: 'investigating',
    severity: 'critical',
    title: 'Video Processing Error Budget Exhausted',
    impact: 'Videos are not processed',
    service: 'video-processing',
    origin: { type: 'alert', fingerprint: 'f1', name: 'VideoErrorBudgetExhausted' },
    alerts: [],
    roles: {},
    milestones: { startedAt: exampleStart, detectedAt: exampleStart },
    causes: [],
    due: {},
    timeline: genesis(id),
    pending: { entries: [], effects: [] },
    updatedAt: exampleStart,
    ...overrides,
  };
}

export function exampleAlertLink(overrides: Partial<AlertLink> = {}): AlertLink {
  const fingerprint = overrides.fingerprint ?? 'f1';
  return {
    key: `${fingerprint}@${overrides.startsAt ?? exampleStart}`,
    fingerprint,
    name: 'VideoErrorBudgetExhausted',
    target: 'gpu-worker-0',
    summary: 'Error rate is above 5%',
    severity: 'critical',
    status: 'firing',
    startsAt: exampleStart,
    changedAt: exampleStart,
    ...overrides,
  };
}

/** A firing alert instance, version 1, that belongs to no incident yet. */
export function exampleAlert(overrides: Partial<Alert> = {}): Alert {
  const fingerprint = overrides.fingerprint ?? 'f1';
  return {
    schema: 1,
    key: `${fingerprint}@${overrides.startsAt ?? exampleStart}`,
    version: 1,
    fingerprint,
    startsAt: exampleStart,
    status: 'firing',
    name: 'VideoErrorBudgetExhausted',
    severity: 'critical',
    labels: { alertname: 'VideoErrorBudgetExhausted', severity: 'critical', service: 'video-processing' },
    annotations: { summary: 'Error rate is above 5%' },
    firstSeenAt: exampleStart,
    lastSeenAt: exampleStart,
    ...overrides,
  };
}

export function exampleAlertEvent(overrides: Partial<AlertEvent> = {}): AlertEvent {
  return {
    fingerprint: 'f1',
    status: 'firing',
    name: 'VideoErrorBudgetExhausted',
    labels: { alertname: 'VideoErrorBudgetExhausted', severity: 'critical', service: 'video-processing' },
    annotations: { summary: 'Error rate is above 5%' },
    startsAt: exampleStart,
    startsAtText: '2026-03-14T10:00:00.000000001Z',
    ...overrides,
  };
}

/** A delivery that waits for its first attempt. */
export function exampleDelivery(overrides: Partial<Delivery> = {}): Delivery {
  return {
    schema: 1,
    id: 'dlv_0001',
    source: 'alertmanager',
    group: `group of ${overrides.id ?? 'dlv_0001'}`,
    receivedAt: exampleStart,
    body: '{"version":"4","alerts":[]}',
    userAgent: 'Alertmanager/0.25.0',
    state: 'waiting',
    attempts: 0,
    notBefore: exampleStart,
    outcome: '',
    ...overrides,
  };
}

/** A note by a person, as a decision would draft it. */
export function exampleDraft(overrides: Partial<EntryDraft> = {}): EntryDraft {
  return {
    kind: 'note',
    actor: { type: 'user', id: 'U1', name: 'Ada' },
    facts: { importance: 'high' },
    text: 'The queue drains again.',
    ...overrides,
  };
}

/** A sealed chain of entries for an incident, one per draft (default: one note), with predictable salts. */
export function exampleEntries(incidentId: string, drafts: readonly EntryDraft[] = [exampleDraft()]): readonly TimelineEntry[] {
  let salts = 0;
  const salt = () => `salt-${incidentId}-${(salts += 1)}`;
  return seal({ incidentId, head: genesis(incidentId), now: exampleStart, salt }, drafts).entries;
}

/** A message of the incidents lane that is due and was never tried. */
export function exampleOutboxMessage(overrides: Partial<OutboxMessage> = {}): OutboxMessage {
  const incidentId = overrides.incidentId ?? exampleIncidentId('inc_1');
  return {
    schema: 1,
    key: `${incidentId}:card`,
    lane: 'incidents',
    incidentId,
    view: { type: 'card' },
    priority: 1,
    order: '0001',
    wanted: 1,
    sent: 0,
    state: 'due',
    version: 1,
    attempts: 0,
    notBefore: exampleStart,
    problem: '',
    ...overrides,
  };
}
