import type { ExecutionDocument } from '../../src/executions/document.ts';
import type { ExecutionId } from '../../src/incidents/execution.ts';
import { after, exampleIncidentId } from './examples.ts';

export { after } from './examples.ts';

/** Execution ids are made by the domain; examples may name their own. */
export function exampleExecutionId(name: string): ExecutionId {
  // The brand only keeps ids apart from other strings; every string is a fine id here.
  return name as ExecutionId;
}

/** An execution that went all the way, with every field that there is. */
export function exampleExecutionDocument(overrides: Partial<ExecutionDocument> = {}): ExecutionDocument {
  const source = {
    number: '5.2',
    title: 'Scale up',
    language: 'shell',
    text: 'kubectl scale deployment <name> --replicas=10',
    parameters: { name: { value: 'gpu-worker', origin: 'label deployment' } },
    runbook: { path: 'video.md', digest: 'd' },
  } as const;
  const target = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    resource: 'deployments',
    namespace: 'video',
    name: 'gpu-worker',
    uid: 'uid-1',
  };
  const object = { metadata: { labels: { 'app.kubernetes.io/name': 'x' }, annotations: { $a: '%', '': [1, null] } } };
  const output = { head: 'deployment.apps/gpu-worker scaled\n', tail: '', droppedBytes: 0 };
  const calls = [{ argv: ['kubectl', 'scale'], startedAt: after(1), endedAt: after(2), exitCode: 0 }];
  const change = {
    type: 'change',
    verb: 'scale',
    target,
    subresource: 'scale',
    request: { method: 'PATCH', path: '/apis/apps/v1', query: { fieldManager: 'tocsin' }, contentType: 'a/b', body: object },
    volatile: ['2026'],
    before: object,
  } as const;
  const exec = { type: 'exec', pod: target, via: 'deployment/nats', container: 'nats', argv: ['nats', 'purge'], stdin: 'y\n' } as const;
  const http = { type: 'http', method: 'POST', url: 'https://a.example/x', headers: { 'X.Y': '1' }, body: '{}' } as const;
  const shared = { words: 'scale it', differences: [{ field: 'spec.replicas', from: '3', to: '10' }] };
  return {
    schema: 1,
    id: exampleExecutionId('exe_1'),
    incidentId: exampleIncidentId('inc_1'),
    version: 1,
    fence: 1,
    createdAt: after(0),
    source,
    query: { promql: 'up', range: { fromMs: 0, toMs: 1, stepMs: 1 } },
    undoOf: exampleExecutionId('exe_0'),
    progress: { elapsedMs: 3, calls, stdout: 'one\n' },
    report: {
      state: 'done',
      exitCode: 0,
      finding: 'fine',
      output,
      calls,
      answers: [{ promql: 'up', type: 'vector', series: [{ labels: { 'a.b': 'c' }, points: [[1, 'NaN']] }], warnings: [] }],
      elapsedMs: 12,
    },
    plan: {
      schema: 1,
      source,
      runs: 'script',
      operations: [
        {
          ...shared,
          operation: change,
          foundation: { uid: 'uid-1', generation: 4, touched: 't' },
          dryRun: { type: 'accepted', after: object },
          undo: { type: 'possible', operation: change, words: 'scale back' },
        },
        { ...shared, operation: exec, dryRun: { type: 'none' }, undo: { type: 'impossible', reason: 'a command' } },
        { ...shared, operation: http, dryRun: { type: 'unavailable', reason: 'web' }, undo: { type: 'impossible', reason: 'a request' } },
      ],
      facts: [{ weight: 'warning', rule: 'hpa', text: 'an autoscaler' }],
      output: 'planned\n',
      plannedAt: after(1),
      digest: 'p',
    },
    planFailure: { reason: 'no cluster', output },
    journal: [{ index: 0, state: 'done', at: after(3), message: 'ok', after: object, volatile: ['2026'] }],
    outcome: { state: 'applied', finding: 'done', output, calls, elapsedMs: 9, token: 2 },
    checks: [{ title: 'Error rate', promql: 'rate(a[5m])' }],
    baseline: { at: after(2), readings: [{ title: 'Error rate', value: 8 }] },
    rounds: [{ at: after(33), readings: [{ title: 'Error rate', problem: 'no data' }] }],
    ...overrides,
  };
}
