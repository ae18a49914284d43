import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { changesThings, executionsOf, hasEnded } from '../incidents/execution.ts';
import type { Execution, ExecutionState } from '../incidents/execution.ts';
import type { Incident } from '../incidents/incident.ts';
import { msBetween } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';

/** Told of each committed change of an incident; `before` is absent when it was just opened. */
export type ExecutionMetrics = { changed: (after: Incident, before?: Incident) => void };

type Meters = ReturnType<typeof createMeters>;
type Turn = { execution: Execution; from: ExecutionState | undefined; at: Instant };

/** What becomes of runs, plans, approvals and mitigations, counted by the process that committed it. */
export function createExecutionMetrics(registry: Registry): ExecutionMetrics {
  const meters = createMeters(registry);
  return {
    changed(after, before) {
      // A change that is about something else carries the very same list.
      if (before === undefined || after.executions === before.executions) return;
      const known = new Map(executionsOf(before).map((execution) => [execution.number, execution]));
      for (const execution of executionsOf(after)) {
        const was = known.get(execution.number);
        if (was === execution) continue;
        if (was?.state !== execution.state) turned(meters, { execution, from: was?.state, at: after.updatedAt }, was);
        verified(meters, execution, was);
      }
    },
  };
}

function verified({ verifications }: Meters, { verification }: Execution, was: Execution | undefined): void {
  if (verification?.state === 'finished' && was?.verification?.state !== 'finished') verifications.inc({ verdict: verification.verdict });
}

function turned(meters: Meters, turn: Turn, was: Execution | undefined): void {
  const { execution, from } = turn;
  if (was !== undefined && changesThings(was)) {
    if (from === 'planning') planned(meters, turn, was);
    else if (from === 'proposed') decided(meters, turn);
    else if (hasEnded(execution)) meters.mitigations.inc({ kind: execution.type, outcome: execution.state });
  }
  if (!changesThings(execution) && hasEnded(execution)) {
    meters.runs.inc({ kind: execution.type, outcome: execution.state });
    meters.runSeconds.observe({ kind: execution.type }, secondsOf(turn));
  }
}

function planned(meters: Meters, turn: Turn, { type: kind }: Execution): void {
  const { execution } = turn;
  // Planning found that it only reads: it was run instead.
  const outcome = changesThings(execution) ? execution.state : 'only_reads';
  meters.plans.inc({ kind, outcome });
  if (execution.state === 'cancelled') return;
  meters.planSeconds.observe({ kind }, secondsOf(turn));
  if (execution.state === 'proposed') meters.asked.inc({ kind });
}

function decided(meters: Meters, turn: Turn): void {
  const { execution } = turn;
  const outcome = execution.breakGlass === undefined ? execution.state : 'break_glass';
  meters.decisions.inc({ kind: execution.type, outcome });
  meters.decisionSeconds.observe({ outcome }, secondsOf(turn));
}

function secondsOf({ execution, at }: Turn): number {
  return Math.max(0, msBetween(execution.requestedAt, at)) / 1000;
}

const workBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const changing = ['mitigation', 'undo'] as const;
const waitBuckets = [10, 30, 60, 120, 300, 600, 900, 1800, 3600];

function createMeters(registry: Registry) {
  const registers = [registry];
  /** Counted from 0 on, so that the first of a kind is an increase too. */
  const byOutcome = (about: { name: string; help: string }, kinds: readonly Execution['type'][], outcomes: readonly string[]) => {
    const counter = new Counter({ ...about, labelNames: ['kind', 'outcome'], registers });
    for (const kind of kinds) for (const outcome of outcomes) counter.inc({ kind, outcome }, 0);
    return counter;
  };
  return {
    runs: byOutcome(
      { name: 'tocsin_runbook_runs_total', help: 'Diagnostics, queries and manual steps that ended, by kind and outcome' },
      ['diagnostic', 'query'],
      ['done', 'failed', 'unknown', 'cancelled'],
    ),
    runSeconds: new Histogram({
      name: 'tocsin_runbook_run_seconds',
      help: 'From asking for a diagnostic, query or manual step to its end',
      labelNames: ['kind'],
      buckets: workBuckets,
      registers,
    }),
    plans: byOutcome({ name: 'tocsin_plans_total', help: 'Plans of mitigations and undos, by what came of planning' }, changing, [
      'proposed',
      'failed',
      'only_reads',
      'cancelled',
    ]),
    planSeconds: new Histogram({
      name: 'tocsin_plan_seconds',
      help: 'From asking for a mitigation or undo to its plan, or to the reason why there is none',
      labelNames: ['kind'],
      buckets: workBuckets,
      registers,
    }),
    asked: new Counter({
      name: 'tocsin_approvals_asked_total',
      help: 'Plans that were put before people for approval',
      labelNames: ['kind'],
      registers,
    }),
    decisions: byOutcome({ name: 'tocsin_approvals_decided_total', help: 'What became of plans that waited for approval' }, changing, [
      'approved',
      'denied',
      'expired',
      'cancelled',
      'break_glass',
    ]),
    decisionSeconds: new Histogram({
      name: 'tocsin_approval_decision_seconds',
      help: 'From asking for a mitigation or undo to the decision about its plan',
      labelNames: ['outcome'],
      buckets: waitBuckets,
      registers,
    }),
    mitigations: byOutcome({ name: 'tocsin_mitigations_total', help: 'Approved mitigations and undos, by how they ended' }, changing, [
      'applied',
      'failed',
      'unknown',
      'stale',
      'expired',
      'cancelled',
    ]),
    verifications: new Counter({
      name: 'tocsin_verifications_total',
      help: 'Mitigations and undos whose effect was watched to the end, by what the checks said',
      labelNames: ['verdict'],
      registers,
    }),
  };
}
