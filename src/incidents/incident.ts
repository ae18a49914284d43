import type { Brand } from '../kernel/brand.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Actor, ChainHead, TimelineEntry } from '../timeline/entry.ts';
import type { Escalation } from './escalation.ts';
import type { Execution } from './execution.ts';

export type IncidentId = Brand<string, 'IncidentId'>;

export const severities = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

export const incidentStates = ['triggered', 'acknowledged', 'resolved'] as const;
export type IncidentState = (typeof incidentStates)[number];

/** The states of what people still work on. */
export const openStates = ['triggered', 'acknowledged'] as const satisfies readonly IncidentState[];
export type OpenState = (typeof openStates)[number];

/** Where the work stands, in the words of status updates. */
export const phases = ['investigating', 'identified', 'monitoring', 'resolved'] as const;
export type Phase = (typeof phases)[number];

export const roles = ['commander', 'communications', 'scribe'] as const;
export type Role = (typeof roles)[number];

export type Person = { id: string; name: string };

/** One alert instance of the incident and the last status that was applied to it here. */
export type AlertLink = {
  /** fingerprint + startsAt of the instance. */
  key: string;
  fingerprint: string;
  name: string;
  /** What it is about: the most specific label (pod, instance, deployment ...), or empty. */
  target: string;
  summary: string;
  severity: Severity;
  status: 'firing' | 'resolved';
  startsAt: Instant;
  changedAt: Instant;
  generatorUrl?: string;
  /** It fires, and Alertmanager tells nobody. */
  quiet?: Quiet;
};

/** Why Alertmanager tells nobody of an alert: somebody silenced it until then, or another alert inhibits it. */
export type Quiet = { by: 'silence'; until?: Instant; who?: string } | { by: 'inhibition' };

/** The runbook's own measure of how bad it is now, for example the error rate. `value` is undefined when the query gave no number. */
export type Measurement = { label: string; promql: string; at: Instant; value?: number; unit: string; problem?: string };

export type StatusUpdate = { text: string; phase: Phase; at: Instant; by: Actor };

export type RunbookLink = { path: string; title: string; digest: string; matchedBy: string };

/** A message in chat whose text follows the incident: it is edited in place, never posted again. */
export const livingViews = ['card', 'alerts', 'brief', 'oncall'] as const;
export type LivingView = (typeof livingViews)[number];

/** A message of its own for each execution, which follows it from the request to the end. */
type ExecutionView = { type: 'execution'; number: number };

/** A file that belongs to an execution: the whole of a long output, or the chart of an answer. Posted once. */
export type FileView = { type: 'file'; number: number; part: 'output' | 'chart' };

/** Unique within an incident's thread, so that a shared file is found again by it. */
export function fileNameOf({ number, part }: FileView): string {
  return part === 'output' ? `run-${number}-output.txt` : `run-${number}-chart.png`;
}

/** Which messages a change makes to be drawn anew. */
export type Redraw = LivingView | ExecutionView | FileView;

/**
 * What a chat message shows: a living view, an execution, the runbook as it stood when the thread opened, or one timeline entry (in the
 * thread, or as a message of its own to those on call).
 */
export type MessageView =
  | { type: LivingView }
  | { type: 'runbook' }
  | ExecutionView
  | FileView
  | { type: 'entry'; seq: number; broadcast: boolean; to?: 'oncall' };

/** Something to do in chat because of a change. The relay turns it into an outbox message with this key, however often it runs. */
export type Effect = {
  /** Derived from the cause: the same effect always has the same key. */
  key: string;
  view: MessageView;
  /** The incident's version that the message must show at least. */
  revision: number;
};

export const dueKinds = ['measure', 'resolve', 'executions', 'escalate'] as const;
export type DueKind = (typeof dueKinds)[number];

/**
 * One incident: a single document, changed only by compare-and-set on `version`. `pending` holds the timeline entries and effects of the
 * last changes until the relay has moved them on.
 */
export type Incident = {
  schema: 1;
  id: IncidentId;
  /** People say INC-`number`. Numbers rise, and may have gaps. */
  number: number;
  /** 1 for a new incident, one more for each change. */
  version: number;
  state: IncidentState;
  phase: Phase;
  severity: Severity;
  title: string;
  impact: string;
  service: string;
  origin: Actor;
  correlationKey?: string;
  /** The incident about the same thing that went before this one. */
  previousNumber?: number;
  runbook?: RunbookLink;
  alerts: readonly AlertLink[];
  roles: Partial<Record<Role, Person>>;
  acknowledgedBy?: Person;
  measurement?: Measurement;
  latestUpdate?: StatusUpdate;
  milestones: { startedAt: Instant; detectedAt: Instant; acknowledgedAt?: Instant; resolvedAt?: Instant };
  lastAlertAt?: Instant;
  /** Whether those on call were told: they then hear of its end too, whatever its severity has become. */
  isAnnounced?: boolean;
  /** While it is critical and nobody has acknowledged it. */
  escalation?: Escalation;
  thread?: { channel: string; ts: string };
  /** Keys of the latest requests that changed it, so that a request delivered again changes nothing. */
  causes: readonly string[];
  /** What was run, or asked to be run, in the order of the numbers. */
  executions?: readonly Execution[];
  due: Partial<Record<DueKind, Instant>>;
  timeline: ChainHead;
  pending: { entries: readonly TimelineEntry[]; effects: readonly Effect[] };
  updatedAt: Instant;
};

/** "INC-42". */
export function nameOf(incident: { number: number }): string {
  return `INC-${incident.number}`;
}

export function isOpen(incident: Incident): boolean {
  return incident.state !== 'resolved';
}

/** Whether people get a thread about it: info alone is recorded and listed only. */
export function hasThread(incident: Incident): boolean {
  return incident.severity !== 'info' || incident.thread !== undefined;
}

export function firingAlerts(incident: Incident): readonly AlertLink[] {
  return incident.alerts.filter((alert) => alert.status === 'firing');
}

/** The alerts that speak for an incident's labels: those that fire, or all when none does. */
export function speakingAlerts(incident: Incident): readonly AlertLink[] {
  const firing = firingAlerts(incident);
  return firing.length > 0 ? firing : incident.alerts;
}

/** What is still due when the incident itself ends or begins anew: what was started goes on to its own end. */
export function onlyExecutions({ due: { executions } }: Incident): Incident['due'] {
  return executions === undefined ? {} : { executions };
}

/** The graver of two severities. */
export function graver(a: Severity, b: Severity): Severity {
  return severities.indexOf(a) <= severities.indexOf(b) ? a : b;
}
