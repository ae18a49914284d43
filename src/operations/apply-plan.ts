import type { Output, CallRecord } from '../interpreter/script.ts';
import { describeError } from '../kernel/errors.ts';
import { carryOut } from './carry-out.ts';
import type { OperationsDeps } from './deps.ts';
import { emptyOutput, outputOf } from './deps.ts';
import { findDrift } from './drift.ts';
import { findingOf, short } from './finding.ts';
import { planDigest } from './normal-form.ts';
import { createPermit } from './permit.ts';
import type { Permit, PermitState } from './permit.ts';
import type { Plan } from './plan.ts';
import type { ApplyReport, Journal, Watching } from './ports.ts';
import { latestOf } from './reconcile.ts';

type Doing = { isGood: boolean; finding: string; output: Output; calls: readonly CallRecord[]; elapsedMs: number };

/** Carries out exactly what the plan holds. Nothing is sent when anything that it rests on has changed. */
export async function applyPlan(deps: OperationsDeps, request: { plan: Plan; journal: Journal }, watching: Watching): Promise<ApplyReport> {
  const { plan, journal } = request;
  if (planDigest(plan) !== plan.digest) return untouched('The plan is not the one that its digest belongs to.');
  const drift = await findDrift(deps.clusters?.reader, plan, watching.signal);
  if (drift.length > 0) return untouched(short(deps.redact(drift.join(' '))));
  const { http, clock } = deps;
  const permit = createPermit(plan, { cluster: deps.clusters?.mutator, http, clock, journal });
  const done = plan.runs === 'script' ? await runScript(deps, { plan, permit }, watching) : await sendAll(plan, permit, watching);
  const { isGood: _, finding, ...rest } = done;
  const state = stateOf(plan, permit.state(), done);
  return { ...rest, state, finding: short(deps.redact(findingFor(state, { plan, permit: permit.state(), finding }))) };
}

function untouched(finding: string): ApplyReport {
  return { state: 'drifted', finding, output: emptyOutput, calls: [], elapsedMs: 0 };
}

async function runScript(deps: OperationsDeps, { plan, permit }: { plan: Plan; permit: Permit }, watching: Watching): Promise<Doing> {
  const carried = await carryOut(deps, plan.source, { ...watching, mode: 'apply', effects: permit.effects });
  if (carried.type === 'unfit') return { isGood: false, finding: carried.problems.join(' '), output: emptyOutput, calls: [], elapsedMs: 0 };
  const { result, end } = carried;
  return {
    isGood: end.isGood,
    finding: findingOf(result, end, []),
    output: result.combined,
    calls: result.calls,
    elapsedMs: result.elapsedMs,
  };
}

/** An undo has no script: its operations are sent as they stand. */
async function sendAll(plan: Plan, { effects }: Permit, { signal }: Watching): Promise<Doing> {
  const printed: string[] = [];
  const ended = (isGood: boolean): Doing => ({
    isGood,
    finding: printed.at(-1) ?? '',
    output: outputOf(printed.join('\n')),
    calls: [],
    elapsedMs: 0,
  });
  for (const { operation, words } of plan.operations) {
    if (operation.type !== 'change') return ended(false);
    try {
      const answer = await effects.change(operation, { signal, onOutput: () => undefined });
      printed.push(answer.status < 300 ? `done: ${words}` : `refused: ${words}`);
      if (answer.status >= 300) return ended(false);
    } catch (error) {
      printed.push(describeError(error));
      return ended(false);
    }
  }
  return ended(true);
}

function stateOf(plan: Plan, { entries, stopped }: PermitState, done: Doing): ApplyReport['state'] {
  const states = [...latestOf(entries).values()].map(({ state }) => state);
  // A run may be cut off within a request, and while one is refused another may be under way: any doubt is a doubt about the whole.
  if (states.some((state) => state === 'sent' || state === 'unknown')) return 'unknown';
  if (stopped !== undefined) return stopped.why === 'drifted' && entries.length > 0 ? 'failed' : stopped.why;
  const doneCount = states.filter((state) => state === 'done').length;
  return doneCount === plan.operations.length && done.isGood ? 'applied' : 'failed';
}

function findingFor(state: ApplyReport['state'], about: { plan: Plan; permit: PermitState; finding: string }): string {
  const { plan, permit, finding } = about;
  const doneCount = permit.entries.filter((entry) => entry.state === 'done').length;
  const words = plan.operations.map((planned) => planned.words).join('; ');
  if (state === 'applied') return words;
  const reason = permit.stopped?.reason ?? finding;
  if (state === 'drifted') return reason;
  return `${doneCount} of ${plan.operations.length} done. ${reason}`;
}
