import { z } from 'zod';
import { executionTypes, verdicts } from '../incidents/execution.ts';

/** What every entry about an execution says of it. */
const about = z.object({
  execution: z.number(),
  type: z.enum(executionTypes),
  title: z.string(),
  step: z.string().optional(),
  undoOf: z.number().optional(),
});

const person = z.object({ id: z.string(), name: z.string() });
const ended = about.extend({ finding: z.string(), outputDigest: z.string().optional() });

const carriedOut = ended.extend({
  operations: z.array(z.object({ words: z.string(), state: z.string(), message: z.string().optional() })),
  requestedBy: person,
  approvedBy: z.array(person),
  digest: z.string().optional(),
});

/** The facts of the entries about runs, mitigations and their approval. */
export const executionFacts = {
  step_run: about.extend({ text: z.string() }),
  step_finished: ended.extend({ state: z.string(), exitCode: z.number().optional(), elapsedMs: z.number().optional() }),
  query_run: about.extend({ promql: z.string() }),
  step_marked: about.extend({ state: z.enum(['done', 'skipped']) }),
  mitigation_requested: about.extend({ text: z.string().optional() }),
  undo_requested: about,
  mitigation_proposed: about.extend({
    operations: z.array(z.string()),
    notes: z.array(z.object({ weight: z.string(), rule: z.string(), text: z.string() })),
    digest: z.string(),
    expiresAt: z.string(),
    quorum: z.number(),
  }),
  mitigation_approved: about.extend({ approvals: z.number(), quorum: z.number(), digest: z.string() }),
  mitigation_denied: about,
  mitigation_expired: about.extend({ finding: z.string() }),
  mitigation_cancelled: about,
  break_glass: about.extend({ waitedMs: z.number(), digest: z.string() }),
  mitigation_started: about.extend({ digest: z.string() }),
  mitigation_applied: carriedOut,
  mitigation_failed: carriedOut,
  mitigation_unknown: carriedOut,
  mitigation_stale: ended,
  verification: about.extend({
    verdict: z.enum(verdicts),
    rounds: z.number(),
    checks: z.array(
      z.object({ title: z.string(), before: z.number().optional(), after: z.number().optional(), problem: z.string().optional() }),
    ),
  }),
} as const;
