import { toInstant } from '../kernel/instant.ts';
import { carryOut } from './carry-out.ts';
import type { Carried } from './carry-out.ts';
import type { OperationsDeps } from './deps.ts';
import { emptyOutput, outputText } from './deps.ts';
import { previewFacts } from './facts/facts.ts';
import { lateReads } from './facts/late-reads.ts';
import { findingOf } from './finding.ts';
import { planDigest } from './normal-form.ts';
import { createPlanEffects } from './plan-effects.ts';
import type { Plan, PlannedOperation, PreviewFact, StepSource } from './plan.ts';
import type { PlanReport, Watching } from './ports.ts';
import { reportOf } from './run-step.ts';

/** Runs the step with dry-run effects and collects what it would do; nothing is changed. */
export async function planStep(deps: OperationsDeps, source: StepSource, watching: Watching): Promise<PlanReport> {
  const { effects, planned } = createPlanEffects(deps.clusters?.mutator);
  const carried = await carryOut(deps, source, { ...watching, mode: 'plan', effects });
  if (carried.type === 'unfit') return { type: 'failed', reason: deps.redact(carried.problems.join(' ')), output: emptyOutput };
  const { result, end } = carried;
  if (planned.length === 0) {
    const report = reportOf(deps, carried);
    return report.state === 'done' ? { type: 'reads', report } : { type: 'failed', reason: report.finding, output: report.output };
  }
  // A dry run that the server refuses is a fact of the plan, told with everything else that is known of it.
  const isRefusedByServer = planned.some(({ dryRun }) => dryRun.type === 'refused');
  const isCutShort = result.ended === 'stopped' || result.refusals.length > 0;
  if (isCutShort || (!end.isGood && !isRefusedByServer)) {
    return { type: 'failed', reason: findingOf(result, end, []), output: result.combined };
  }
  const output = outputText(result.combined);
  const plan = await finishPlan(deps, { source, runs: 'script', planned, facts: factsOf(carried), output, signal: watching.signal });
  return { type: 'planned', plan };
}

function factsOf({ result, end }: Extract<Carried, { type: 'ran' }>): readonly PreviewFact[] {
  const failed = end.failed.map(({ argv }): PreviewFact => ({
    weight: 'blocker',
    rule: 'failed-call',
    text: `"${argv.join(' ')}" fails already in the plan, so what follows it may not be what was meant.`,
  }));
  return [...failed, ...lateReads(result.calls)];
}

type Draft = {
  source: StepSource;
  runs: Plan['runs'];
  planned: readonly PlannedOperation[];
  /** What is known from making the plan itself. */
  facts: readonly PreviewFact[];
  output: string;
  signal: AbortSignal;
};

/** Adds to the operations what people must know of them, and the digest that an approval is bound to. */
export async function finishPlan(deps: OperationsDeps, draft: Draft): Promise<Plan> {
  const { source, runs, planned, output, signal } = draft;
  const facts = [...draft.facts, ...(await previewFacts(deps.clusters, planned, signal))];
  return {
    schema: 1,
    source,
    runs,
    operations: planned.map((one) => withoutSecrets(one, deps.redact)),
    facts: facts.map((fact) => ({ ...fact, text: deps.redact(fact.text) })),
    output,
    plannedAt: toInstant(deps.clock.now()),
    digest: planDigest({ source, runs, operations: planned }),
  };
}

/** What is read by people says no secret. The operation itself stays as it is: it is what will be compared and sent. */
function withoutSecrets(planned: PlannedOperation, redact: (text: string) => string): PlannedOperation {
  const { words, differences, undo, dryRun } = planned;
  return {
    ...planned,
    words: redact(words),
    differences: differences.map(({ field, from, to }) => ({ field, ...maskedPair(field, { from, to }, redact) })),
    undo: undo.type === 'possible' ? { ...undo, words: redact(undo.words) } : { ...undo, reason: redact(undo.reason) },
    dryRun: dryRun.type === 'refused' ? { ...dryRun, message: redact(dryRun.message) } : dryRun,
  };
}

/** The field's name may be what tells that its value is a secret. */
function maskedPair(
  field: string,
  { from, to }: { from: string; to: string },
  redact: (text: string) => string,
): { from: string; to: string } {
  const name = field.replace(/ \(pod template\)$/, '');
  const masked = (value: string): string => {
    const line = `${name}=${value}`;
    const safe = redact(line);
    return safe === line || !safe.startsWith(`${name}=`) ? redact(value) : safe.slice(name.length + 1);
  };
  return { from: masked(from), to: masked(to) };
}
