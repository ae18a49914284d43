import { promqlOf } from './promql-in-curl.ts';
import { commandsOf, type RunbookCommand, type RunbookPhase, type RunbookStep, type VerificationCheck } from './runbook.ts';

const VERIFIES = /\bverif|\bconfirm|\bvalidat|\bmonitor|\bcheck/i;

/** The checks that tell whether a fix works: commands of the resolution steps named so, else that phase's Prometheus queries. */
export function readVerification(phases: readonly RunbookPhase[]): VerificationCheck[] {
  const steps = phases.filter((phase) => phase.kind === 'resolution').flatMap((phase) => phase.steps);
  const named = steps.filter((step) => VERIFIES.test(step.title));
  const elsewhere = phases.filter((phase) => phase.kind !== 'resolution').flatMap((phase) => phase.steps.filter(isVerification));
  if (named.length > 0) return [...named, ...elsewhere].flatMap(commandsOf).map(checkOf);
  const queries = steps
    .flatMap(commandsOf)
    .map(checkOf)
    .filter((check) => check.promql !== undefined);
  return [...queries, ...elsewhere.flatMap(commandsOf).map(checkOf)];
}

/** Outside the resolution phase only a heading that says nothing else: "Verification", "Verify the fix". */
function isVerification(step: RunbookStep): boolean {
  return /^(verification|verify( the)?( fix| resolution| recovery| solution)?)$/i.test(step.title);
}

function checkOf(command: RunbookCommand): VerificationCheck {
  const query = command.kind === 'promql' ? undefined : promqlOf(command.text);
  return {
    number: command.number,
    title: command.title,
    text: command.text,
    line: command.line,
    promql: command.kind === 'promql' ? command.text : query?.promql,
    everySeconds: query?.everySeconds,
  };
}
