import { createReadEffects } from '../doors/effects.ts';
import { applyPlan } from './apply-plan.ts';
import type { OperationsDeps } from './deps.ts';
import { planStep } from './plan-step.ts';
import { planUndo } from './plan-undo.ts';
import type { Operations, Watching } from './ports.ts';
import { reconcilePlan } from './reconcile.ts';
import { runQuery, runStep } from './run-step.ts';

/** Steps over the doors: run, plan, apply, look again, undo, verify. */
export function createOperations(deps: OperationsDeps): Operations {
  const readEffects = createReadEffects();

  async function verifyOne(check: { title: string; promql: string }, watching: Watching) {
    const { title, promql } = check;
    const report = await runQuery(deps, { promql }, watching);
    const [answer] = report.answers;
    if (answer === undefined) return { title, problem: report.finding };
    const [series, ...more] = answer.series;
    if (series === undefined) return { title, problem: 'Prometheus has no data for this query' };
    if (more.length > 0) return { title, problem: `Prometheus answered with ${more.length + 1} series where one number was expected` };
    const value = Number(series.points.at(-1)?.[1]);
    return Number.isFinite(value) ? { title, value } : { title, problem: `Prometheus answered ${series.points.at(-1)?.[1] ?? 'nothing'}` };
  }

  return {
    run: (source, watching) => runStep(deps, readEffects, { source, watching }),
    query: (request, watching) => runQuery(deps, request, watching),
    plan: (source, watching) => planStep(deps, source, watching),
    async apply(plan, journal, watching) {
      const entries: Parameters<typeof journal.record>[0][] = [];
      const kept = {
        async record(entry: Parameters<typeof journal.record>[0]) {
          const safe = entry.message === undefined ? entry : { ...entry, message: deps.redact(entry.message) };
          await journal.record(safe);
          entries.push(safe);
        },
      };
      const report = await applyPlan(deps, { plan, journal: kept }, watching);
      if (report.state !== 'unknown') return report;
      const { journal: found, ...looked } = await reconcilePlan(deps, { plan, journal: entries }, AbortSignal.timeout(lookTimeoutMs));
      for (const entry of found) await journal.record(entry);
      return { ...report, ...looked };
    },
    reconcile: (plan, journal, { signal }) => reconcilePlan(deps, { plan, journal }, signal),
    planUndo: (plan, journal, { signal }) => planUndo(deps, { plan, journal }, signal),
    verify: (checks, watching) => Promise.all(checks.map((check) => verifyOne(check, watching))),
  };
}

/** The watching signal may be what ended the run. */
const lookTimeoutMs = 15_000;
