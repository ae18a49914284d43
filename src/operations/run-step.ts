import type { Effects } from '../doors/session.ts';
import { describeError } from '../kernel/errors.ts';
import { carryOut } from './carry-out.ts';
import type { Carried } from './carry-out.ts';
import type { OperationsDeps } from './deps.ts';
import { emptyOutput, outputOf } from './deps.ts';
import { findingOf, short } from './finding.ts';
import type { StepSource } from './plan.ts';
import type { RunReport, Watching } from './ports.ts';

/** Runs a diagnostic: reads only, whatever its text says. */
export async function runStep(
  deps: OperationsDeps,
  readEffects: Effects,
  request: { source: StepSource; watching: Watching },
): Promise<RunReport> {
  const { source, watching } = request;
  if (source.language === 'promql') {
    const filled = deps.fillQuery(source.text, source.parameters);
    return filled.ok ? await runQuery(deps, { promql: filled.promql }, watching) : failedReport(deps.redact(filled.problems.join(' ')));
  }
  return reportOf(deps, await carryOut(deps, source, { ...watching, mode: 'read', effects: readEffects }));
}

export function reportOf(deps: OperationsDeps, carried: Carried): RunReport {
  if (carried.type === 'unfit') return failedReport(deps.redact(carried.problems.join(' ')));
  const { result, end, answers } = carried;
  return {
    state: end.isGood ? 'done' : 'failed',
    exitCode: result.exitCode,
    finding: findingOf(result, end, answers.map(deps.describe)),
    output: result.combined,
    calls: result.calls,
    answers,
    elapsedMs: result.elapsedMs,
  };
}

/** A run that came to nothing, and why. */
export function failedReport(reason: string): RunReport {
  return { state: 'failed', exitCode: 1, finding: short(reason), output: emptyOutput, calls: [], answers: [], elapsedMs: 0 };
}

type Range = { fromMs: number; toMs: number; stepMs: number };

/** Asks Prometheus one question. */
export async function runQuery(deps: OperationsDeps, request: { promql: string; range?: Range }, watching: Watching): Promise<RunReport> {
  const { prometheus, clock } = deps;
  if (prometheus === undefined) return failedReport('No Prometheus is configured (PROMETHEUS_URL).');
  const startedAt = clock.now().getTime();
  const { promql, range } = request;
  try {
    const { status, body } = await prometheus.ask({
      endpoint: range === undefined ? 'query' : 'query_range',
      promql,
      parameters: range === undefined ? {} : rangeParameters(range),
      signal: watching.signal,
    });
    const answer = deps.readAnswer(promql, body);
    if (status !== 200 || answer === undefined)
      return { ...failedReport(deps.redact(complaintOf(body, status))), output: outputOf(deps.redact(body)) };
    const finding = short(deps.redact(deps.describe(answer)));
    const elapsedMs = clock.now().getTime() - startedAt;
    return { state: 'done', exitCode: 0, finding, output: emptyOutput, calls: [], answers: [answer], elapsedMs };
  } catch (error) {
    return failedReport(deps.redact(describeError(error)));
  }
}

function rangeParameters({ fromMs, toMs, stepMs }: Range): Record<string, string> {
  return { start: String(fromMs / 1000), end: String(toMs / 1000), step: String(stepMs / 1000) };
}

function complaintOf(body: string, status: number): string {
  const error = /"error"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(body)?.[1];
  return error === undefined ? `Prometheus answered with status ${status}.` : `Prometheus: ${String(JSON.parse(error))}`;
}
