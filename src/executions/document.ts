import type { ExecutionId } from '../incidents/execution.ts';
import type { IncidentId } from '../incidents/incident.ts';
import type { Progress } from '../interpreter/script.ts';
import type { Instant } from '../kernel/instant.ts';
import type { JournalEntry, Plan, StepSource } from '../operations/plan.ts';
import type { ApplyReport, PlanReport, RunReport } from '../operations/ports.ts';

/** A query that shows whether a fix works, from the runbook's resolution section. */
export type Check = { title: string; promql: string };

/** What one check said. */
export type Reading = { title: string; value?: number; problem?: string };

/** All checks asked once. */
export type Round = { at: Instant; readings: readonly Reading[] };

/** PromQL asked by hand, instant or over a range. */
export type AdHocQuery = { promql: string; range?: { fromMs: number; toMs: number; stepMs: number } };

/**
 * The large part of an execution: what was to be run, and all that came of it. Changed by compare-and-set on `version`, and only by whoever
 * holds the latest `fence`, which is the token of the incident's lease on it.
 */
export type ExecutionDocument = {
  schema: 1;
  id: ExecutionId;
  incidentId: IncidentId;
  version: number;
  fence: number;
  createdAt: Instant;
  /** Absent for a query asked by hand, and for an undo, whose plan comes from another execution. */
  source?: StepSource;
  query?: AdHocQuery;
  /** For an undo: the execution that it takes back. */
  undoOf?: ExecutionId;
  progress?: Progress;
  /** Of a diagnostic or query. */
  report?: RunReport;
  plan?: Plan;
  /** Why there is no plan. */
  planFailure?: Omit<Extract<PlanReport, { type: 'failed' }>, 'type'>;
  /** Each operation of the plan that was sent, written down before and after. */
  journal: readonly JournalEntry[];
  /** How the apply ended, with the token under which it ran. */
  outcome?: ApplyReport & { token: number };
  checks: readonly Check[];
  /** The checks before the apply. */
  baseline?: Round;
  /** The checks after it. */
  rounds: readonly Round[];
};
