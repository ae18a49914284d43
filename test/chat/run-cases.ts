import type { QueryAnswer } from '../../src/doors/prometheus-door.ts';
import type { Execution } from '../../src/incidents/execution.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import { document, noOutput, run, runbook, secondMs } from './execution-case.ts';
import type { At, ExecutionCases } from './execution-case.ts';

const logSource = {
  number: '5',
  title: 'Log Analysis',
  language: 'shell',
  text: 'kubectl logs -n video-processing deployment/gpu-worker --since=1h | grep ERROR',
  parameters: {},
  runbook,
} as const;

/** Steps that only read, and one that people did themselves. */
export function runCases(start: Instant, at: At): ExecutionCases {
  const report = { exitCode: 0, calls: [], answers: [], elapsedMs: 2300 };
  const lines = Array.from(
    { length: 60 },
    (_, index) => `2026-03-01T02:${String(index).padStart(2, '0')}:00Z ERROR gpu-worker: CUDA out of memory (job ${4100 + index})`,
  );
  const ended = (change: Partial<Execution>) => run(start, { endedAt: at(2300), ...change });
  const call = (argv: readonly string[], endedAt?: Instant) => ({
    argv,
    startedAt: at(100),
    ...(endedAt === undefined ? {} : { endedAt, exitCode: 0 }),
  });
  return {
    'run-waiting': { execution: run(start, { state: 'running' }), document: document({ source: logSource }), afterMs: 400 },
    'run-running': {
      execution: run(start, { state: 'running' }),
      document: document({
        source: logSource,
        progress: {
          elapsedMs: 12 * secondMs,
          calls: [
            call(['kubectl', 'logs', '-n', 'video-processing', 'deployment/gpu-worker', '--since=1h'], at(900)),
            call(['kubectl', 'logs', '-n', 'video-processing', 'deployment/api-gateway', '--since=1h']),
          ],
          stdout: lines.slice(0, 3).join('\n'),
        },
      }),
      afterMs: 12 * secondMs,
    },
    'run-done': {
      execution: ended({ finding: '3 of 5 pods are not ready', step: '3.1', title: 'Check worker status' }),
      document: document({
        source: { ...logSource, parameters: { namespace: { value: 'video-processing', origin: 'given by ana' } } },
        report: {
          ...report,
          state: 'done',
          finding: '3 of 5 pods are not ready',
          output: {
            head: 'NAME         READY   STATUS             RESTARTS   AGE\ngpu-worker-0  0/1   CrashLoopBackOff   12   2d\n',
            tail: '',
            droppedBytes: 0,
          },
        },
      }),
      afterMs: 3 * secondMs,
    },
    'run-long': {
      execution: ended({ finding: '60 lines, the first: CUDA out of memory (job 4100)' }),
      document: document({
        source: logSource,
        report: { ...report, state: 'done', finding: '60 lines', output: { head: lines.join('\n'), tail: '', droppedBytes: 0 } },
      }),
      afterMs: 3 * secondMs,
    },
    'run-failed': {
      execution: ended({
        state: 'failed',
        finding: 'Error from server (NotFound): deployments.apps "nats" not found',
        step: '3.2',
        title: 'Check NATS connectivity',
      }),
      document: document({
        source: logSource,
        report: {
          ...report,
          state: 'failed',
          exitCode: 1,
          finding: '',
          output: { head: 'Error from server (NotFound): deployments.apps "nats" not found\n', tail: '', droppedBytes: 0 },
        },
      }),
      afterMs: 3 * secondMs,
    },
    'run-stopped': {
      execution: ended({ state: 'cancelled', finding: 'cancelled by ben' }),
      document: document({ source: logSource }),
      afterMs: 3 * secondMs,
    },
    'step-done-by-hand': {
      execution: run(start, { type: 'manual', step: '4', title: 'Error Pattern Analysis', endedAt: start, token: 0 }),
      document: document(),
      afterMs: 0,
    },
  };
}

function answer(promql: string, series: QueryAnswer['series'], type: QueryAnswer['type'] = 'vector'): QueryAnswer {
  return { promql, type, series, warnings: [] };
}

/** Questions to Prometheus, asked by a step or by hand. */
export function queryCases(start: Instant, at: At): ExecutionCases {
  const seconds = Date.parse(start) / 1000;
  const rate = answer('sum(rate(video_processing_errors_total[1h]))/sum(rate(video_processing_total[1h]))*100', [
    { labels: {}, points: [[seconds, '7.4213']] },
  ]);
  const types = answer('sum(rate(video_processing_errors_total[1h])) by (error_type)', [
    { labels: { error_type: 'gpu_oom' }, points: [[seconds, '0.9']] },
    { labels: { error_type: 'timeout' }, points: [[seconds, '0.12']] },
    { labels: { error_type: 'codec <b>' }, points: [[seconds, '0.004']] },
  ]);
  const points = Array.from({ length: 13 }, (_, index): [number, string] => [seconds - 3600 + index * 300, String(0.4 + index * 0.5)]);
  const report = { state: 'done', exitCode: 0, output: noOutput, calls: [], elapsedMs: 120 } as const;
  const ended = { endedAt: at(120) };
  const promql = 'sum(rate(video_processing_errors_total[5m]))';
  return {
    'run-answers': {
      execution: run(start, { ...ended, number: 1, step: '2', title: 'Initial Investigation', finding: '7.42' }),
      document: document({
        source: { ...logSource, number: '2', title: 'Initial Investigation' },
        report: { ...report, finding: '7.42', answers: [rate, types, answer('sum(video_processing_queue_depth)', [])] },
      }),
      afterMs: secondMs,
    },
    'query-range': {
      execution: run(start, { ...ended, type: 'query', number: 3, title: promql, finding: '6.4, rising from 0.4 an hour ago' }),
      document: document({
        query: { promql, range: { fromMs: 0, toMs: 3_600_000, stepMs: 300_000 } },
        report: { ...report, finding: '6.4, rising from 0.4 an hour ago', answers: [answer(promql, [{ labels: {}, points }], 'matrix')] },
      }),
      afterMs: secondMs,
    },
    'query-refused': {
      execution: run(start, {
        ...ended,
        type: 'query',
        number: 4,
        state: 'failed',
        title: 'sum(rate(',
        finding: 'parse error: unclosed left parenthesis',
      }),
      document: document({ query: { promql: 'sum(rate(' }, report: { ...report, state: 'failed', exitCode: 1, finding: '', answers: [] } }),
      afterMs: secondMs,
    },
  };
}
