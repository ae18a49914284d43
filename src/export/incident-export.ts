import { z } from 'zod';
import { incidentStates, phases, severities } from '../incidents/incident.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Json } from '../kernel/json.ts';
import { entryKinds } from '../timeline/entry.ts';

/** The version of the file's form. It is raised when a reader of the old form would misread the new one. */
export const exportSchemaName = 'tocsin.incident-export/1';

const instant = z.custom<Instant>((value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value), {
  error: 'is not an instant such as 2026-03-14T10:00:00.000Z',
});
const json: z.ZodType<Json> = z.json();
const texts = z.record(z.string(), z.string());
const hash = z.string().regex(/^[0-9a-f]{64}$/, { error: 'is not a SHA-256 hash' });
const count = z.number().int().nonnegative();

const actor = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('user'), id: z.string(), name: z.string() }),
  z.strictObject({ type: z.literal('alert'), fingerprint: z.string(), name: z.string() }),
  z.strictObject({ type: z.literal('schedule'), rule: z.string() }),
  z.strictObject({ type: z.literal('system'), part: z.string() }),
]);
const person = z.strictObject({ id: z.string(), name: z.string() });

const measurement = z.strictObject({
  label: z.string(),
  promql: z.string(),
  at: instant,
  value: z.number().exactOptional(),
  unit: z.string(),
  problem: z.string().exactOptional(),
});

const incident = z.strictObject({
  id: z.string(),
  number: z.number().int().positive(),
  version: z.number().int().positive(),
  title: z.string(),
  severity: z.enum(severities),
  state: z.enum(incidentStates),
  phase: z.enum(phases),
  impact: z.string(),
  service: z.string(),
  origin: actor,
  roles: z.strictObject({
    commander: person.exactOptional(),
    communications: person.exactOptional(),
    scribe: person.exactOptional(),
  }),
  acknowledgedBy: person.exactOptional(),
  milestones: z.strictObject({
    startedAt: instant,
    detectedAt: instant,
    acknowledgedAt: instant.exactOptional(),
    resolvedAt: instant.exactOptional(),
  }),
  runbook: z.strictObject({ path: z.string(), title: z.string(), digest: z.string(), matchedBy: z.string() }).exactOptional(),
  measurement: measurement.exactOptional(),
  previousNumber: z.number().int().positive().exactOptional(),
  thread: z.strictObject({ channel: z.string(), ts: z.string() }).exactOptional(),
});

const alert = z.strictObject({
  key: z.string(),
  fingerprint: z.string(),
  name: z.string(),
  target: z.string(),
  summary: z.string(),
  severity: z.enum(severities),
  status: z.enum(['firing', 'resolved']),
  startsAt: instant,
  changedAt: instant,
  generatorUrl: z.string().exactOptional(),
  labels: texts.exactOptional(),
  annotations: texts.exactOptional(),
});

const part = z.union([z.strictObject({ salt: z.string(), value: json }), z.strictObject({ erased: z.string() })]);

/** One sealed timeline entry, exactly as the store holds it. */
const entrySchema = z.strictObject({
  schema: z.literal(1),
  incidentId: z.string(),
  seq: z.number().int().positive(),
  at: instant,
  kind: z.enum(entryKinds),
  parts: z.strictObject({ actor: part, facts: part, text: part.exactOptional(), output: part.exactOptional() }),
  digests: z.strictObject({ actor: hash, facts: hash, text: hash.exactOptional(), output: hash.exactOptional() }),
  previous: hash,
  hash,
});

const verification = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), entries: count, erased: count }),
  z.strictObject({ ok: z.literal(false), entries: count, firstBad: count, reason: z.string() }),
]);

export const exportSchema = z.strictObject({
  schema: z.literal(exportSchemaName),
  generatedAt: instant,
  incident,
  /** In milliseconds; absent until it happened. */
  figures: z.strictObject({
    timeToDetectMs: z.number(),
    timeToAcknowledgeMs: z.number().exactOptional(),
    timeToResolveMs: z.number().exactOptional(),
  }),
  alerts: z.array(alert),
  /** Proposals from the runbook's templates. Nobody has sent them; what was sent is on the timeline. */
  drafts: z.array(z.strictObject({ name: z.string(), kind: z.string(), text: z.string(), missing: z.array(z.string()) })),
  /** What a complete record would hold and this one does not. */
  gaps: z.array(z.string()),
  timeline: z.strictObject({ head: z.strictObject({ seq: count, hash }), entries: z.array(entrySchema) }),
  /** What checking the chain said when the file was written. */
  verification,
  /** SHA-256 of the RFC 8785 form of all the rest. */
  digest: hash,
});

/** Everything that is known of one incident, as a document that can be checked without anything but itself. */
export type IncidentExport = z.infer<typeof exportSchema>;
export type ExportedAlert = IncidentExport['alerts'][number];
