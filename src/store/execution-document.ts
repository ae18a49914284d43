import { z } from 'zod';
import type { QueryAnswer } from '../doors/prometheus-door.ts';
import type { AdHocQuery, Check, ExecutionDocument, Reading, Round } from '../executions/document.ts';
import type { StoredExecution, TargetLock } from '../executions/ports.ts';
import type { CallRecord, Output, Progress } from '../interpreter/script.ts';
import type { RunReport } from '../operations/ports.ts';
import { documentKind, keyOf, shape, trusted } from './document-kind.ts';
import { executionId } from './execution-fields.ts';
import { count, incidentId, instant, texts } from './fields.ts';
import { journalEntry, plan, stepSource } from './plan-fields.ts';

const output = shape<Output>({ head: z.string(), tail: z.string(), droppedBytes: z.number() });

const call = shape<CallRecord>({
  argv: z.array(z.string()),
  startedAt: instant,
  endedAt: instant.optional(),
  exitCode: z.number().optional(),
});

const point = trusted<readonly [number, string]>(z.tuple([z.number(), z.string()]));

const answer = shape<QueryAnswer>({
  promql: z.string(),
  type: z.enum(['vector', 'matrix']),
  series: z.array(shape<QueryAnswer['series'][number]>({ labels: texts, points: z.array(point) })),
  warnings: z.array(z.string()),
});

const report = shape<RunReport>({
  state: z.enum(['done', 'failed', 'unknown']),
  exitCode: z.number(),
  finding: z.string(),
  output,
  calls: z.array(call),
  answers: z.array(answer),
  elapsedMs: z.number(),
});

const outcome = shape<NonNullable<ExecutionDocument['outcome']>>({
  state: z.enum(['applied', 'failed', 'unknown', 'drifted']),
  finding: z.string(),
  output,
  calls: z.array(call),
  elapsedMs: z.number(),
  wasBlind: z.boolean().optional(),
  token: count,
});

const reading = shape<Reading>({ title: z.string(), value: z.number().optional(), problem: z.string().optional() });
const round = shape<Round>({ at: instant, readings: z.array(reading) });

const schema = shape<ExecutionDocument>({
  schema: z.literal(1),
  id: executionId,
  incidentId,
  version: count,
  fence: count,
  createdAt: instant,
  source: stepSource.optional(),
  query: shape<AdHocQuery>({
    promql: z.string(),
    range: shape<NonNullable<AdHocQuery['range']>>({ fromMs: z.number(), toMs: z.number(), stepMs: z.number() }).optional(),
  }).optional(),
  undoOf: executionId.optional(),
  progress: shape<Progress>({ elapsedMs: z.number(), calls: z.array(call), stdout: z.string() }).optional(),
  report: report.optional(),
  plan: plan.optional(),
  planFailure: shape<NonNullable<ExecutionDocument['planFailure']>>({ reason: z.string(), output }).optional(),
  journal: z.array(journalEntry),
  outcome: outcome.optional(),
  checks: z.array(shape<Check>({ title: z.string(), promql: z.string() })),
  baseline: round.optional(),
  rounds: z.array(round),
});

const stored = shape<StoredExecution>({ id: executionId, incidentId, createdAt: instant });

/** A document without its content, as a store listed it. */
export function storedExecutionOf(row: unknown): StoredExecution {
  return stored.parse(row);
}

/** The documents of executions and of the locks on what they change. */
export const executionDocuments = {
  execution: documentKind<ExecutionDocument>({ name: 'execution', schema, key: keyOf('id') }),
  lock: documentKind<TargetLock>({
    name: 'lock',
    schema: shape<TargetLock>({ key: z.string().min(1), holder: executionId, label: z.string(), until: instant }),
    key: keyOf('key'),
  }),
};
