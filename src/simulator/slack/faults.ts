import { z } from 'zod';

/** Which calls (or events, by their type) a fault hits: without `times` all of them until it is cleared. */
const scope = {
  /** Method names such as `chat.postMessage`, `upload` for a file's bytes, or event types such as `app_mention`. */
  methods: z.array(z.string()).optional(),
  /** Ends after this many hits: "the next n calls". */
  times: z.number().int().positive().optional(),
  /** Lets this many matching calls pass first. */
  skip: z.number().int().nonnegative().optional(),
  /** Hits only each nth matching call. */
  every: z.number().int().positive().optional(),
};

const scoped = z.strictObject(scope);
const status = z.union([z.literal(500), z.literal(502), z.literal(503), z.literal(504)]);

/** Every fault knob and its setting. The same object is the body of `POST /sim/faults`, where null clears a knob. */
const faultSettings = z.strictObject({
  /** Answers only after this long on the workspace's clock. */
  latency: z.strictObject({ ...scope, ms: z.number().nonnegative() }),
  /** The connection breaks and nothing happened. */
  dropBeforeApply: scoped,
  /** It happened, but the connection breaks before the answer. */
  dropAfterApply: scoped,
  serverErrorBeforeApply: z.strictObject({ ...scope, status: status.optional() }),
  serverErrorAfterApply: z.strictObject({ ...scope, status: status.optional() }),
  /** HTTP 200 with a web page as the body. */
  html: z.strictObject({ ...scope, applied: z.boolean().optional() }),
  /** It happened; the body ends in the middle and the connection breaks. */
  truncatedBody: scoped,
  /** It happened; the body stops in the middle and the connection stays open. */
  stalledBody: scoped,
  /** HTTP 429; `retryAfterS: null` leaves the header out. */
  rateLimited: z.strictObject({ ...scope, retryAfterS: z.number().nonnegative().nullable().optional() }),
  /** It happened, and the body says `fatal_error`. */
  fatalErrorAfterApply: scoped,
  tokenRevoked: scoped,
  /** Slack's clock differs from ours by this much (signatures, ts, event times). */
  clockSkew: z.strictObject({ ms: z.number() }),
  /** These channels (ids or names) behave as archived. */
  channelArchived: z.strictObject({ channels: z.array(z.string()) }),
  /** Each matching event arrives twice. */
  duplicateEvents: scoped,
  /** A matching event waits until the next one was delivered. */
  reorderEvents: scoped,
  /** Events arrive this much later, on the workspace's clock. */
  lateEvents: z.strictObject({ ...scope, ms: z.number().nonnegative() }),
  /** A fresh post cannot be read by history and replies for this long. */
  historyLag: z.strictObject({ ms: z.number().nonnegative() }),
  /** A text-only post over 4,000 characters becomes several messages; only the first one's ts is answered. */
  longTextSplit: scoped,
  /** All block text of a message together; on by default at 12,000 characters. */
  cumulativeCap: z.strictObject({ enabled: z.boolean(), characters: z.number().int().positive().optional() }),
  /** Posts over the pace are answered with ok and never stored, instead of a 429. */
  burstDropped: scoped,
  /** Posts with a `client_msg_id` seen before in the channel are answered with the first one and `is_duplicate`. */
  dedupeClientMsgId: scoped,
});

export type FaultSettings = z.infer<typeof faultSettings>;
export type FaultName = keyof FaultSettings;

export const faultChange = z
  .strictObject(
    Object.fromEntries(Object.entries(faultSettings.shape).map(([name, schema]) => [name, schema.nullable().optional()])) as {
      [Name in FaultName]: z.ZodOptional<z.ZodNullable<(typeof faultSettings.shape)[Name]>>;
    },
  )
  .describe('settings by fault name; null clears one');
export type FaultChange = { [Name in FaultName]?: FaultSettings[Name] | null | undefined };

/** The knobs as tests and drills turn them. */
export type FaultControl = {
  /** Sets the named faults and leaves the others; null clears one. Throws TocsinError `invalid` for a wrong setting. */
  set(change: FaultChange): void;
  clear(): void;
  current(): Readonly<Partial<FaultSettings>>;
};
