import { z } from 'zod';
import { openStates, severities } from '../incidents/incident.ts';
import type { OpenCount } from '../incidents/ports.ts';
import { count } from './fields.ts';

const schema = z.object({ state: z.enum(openStates), severity: z.enum(severities), count });

/** One group of open incidents as a store counted it. */
export function openCountOf(row: unknown): OpenCount {
  return schema.parse(row);
}
