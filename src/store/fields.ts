import { z } from 'zod';
import type { IncidentId, Person } from '../incidents/incident.ts';
import type { Restoration } from '../incidents/restoration.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Json } from '../kernel/json.ts';
import { shape, trusted } from './document-kind.ts';

/** The fields that several kinds of documents have. */
export const instant = trusted<Instant>(
  z.string().regex(/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'an instant looks like 2026-03-14T10:00:00.000Z'),
);
export const incidentId = trusted<IncidentId>(z.string().min(1));
export const json = trusted<Json>(z.unknown());
export const texts = z.record(z.string(), z.string());
export const count = z.number().int().nonnegative();
export const person = shape<Person>({ id: z.string(), name: z.string() });

/** From what a store has noted of its last restore: two moments, or nothing. */
export function readRestoration(takenAt: unknown, restoredAt: unknown): Restoration | undefined {
  return takenAt === undefined || restoredAt === undefined
    ? undefined
    : { takenAt: instant.parse(takenAt), restoredAt: instant.parse(restoredAt) };
}
