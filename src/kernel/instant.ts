import type { Brand } from './brand.ts';

/**
 * A moment as ISO 8601 text in UTC with milliseconds, as `Date.toISOString` writes it. Documents hold this form: it is the same in JSON,
 * SQLite and MongoDB, sorts as text, and has one canonical spelling for the hash chain.
 */
export type Instant = Brand<string, 'Instant'>;

export function toInstant(date: Date): Instant {
  // The brand's only constructor: toISOString gives exactly the promised form.
  return date.toISOString() as Instant;
}

export function fromInstant(instant: Instant): Date {
  return new Date(instant);
}

export function addMs(instant: Instant, ms: number): Instant {
  return toInstant(new Date(Date.parse(instant) + ms));
}

export function msBetween(from: Instant, to: Instant): number {
  return Date.parse(to) - Date.parse(from);
}
