import { z } from 'zod';
import { executionStates, executionTypes, risks, verdicts } from '../incidents/execution.ts';
import type { Execution, ExecutionId, VerificationSummary, Vote } from '../incidents/execution.ts';
import { shape, trusted } from './document-kind.ts';
import { count, instant, person } from './fields.ts';

export const executionId = trusted<ExecutionId>(z.string().min(1));

const vote = shape<Vote>({
  by: person,
  identity: z.string(),
  choice: z.enum(['approve', 'deny']),
  at: instant,
  digest: z.string(),
});

const verification = shape<VerificationSummary>({
  state: z.enum(['watching', 'finished']),
  verdict: z.enum(verdicts),
  rounds: count,
  until: instant,
  check: z.string().optional(),
  before: z.number().optional(),
  after: z.number().optional(),
});

/** An execution as the incident's document carries it. */
export const execution = shape<Execution>({
  number: count,
  id: executionId,
  type: z.enum(executionTypes),
  state: z.enum(executionStates),
  step: z.string().optional(),
  title: z.string(),
  requestedBy: person,
  requestedAt: instant,
  endedAt: instant.optional(),
  finding: z.string(),
  risk: z.enum(risks),
  namespaces: z.array(z.string()),
  targets: z.array(z.string()),
  digest: z.string().optional(),
  expiresAt: instant.optional(),
  quorum: count,
  votes: z.array(vote),
  breakGlassFrom: instant.optional(),
  breakGlass: shape<NonNullable<Execution['breakGlass']>>({ by: person, at: instant, reason: z.string() }).optional(),
  lease: shape<NonNullable<Execution['lease']>>({ owner: z.string(), token: count, until: instant }).optional(),
  token: count,
  verification: verification.optional(),
  undo: shape<NonNullable<Execution['undo']>>({ isPossible: z.boolean(), words: z.string() }).optional(),
  undoOf: count.optional(),
  lookUntil: instant.optional(),
  dueAt: instant.optional(),
});
