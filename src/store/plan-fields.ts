import { z } from 'zod';
import type { ChangeOperation, ExecOperation, HttpOperation, Operation, Target } from '../doors/operation.ts';
import type {
  DryRun,
  Foundation,
  JournalEntry,
  ParameterValue,
  Plan,
  PlannedOperation,
  PreviewFact,
  StepSource,
  Undo,
} from '../operations/plan.ts';
import { shape } from './document-kind.ts';
import { count, instant, json, texts } from './fields.ts';

const target = shape<Target>({
  apiVersion: z.string(),
  kind: z.string(),
  resource: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  uid: z.string(),
});

const change = shape<ChangeOperation>({
  type: z.literal('change'),
  verb: z.string(),
  target,
  subresource: z.string().optional(),
  request: shape<ChangeOperation['request']>({
    method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']),
    path: z.string(),
    query: texts,
    contentType: z.string().optional(),
    body: json.optional(),
  }),
  volatile: z.array(z.string()),
  before: json,
});

const exec = shape<ExecOperation>({
  type: z.literal('exec'),
  pod: target,
  via: z.string().optional(),
  container: z.string(),
  argv: z.array(z.string()),
  stdin: z.string().optional(),
});

const http = shape<HttpOperation>({
  type: z.literal('http'),
  method: z.string(),
  url: z.string(),
  headers: texts,
  body: z.string().optional(),
});

const operation: z.ZodType<Operation> = z.union([change, exec, http]);

export const stepSource = shape<StepSource>({
  number: z.string(),
  title: z.string(),
  language: z.enum(['shell', 'promql']),
  text: z.string(),
  parameters: z.record(z.string(), shape<ParameterValue>({ value: z.string(), origin: z.string() })),
  runbook: shape<StepSource['runbook']>({ path: z.string(), digest: z.string() }),
});

const dryRun: z.ZodType<DryRun> = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('accepted'), after: json }),
  z.looseObject({ type: z.literal('refused'), message: z.string() }),
  z.looseObject({ type: z.literal('unavailable'), reason: z.string() }),
  z.looseObject({ type: z.literal('none') }),
]);

const undo: z.ZodType<Undo> = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('possible'), operation, words: z.string() }),
  z.looseObject({ type: z.literal('impossible'), reason: z.string() }),
]);

const planned = shape<PlannedOperation>({
  operation,
  words: z.string(),
  foundation: shape<Foundation>({ uid: z.string(), generation: z.number().optional(), touched: z.string() }).optional(),
  dryRun,
  differences: z.array(shape<PlannedOperation['differences'][number]>({ field: z.string(), from: z.string(), to: z.string() })),
  undo,
});

export const plan = shape<Plan>({
  schema: z.literal(1),
  source: stepSource,
  runs: z.enum(['script', 'operations']),
  operations: z.array(planned),
  facts: z.array(shape<PreviewFact>({ weight: z.enum(['blocker', 'warning', 'note']), rule: z.string(), text: z.string() })),
  output: z.string(),
  plannedAt: instant,
  digest: z.string(),
});

export const journalEntry = shape<JournalEntry>({
  index: count,
  state: z.enum(['sent', 'done', 'refused', 'unknown']),
  at: instant,
  message: z.string().optional(),
  after: json.optional(),
  volatile: z.array(z.string()).optional(),
});
