import { z } from 'zod';
import { phases, roles, severities } from '../incidents/incident.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Actor, EntryKind, Part, TimelineEntry } from '../timeline/entry.ts';
import { executionFacts } from './execution-facts.ts';

const actorSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), id: z.string(), name: z.string() }),
  z.object({ type: z.literal('alert'), fingerprint: z.string(), name: z.string() }),
  z.object({ type: z.literal('schedule'), rule: z.string() }),
  z.object({ type: z.literal('system'), part: z.string() }),
]);
const moment = z.iso.datetime().transform((text) => toInstant(new Date(text)));
const person = z.object({ id: z.string(), name: z.string() });
const severity = z.enum(severities);
const phase = z.enum(phases);
const alert = z.object({
  key: z.string(),
  name: z.string(),
  target: z.string(),
  summary: z.string(),
  startsAt: z.string(),
  generatorUrl: z.string().optional(),
});

/** The facts that each kind of entry is read for. Entries may hold more. */
const factsSchemas = {
  declared: z.object({
    title: z.string(),
    severity,
    impact: z.string(),
    service: z.string(),
    runbook: z.object({ title: z.string() }).optional(),
  }),
  alert_firing: alert,
  alert_resolved: alert,
  alerts_cleared: z.object({ alerts: z.number(), resolvesAt: z.string().optional() }),
  thread_opened: z.object({ channel: z.string(), ts: z.string() }),
  measured: z.object({
    label: z.string(),
    promql: z.string(),
    unit: z.string(),
    value: z.number().optional(),
    problem: z.string().optional(),
  }),
  acknowledged: z.object({}),
  note: z.object({}),
  update: z.object({ phase, previousPhase: phase.optional() }),
  severity_changed: z.object({ from: severity, to: severity }),
  role_assigned: z.object({ role: z.enum(roles), person: person.optional(), before: person.optional() }),
  resolved: z.object({
    stillFiring: z.number(),
    timeToResolveMs: z.number(),
    timeToAcknowledgeMs: z.number().optional(),
    chainHead: z.string(),
    chainLength: z.number(),
  }),
  reopened: z.object({}),
  escalated: z.object({
    step: z.number(),
    of: z.number(),
    since: moment,
    dueAt: moment,
    lateMs: z.number(),
    missedAt: z.array(moment),
    toldAt: z.array(moment),
    nextAt: moment.optional(),
  }),
  ...executionFacts,
} as const satisfies Record<EntryKind, z.ZodType>;

export type FactsOf<K extends EntryKind> = z.infer<(typeof factsSchemas)[K]>;

function valueOf(part: Part | undefined): unknown {
  return part === undefined || 'erased' in part ? undefined : part.value;
}

/** Who did it; undefined when that was erased. */
export function actorOf(entry: TimelineEntry): Actor | undefined {
  return actorSchema.safeParse(valueOf(entry.parts.actor)).data;
}

/** The entry's facts, read for its kind; undefined when they were erased or are not what that kind holds. */
export function factsOf<K extends EntryKind>(entry: TimelineEntry, kind: K): FactsOf<K> | undefined {
  if (entry.kind !== kind) return undefined;
  const parsed = factsSchemas[kind].safeParse(valueOf(entry.parts.facts));
  // The schema of the kind gave this value; TypeScript does not follow a lookup by a type parameter.
  return parsed.data as FactsOf<K> | undefined;
}

function wordsOf(part: Part | undefined): string | undefined {
  const value = valueOf(part);
  return typeof value === 'string' ? value : undefined;
}

/** The words that a person wrote with it; undefined when there are none, or they were erased. */
export function textOf(entry: TimelineEntry): string | undefined {
  return wordsOf(entry.parts.text);
}

/** What a program printed, as far as the timeline carries it; undefined when there is none, or it was erased. */
export function outputOf(entry: TimelineEntry): string | undefined {
  return wordsOf(entry.parts.output);
}

/** Which parts of the entry were erased since. */
export function erasedParts(entry: TimelineEntry): readonly string[] {
  return Object.entries(entry.parts).flatMap(([name, part]) => ('erased' in part ? [name] : []));
}
