import { z } from 'zod';

/** Calls per minute, per method and workspace. `special` methods have a pace of their own. */
export type Tier = 1 | 2 | 3 | 4 | 'special';

/** One Web API method: what it asks for, takes and may answer. `token` is implied everywhere. */
export type MethodSpec = {
  /** Any one of them will do; none for methods that every token may call. */
  scopes: readonly string[];
  tier: Tier;
  /** Whether a JSON body is read; methods that Slack documents as GET read only forms and queries. */
  json: boolean;
  args: z.ZodRawShape;
  /** The errors that this method's handler may answer, besides the common ones. */
  errors: readonly string[];
};

/** The argument kinds. Form bodies carry everything as text, so each kind also reads text. */
export const text = z.string();
export const flag = z.union([z.boolean(), z.enum(['true', '1']).transform(() => true), z.enum(['false', '0', '']).transform(() => false)]);
export const count = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
/** A value that form bodies carry as JSON text; its handler reads it with its own schema. */
export const json = z.unknown().refine((value) => value !== undefined, { message: 'is required' });

/** Tier -> calls in a minute. */
export const callsPerMinute: Readonly<Record<Exclude<Tier, 'special'>, number>> = { 1: 1, 2: 20, 3: 50, 4: 100 };

/** Slack gives no number for these; its Java SDK assumes 600 for the cheap ones, and "several hundred" is all it says of posts. */
export const specialCallsPerMinute: Readonly<Record<string, number>> = {
  'chat.postMessage': 300,
  'auth.test': 600,
  'chat.getPermalink': 600,
};
