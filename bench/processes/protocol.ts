import { z } from 'zod';
import { groupings } from '../support/alerts.ts';

// What the benchmark and the processes that it starts say to each other.

/** How requests are sent: one after the other on each connection, or at a rate whatever the answers do. */
const pace = z.discriminatedUnion('type', [
  z.object({ type: z.literal('closed'), connections: z.number() }),
  z.object({ type: z.literal('open'), ratePerSecond: z.number(), connections: z.number() }),
]);

export const loadOrder = z.object({
  url: z.string(),
  token: z.string(),
  run: z.string(),
  grouping: z.enum(groupings),
  severity: z.string().optional(),
  pace,
  /** Stops beginning requests after this time, or after so many of them. */
  seconds: z.number(),
  requests: z.number().optional(),
  /** After so many alerts they begin again from the first: most of what is delivered is a repetition. */
  distinct: z.number().optional(),
});
export type LoadOrder = z.infer<typeof loadOrder>;

export const loadResult = z.object({
  accepted: z.number(),
  /** Answers other than 200, by status; 0 counts connections that broke. */
  refused: z.record(z.string(), z.number()),
  /** From the first request to the last answer. */
  seconds: z.number(),
  /** Of the accepted: closed, from sending; open, from when it should have been sent. */
  latenciesMs: z.instanceof(Float64Array),
  /** When each request was answered with 200, by its index, as ms since 1970; NaN for the others. */
  acceptedAtMs: z.instanceof(Float64Array),
});
export type LoadResult = z.infer<typeof loadResult>;

export const listening = z.object({ url: z.string() });

export const slackOrder = z.discriminatedUnion('type', [
  z.object({ type: z.literal('request-url'), url: z.string() }),
  z.object({ type: z.literal('posts') }),
  z.object({ type: z.literal('stats') }),
  /** Sends these slash commands in turn, one each `everyMs`, for `forMs`. */
  z.object({ type: z.literal('commands'), texts: z.array(z.string()), everyMs: z.number(), forMs: z.number() }),
]);
export type SlackOrder = z.infer<typeof slackOrder>;

/** A message of the bot: when somebody could see it, and what stands in it. */
const slackPost = z.object({ atMs: z.number(), channel: z.string(), key: z.string(), text: z.string(), inThread: z.boolean() });
export type SlackPost = z.infer<typeof slackPost>;

export const slackAnswer = {
  done: z.object({ done: z.literal(true) }),
  posts: z.object({ posts: z.array(slackPost) }),
  stats: z.object({ mostPerSecond: z.record(z.string(), z.number()), rateLimited: z.number() }),
  commands: z.object({ acknowledgedMs: z.array(z.number()), late: z.number(), failed: z.number() }),
};
