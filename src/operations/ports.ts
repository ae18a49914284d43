import type { QueryAnswer } from '../doors/prometheus-door.ts';
import type { CallRecord, Output, Progress } from '../interpreter/script.ts';
import type { JournalEntry, Plan, StepSource } from './plan.ts';

/** How a diagnostic ended. `finding` is one line for whoever only reads one line. */
export type RunReport = {
  state: 'done' | 'failed' | 'unknown';
  exitCode: number;
  finding: string;
  output: Output;
  calls: readonly CallRecord[];
  /** What Prometheus answered meanwhile, in order, for tables and charts. */
  answers: readonly QueryAnswer[];
  elapsedMs: number;
};

export type PlanReport =
  | { type: 'planned'; plan: Plan }
  /** It changes nothing: run it as a diagnostic. */
  | { type: 'reads'; report: RunReport }
  | { type: 'failed'; reason: string; output: Output };

export type ApplyReport = {
  /**
   * `applied`: every operation was carried out and the script went through. `failed`: known not to have been carried out whole; the journal says which
   * operations were. `unknown`: at least one was sent and nobody knows. `drifted`: nothing was sent, because something is no longer as approved.
   */
  state: 'applied' | 'failed' | 'unknown' | 'drifted';
  finding: string;
  output: Output;
  calls: readonly CallRecord[];
  elapsedMs: number;
  /** Of `unknown`: some object could not be looked at, so that a later look may tell more. */
  wasBlind?: boolean;
};

/** Where an apply writes down what it does; `record` resolves when it is durable, and throws when this process may no longer apply. */
export type Journal = { record(entry: JournalEntry): Promise<void> };

export type Watching = { signal: AbortSignal; onProgress?: (progress: Progress) => void };

/** What looking at the objects has told. */
export type Reconciled = Pick<ApplyReport, 'finding' | 'wasBlind'> & {
  state: 'applied' | 'failed' | 'unknown';
  journal: readonly JournalEntry[];
};

/** Everything that steps do to the outside. Failures of what is outside are reports, never thrown. */
export type Operations = {
  run(source: StepSource, watching: Watching): Promise<RunReport>;
  query(request: { promql: string; range?: { fromMs: number; toMs: number; stepMs: number } }, watching: Watching): Promise<RunReport>;
  plan(source: StepSource, watching: Watching): Promise<PlanReport>;
  /** Carries out exactly what the plan holds, after looking again that all is as it was. */
  apply(plan: Plan, journal: Journal, watching: Watching): Promise<ApplyReport>;
  /** After an interruption: looks at the objects and says of each operation in doubt, and of no other, whether it happened; sends nothing. */
  reconcile(plan: Plan, journal: readonly JournalEntry[], watching: Watching): Promise<Reconciled>;
  /** A plan that takes back what the journal says was done, or why there is none. */
  planUndo(plan: Plan, journal: readonly JournalEntry[], watching: Watching): Promise<PlanReport>;
  /** Asks the runbook's own verification queries, in their order. */
  verify(
    checks: readonly { title: string; promql: string }[],
    watching: Watching,
  ): Promise<readonly { title: string; value?: number; problem?: string }[]>;
};
