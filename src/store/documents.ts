import { z } from 'zod';
import type { Alert, AlertOrigin, Delivery } from '../alerts/alert.ts';
import type { Escalation } from '../incidents/escalation.ts';
import { dueKinds, incidentStates, phases, roles, severities } from '../incidents/incident.ts';
import type { AlertLink, Effect, Incident, Measurement, Quiet, RunbookLink, StatusUpdate } from '../incidents/incident.ts';
import type { Correlation } from '../incidents/ports.ts';
import type { LaneLease, OutboxMessage } from '../outbox/message.ts';
import type { StoredPause } from '../outbox/pause.ts';
import type { Storm } from '../outbox/storm.ts';
import { entryKinds } from '../timeline/entry.ts';
import type { Actor, ChainHead, Part, TimelineEntry } from '../timeline/entry.ts';
import { documentKind, keyOf, once, shape } from './document-kind.ts';
import { execution } from './execution-fields.ts';
import { count, incidentId, instant, json, person, texts } from './fields.ts';
import { laneLease, messageView, outboxMessage, pause, storm } from './outbox-fields.ts';

const severity = z.enum(severities);

const actor = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('user'), id: z.string(), name: z.string() }),
  z.looseObject({ type: z.literal('alert'), fingerprint: z.string(), name: z.string() }),
  z.looseObject({ type: z.literal('schedule'), rule: z.string() }),
  z.looseObject({ type: z.literal('system'), part: z.string() }),
]) satisfies z.ZodType<Actor>;

const chainHead = shape<ChainHead>({ seq: count, hash: z.string() });
const part: z.ZodType<Part> = z.union([z.looseObject({ salt: z.string(), value: json }), z.looseObject({ erased: z.string() })]);

const entry = once(
  shape<TimelineEntry>({
    schema: z.literal(1),
    incidentId: z.string(),
    seq: count,
    at: instant,
    kind: z.enum(entryKinds),
    parts: shape<TimelineEntry['parts']>({ actor: part, facts: part, text: part.optional(), output: part.optional() }),
    digests: shape<TimelineEntry['digests']>({
      actor: z.string(),
      facts: z.string(),
      text: z.string().optional(),
      output: z.string().optional(),
    }),
    previous: z.string(),
    hash: z.string(),
  }),
);

const quiet: z.ZodType<Quiet> = z.discriminatedUnion('by', [
  z.looseObject({ by: z.literal('silence'), until: instant.exactOptional(), who: z.string().exactOptional() }),
  z.looseObject({ by: z.literal('inhibition') }),
]);

const alertLink = once(
  shape<AlertLink>({
    key: z.string(),
    fingerprint: z.string(),
    name: z.string(),
    target: z.string(),
    summary: z.string(),
    severity,
    status: z.enum(['firing', 'resolved']),
    startsAt: instant,
    changedAt: instant,
    generatorUrl: z.string().optional(),
    quiet: quiet.optional(),
  }),
);

const measurement = shape<Measurement>({
  label: z.string(),
  promql: z.string(),
  at: instant,
  value: z.number().optional(),
  unit: z.string(),
  problem: z.string().optional(),
});

const incident = shape<Incident>({
  schema: z.literal(1),
  id: incidentId,
  number: count,
  version: count,
  state: z.enum(incidentStates),
  phase: z.enum(phases),
  severity,
  title: z.string(),
  impact: z.string(),
  service: z.string(),
  origin: actor,
  correlationKey: z.string().optional(),
  previousNumber: count.optional(),
  runbook: shape<RunbookLink>({ path: z.string(), title: z.string(), digest: z.string(), matchedBy: z.string() }).optional(),
  alerts: z.array(alertLink),
  roles: z.partialRecord(z.enum(roles), person),
  acknowledgedBy: person.optional(),
  measurement: measurement.optional(),
  latestUpdate: shape<StatusUpdate>({ text: z.string(), phase: z.enum(phases), at: instant, by: actor }).optional(),
  milestones: shape<Incident['milestones']>({
    startedAt: instant,
    detectedAt: instant,
    acknowledgedAt: instant.optional(),
    resolvedAt: instant.optional(),
  }),
  lastAlertAt: instant.optional(),
  isAnnounced: z.boolean().optional(),
  escalation: shape<Escalation>({
    since: instant,
    done: count,
    told: z.array(shape<Escalation['told'][number]>({ at: instant, seq: count })),
    nextAt: instant.optional(),
  }).optional(),
  thread: shape<NonNullable<Incident['thread']>>({ channel: z.string(), ts: z.string() }).optional(),
  causes: z.array(z.string()),
  executions: z.array(execution).optional(),
  due: z.partialRecord(z.enum(dueKinds), instant),
  timeline: chainHead,
  pending: shape<Incident['pending']>({
    entries: z.array(entry),
    effects: z.array(once(shape<Effect>({ key: z.string(), view: messageView, revision: count }))),
  }),
  updatedAt: instant,
});

const alert = shape<Alert>({
  schema: z.literal(1),
  key: z.string(),
  version: count,
  fingerprint: z.string(),
  startsAt: instant,
  latestStartsAt: instant.optional(),
  status: z.enum(['firing', 'resolved']),
  name: z.string(),
  severity,
  labels: texts,
  annotations: texts,
  firstSeenAt: instant,
  lastSeenAt: instant,
  endsAt: instant.optional(),
  previousEndsAt: instant.optional(),
  incidentId: incidentId.optional(),
  via: shape<AlertOrigin>({ sender: z.string(), receiver: z.string() }).optional(),
});

const delivery = shape<Delivery>({
  schema: z.literal(1),
  id: z.string().min(1),
  source: z.enum(['alertmanager', 'alertmanager-api', 'watchdog']),
  receivedAt: instant,
  group: z.string(),
  body: z.string(),
  userAgent: z.string(),
  state: z.enum(['waiting', 'done', 'parked', 'rejected']),
  attempts: count,
  notBefore: instant,
  outcome: z.string(),
});

const correlation = shape<Correlation>({ key: z.string(), incidentId });

/** How each kind of document is checked, when it is stored and again when it is read. Both adapters use these and nothing else. */
export const documents = {
  incident: documentKind<Incident>({ name: 'incident', schema: incident, key: keyOf('id') }),
  entry: documentKind<TimelineEntry>({ name: 'timeline entry', schema: entry, key: keyOf('incidentId', 'seq') }),
  alert: documentKind<Alert>({ name: 'alert', schema: alert, key: keyOf('key') }),
  delivery: documentKind<Delivery>({ name: 'delivery', schema: delivery, key: keyOf('id') }),
  outboxMessage: documentKind<OutboxMessage>({ name: 'outbox message', schema: outboxMessage, key: keyOf('key') }),
  correlation: documentKind<Correlation>({ name: 'correlation', schema: correlation, key: keyOf('key') }),
  laneLease: documentKind<LaneLease>({ name: 'lane lease', schema: laneLease, key: keyOf('lane') }),
  pause: documentKind<StoredPause>({ name: 'pause', schema: pause, key: keyOf('scope') }),
  storm: documentKind<Storm>({ name: 'storm', schema: storm, key: keyOf('number') }),
};
