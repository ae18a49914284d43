import type { QueryAnswer, PrometheusDoor } from '../doors/prometheus-door.ts';
import type { Effects, Session } from '../doors/session.ts';
import type { ScriptResult } from '../interpreter/script.ts';
import type { OperationsDeps } from './deps.ts';
import { redactOutput } from './deps.ts';
import type { StepSource } from './plan.ts';
import type { Watching } from './ports.ts';
import { printedAnswers } from './printed-answers.ts';
import { scriptEnd } from './script-end.ts';
import type { ScriptEnd } from './script-end.ts';

/** What came of a step's script: its result with secrets masked, and what Prometheus said to it. Not run at all when values do not fit. */
export type Carried =
  | { type: 'ran'; result: ScriptResult; end: ScriptEnd; answers: readonly QueryAnswer[] }
  | { type: 'unfit'; problems: readonly string[] };

/** Runs the script of a step with these effects, under the account that goes with the mode. */
export async function carryOut(
  deps: OperationsDeps,
  source: StepSource,
  how: Watching & { mode: Session['mode']; effects: Effects },
): Promise<Carried> {
  const filled = deps.fill(source.text, source.parameters);
  if (!filled.ok) return { type: 'unfit', problems: filled.problems };
  const { clusters, http, clock, classifyExec, followMs, limits, redact } = deps;
  const answers = new Map<string, QueryAnswer>();
  const session: Session = {
    mode: how.mode,
    ...(clusters === undefined ? {} : { cluster: how.mode === 'read' ? clusters.reader : clusters.mutator }),
    ...(deps.prometheus === undefined ? {} : { prometheus: overheard(deps, deps.prometheus, answers) }),
    http,
    effects: how.effects,
    clock,
    classifyExec,
    followMs,
  };
  const { signal, onProgress } = how;
  const result = await deps.interpret({
    script: filled.script,
    variables: filled.variables,
    session,
    limits,
    signal,
    ...(onProgress === undefined ? {} : { onProgress: (progress) => onProgress({ ...progress, stdout: redact(progress.stdout) }) }),
  });
  // The texts of a masked output may no longer be answers, so they are read first.
  const heard = answers.size > 0 ? [...answers.values()] : printedAnswers(result, deps.readAnswer);
  return { type: 'ran', result: masked(deps, result), end: scriptEnd(source.text, result), answers: heard };
}

const keptAnswers = 12;

/** The same Prometheus, its answers kept for a table and a chart: of a query that is asked again and again, the latest. */
function overheard(deps: OperationsDeps, prometheus: PrometheusDoor, answers: Map<string, QueryAnswer>): PrometheusDoor {
  return {
    answersTo: (url) => prometheus.answersTo(url),
    async ask(request) {
      const answer = await prometheus.ask(request);
      const read = deps.readAnswer(request.promql, answer.body);
      if (read !== undefined && (answers.size < keptAnswers || answers.has(request.promql))) answers.set(request.promql, read);
      return answer;
    },
  };
}

function masked({ redact }: OperationsDeps, result: ScriptResult): ScriptResult {
  return {
    ...result,
    stdout: redactOutput(redact, result.stdout),
    stderr: redactOutput(redact, result.stderr),
    combined: redactOutput(redact, result.combined),
    refusals: result.refusals.map(redact),
    ...(result.problem === undefined ? {} : { problem: redact(result.problem) }),
    calls: result.calls.map((call) => ({ ...call, argv: call.argv.map(redact) })),
  };
}
