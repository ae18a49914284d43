import type { Incident } from '../incidents/incident.ts';
import { createBackground } from './background.ts';
import { breakGlass } from './break-glass.ts';
import { cancelExecution } from './cancel.ts';
import type { ChangedExecution } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import { attendExecutions } from './due.ts';
import { markStep } from './mark-step.ts';
import { requestMitigation } from './request-mitigation.ts';
import { requestUndo } from './request-undo.ts';
import { startQuery, startRun, startRuns } from './start-run.ts';
import { approve, deny } from './vote.ts';

export type RunnerOptions = Omit<ExecutionDeps, 'background'> & {
  /** How many steps run and how many plans are made at once in this process. */
  parallel: number;
  /** How long an apply that is under way is waited for when the process stops. Default 3 seconds. */
  graceMs?: number;
};

/** Everything that can be done with the runbook's steps in an incident, and the work that this process does for it. */
export type Runner = {
  run(input: Parameters<typeof startRun>[1]): Promise<ChangedExecution>;
  runAll(input: Parameters<typeof startRuns>[1]): Promise<readonly ChangedExecution[]>;
  query(input: Parameters<typeof startQuery>[1]): Promise<ChangedExecution>;
  mark(input: Parameters<typeof markStep>[1]): Promise<ChangedExecution>;
  mitigate(input: Parameters<typeof requestMitigation>[1]): Promise<ChangedExecution>;
  undo(input: Parameters<typeof requestUndo>[1]): Promise<ChangedExecution>;
  approve(input: Parameters<typeof approve>[1]): Promise<ChangedExecution>;
  deny(input: Parameters<typeof deny>[1]): Promise<ChangedExecution>;
  cancel(input: Parameters<typeof cancelExecution>[1]): Promise<ChangedExecution>;
  breakGlass(input: Parameters<typeof breakGlass>[1]): Promise<ChangedExecution>;
  /** What the due task "executions" runs. */
  attend(incident: Incident): Promise<void>;
  /** Resolves when nothing is under way here. */
  idle(): Promise<void>;
  /** Takes no more work and ends what is under way within seconds; what is left is found by its lease. */
  stop(): Promise<void>;
};

const standardGraceMs = 3000;

export function createRunner(options: RunnerOptions): Runner {
  const { parallel, graceMs = standardGraceMs, ...rest } = options;
  const background = createBackground({ clock: options.change.clock, log: options.log, parallel, graceMs });
  const deps: ExecutionDeps = { ...rest, background };
  return {
    run: (input) => startRun(deps, input),
    runAll: (input) => startRuns(deps, input),
    query: (input) => startQuery(deps, input),
    mark: (input) => markStep(deps, input),
    mitigate: (input) => requestMitigation(deps, input),
    undo: (input) => requestUndo(deps, input),
    approve: (input) => approve(deps, input),
    deny: (input) => deny(deps, input),
    cancel: (input) => cancelExecution(deps, input),
    breakGlass: (input) => breakGlass(deps, input),
    attend: (incident) => attendExecutions(deps, incident),
    idle: () => background.idle(),
    stop: () => background.stop(),
  };
}
