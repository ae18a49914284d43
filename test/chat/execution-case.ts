import type { ExecutionDocument } from '../../src/executions/document.ts';
import type { Execution } from '../../src/incidents/execution.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import { ana } from '../support/desk.ts';
import { exampleExecutionDocument, exampleExecutionId } from '../support/execution-examples.ts';

/** An execution of the seed's incident at one moment, with what is stored about it. */
export type ExecutionCase = { execution: Execution; document: ExecutionDocument; afterMs: number };

export type ExecutionCases = Readonly<Record<string, ExecutionCase>>;

/** So long after the execution was asked for. */
export type At = (ms: number) => Instant;

export const secondMs = 1000;
export const minuteMs = 60_000;
export const noOutput = { head: '', tail: '', droppedBytes: 0 };
export const runbook = { path: 'video-processing-error-budget.md', digest: 'd'.repeat(64) };

/** A diagnostic of the seed, with what a case changes about it. */
export function run(start: Instant, change: Partial<Execution>): Execution {
  return {
    number: 2,
    id: exampleExecutionId('exe_2'),
    type: 'diagnostic',
    state: 'done',
    step: '5',
    title: 'Log Analysis',
    requestedBy: ana,
    requestedAt: start,
    finding: '',
    risk: 'low',
    namespaces: [],
    targets: [],
    quorum: 1,
    votes: [],
    token: 1,
    ...change,
  };
}

/** What is stored about it: nothing yet, but for what a case says. */
export function document(change: Partial<ExecutionDocument> = {}): ExecutionDocument {
  const { schema, id, incidentId, version, fence, createdAt } = exampleExecutionDocument();
  return { schema, id, incidentId, version, fence, createdAt, journal: [], rounds: [], checks: [], ...change };
}
