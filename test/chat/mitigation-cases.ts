import type { ExecutionDocument } from '../../src/executions/document.ts';
import type { Execution } from '../../src/incidents/execution.ts';
import { addMs } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import type { JournalEntry, Plan, PlannedOperation } from '../../src/operations/plan.ts';
import { ana, ben } from '../support/desk.ts';
import { exampleExecutionId } from '../support/execution-examples.ts';
import { document, minuteMs, noOutput, run, runbook, secondMs } from './execution-case.ts';
import type { At, ExecutionCase, ExecutionCases } from './execution-case.ts';

const target = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  resource: 'deployments',
  namespace: 'video-processing',
  name,
  uid: `uid-${name}`,
});

function scale(name: string, from: number, to: number): PlannedOperation {
  const operation = {
    type: 'change',
    verb: 'scale',
    target: target(name),
    subresource: 'scale',
    request: {
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/video-processing/deployments/${name}/scale`,
      query: {},
      body: { spec: { replicas: to } },
    },
    volatile: [],
    before: { spec: { replicas: from } },
  } as const;
  return {
    operation,
    words: `scale Deployment video-processing/${name} to ${to} replicas`,
    foundation: { uid: `uid-${name}`, generation: 4, touched: 'digest' },
    dryRun: { type: 'accepted', after: { spec: { replicas: to } } },
    differences: [{ field: 'replicas', from: String(from), to: String(to) }],
    undo: { type: 'possible', operation, words: `scale Deployment video-processing/${name} back from ${to} to ${from} replicas` },
  };
}

const restart: PlannedOperation = {
  ...scale('gpu-worker', 3, 3),
  words: 'restart Deployment video-processing/gpu-worker',
  differences: [{ field: 'annotation kubectl.kubernetes.io/restartedAt (pod template)', from: '', to: '2026-03-01T03:14:00Z' }],
  undo: { type: 'impossible', reason: 'a restart is over when it has happened' },
};

const clearJobs: PlannedOperation = {
  operation: {
    type: 'exec',
    pod: { ...target('api-gateway-1'), kind: 'Pod' },
    via: 'deployment/api-gateway',
    container: 'api',
    argv: ['curl', '-X', 'POST', 'http://localhost:8080/api/jobs/clear-stuck'],
  },
  words: 'run in pod video-processing/api-gateway-1 (container api): curl -X POST http://localhost:8080/api/jobs/clear-stuck',
  dryRun: { type: 'none' },
  differences: [],
  undo: { type: 'impossible', reason: 'what a command in a container did is not known' },
};

const settings = (workers: number) =>
  `${Array.from({ length: 30 }, (_, index) => `option-${index}: on`).join('\n')}\nworkers: ${workers}\n`;

const limits: PlannedOperation = {
  ...scale('gpu-worker', 3, 3),
  words: 'apply ConfigMap video-processing/gpu-worker',
  differences: [{ field: 'data "worker.yaml"', from: settings(4), to: settings(8) }],
  undo: { type: 'impossible', reason: 'the server did not tell the state before' },
};

const scaleText = [
  '# Scale up workers',
  'kubectl scale deployment gpu-worker --replicas=10 -n video-processing',
  'kubectl scale deployment asr-worker --replicas=5 -n video-processing',
].join('\n');

function planOf(operations: readonly PlannedOperation[], start: Instant, change: Partial<Plan> = {}): Plan {
  const source = { number: '8', title: 'Scale up workers', language: 'shell', text: scaleText, parameters: {}, runbook } as const;
  return { schema: 1, source, runs: 'script', operations, facts: [], output: '', plannedAt: start, digest: 'p'.repeat(64), ...change };
}

const facts: Plan['facts'] = [
  { weight: 'note', rule: 'node', text: 'The namespace has room for 12 more pods with a GPU.' },
  {
    weight: 'warning',
    rule: 'hpa',
    text: 'Autoscaler gpu-worker keeps Deployment video-processing/gpu-worker between 2 and 6 replicas and will overwrite this.',
  },
];

const digest = '0f3a9b1c'.padEnd(64, 'e');
const votes = (at: At) => [{ by: ben, identity: `account:${ben.id}`, choice: 'approve', at: at(2 * minuteMs), digest }] as const;

function mitigation(start: Instant, change: Partial<Execution>): Execution {
  return run(start, {
    number: 3,
    id: exampleExecutionId('exe_3'),
    type: 'mitigation',
    state: 'proposed',
    step: '8',
    title: 'Scale up workers',
    risk: 'medium',
    namespaces: ['video-processing'],
    finding: 'scale Deployment video-processing/gpu-worker to 10 replicas; scale Deployment video-processing/asr-worker to 5 replicas',
    digest,
    expiresAt: addMs(start, 15 * minuteMs),
    breakGlassFrom: addMs(start, 5 * minuteMs),
    undo: { isPossible: true, words: 'scale Deployment video-processing/gpu-worker back from 10 to 3 replicas' },
    ...change,
  });
}

/** A mitigation in each of its states. */
export function mitigationCases(start: Instant, at: At): ExecutionCases {
  const operations = [scale('gpu-worker', 3, 10), scale('asr-worker', 2, 5)];
  const plan = planOf(operations, start, { facts });
  const planned = document({ plan, source: plan.source });
  const journal = (...states: readonly JournalEntry['state'][]): readonly JournalEntry[] =>
    states.map((state, index) => ({
      index,
      state,
      at: at(3 * minuteMs),
      ...(state === 'refused'
        ? { message: 'deployments.apps "asr-worker" is forbidden: User "tocsin-mutator" cannot patch resource "deployments/scale"' }
        : {}),
      ...(state === 'unknown' ? { message: 'the connection was reset before the server answered' } : {}),
    }));
  const outcome = (state: 'applied' | 'failed' | 'unknown' | 'drifted', output = noOutput) =>
    ({ state, finding: '', output, calls: [], elapsedMs: 700, token: 1 }) as const;
  const printed = { head: 'deployment.apps/gpu-worker scaled\ndeployment.apps/asr-worker scaled\n', tail: '', droppedBytes: 0 };
  const checks = [
    { title: 'Monitor error rate improvement', promql: 'errors' },
    { title: 'Check success rate', promql: 'successes' },
  ];
  const round = (ms: number, errors: number, successes: number) => ({
    at: at(ms),
    readings: [
      { title: 'Monitor error rate improvement', value: errors },
      { title: 'Check success rate', value: successes },
    ],
  });
  const done = {
    ...planned,
    checks,
    baseline: round(2 * minuteMs, 7.42, 92.6),
    journal: journal('done', 'done'),
    outcome: outcome('applied', printed),
  };
  const approved = { votes: votes(at), endedAt: at(3 * minuteMs) };
  const applied = { ...approved, state: 'applied', finding: 'deployment.apps/asr-worker scaled' } as const;
  const verified = (verdict: 'better' | 'no_change' | 'worse' | 'unknown', rounds: number, after: number) => ({
    state: 'finished' as const,
    verdict,
    rounds,
    until: at(13 * minuteMs),
    check: 'Monitor error rate improvement',
    before: 7.42,
    after,
  });
  const glass = { by: ana, at: at(6 * minuteMs), reason: 'Nobody answers, and every upload fails.' };
  const ofCase = (change: Partial<Execution>, stored: ExecutionDocument = planned, afterMs = 4 * minuteMs): ExecutionCase => ({
    execution: mitigation(start, change),
    document: stored,
    afterMs,
  });
  return {
    'mitigation-planning': ofCase({ state: 'planning', finding: '' }, document({ source: plan.source }), secondMs),
    'mitigation-no-plan': ofCase(
      {
        state: 'failed',
        finding: 'This cannot be done: The server would refuse to scale: deployments.apps "gpu-worker" not found',
        endedAt: at(900),
      },
      document({ source: plan.source, planFailure: { reason: '', output: noOutput } }),
    ),
    'mitigation-proposed': ofCase({}, planned, minuteMs),
    'mitigation-half-approved': ofCase({ quorum: 2, votes: votes(at) }, planned, 3 * minuteMs),
    'mitigation-alone': ofCase({}, planned, 6 * minuteMs),
    'mitigation-risky': ofCase(
      { title: 'Restart problematic workers', step: '9', risk: 'high', undo: { isPossible: false, words: 'cannot be undone' } },
      document({
        plan: planOf([restart, clearJobs], start, {
          source: { ...plan.source, number: '9', text: 'kubectl rollout restart deployment/gpu-worker -n video-processing' },
          facts: [
            {
              weight: 'warning',
              rule: 'restarts',
              text: 'This replaces 3 pods of Deployment video-processing/gpu-worker: a change of the pod template rolls it.',
            },
          ],
        }),
      }),
      minuteMs,
    ),
    'mitigation-long-values': ofCase({ title: 'Raise the worker limits' }, document({ plan: planOf([limits], start) }), minuteMs),
    'mitigation-approved': ofCase({ state: 'approved', votes: votes(at) }, planned),
    'mitigation-waiting': ofCase(
      { state: 'approved', votes: votes(at), finding: 'INC-4 #2 is changing Deployment video-processing/gpu-worker right now' },
      planned,
    ),
    'mitigation-applying': ofCase({ state: 'applying', finding: '', votes: votes(at) }, planned),
    'mitigation-applied': ofCase(
      { ...applied, verification: { state: 'watching', verdict: 'unknown', rounds: 0, until: at(13 * minuteMs) } },
      done,
    ),
    'mitigation-watching': ofCase(
      { ...applied, verification: { ...verified('better', 3, 2.1), state: 'watching' } },
      { ...done, rounds: [round(4 * minuteMs, 2.1, 97.9)] },
    ),
    'mitigation-better': ofCase(
      { ...applied, verification: verified('better', 6, 0.42) },
      { ...done, rounds: [round(9 * minuteMs, 0.42, 99.58)] },
      9 * minuteMs,
    ),
    'mitigation-no-change': ofCase(
      { ...applied, verification: verified('no_change', 20, 7.4) },
      { ...done, rounds: [round(9 * minuteMs, 7.4, 92.6)] },
      13 * minuteMs,
    ),
    'mitigation-worse': ofCase(
      { ...applied, verification: verified('worse', 4, 12) },
      { ...done, rounds: [round(9 * minuteMs, 12, 88)] },
      9 * minuteMs,
    ),
    'mitigation-unverified': ofCase(
      { ...applied, verification: { state: 'finished', verdict: 'unknown', rounds: 20, until: at(13 * minuteMs) } },
      {
        ...done,
        rounds: [{ at: at(9 * minuteMs), readings: checks.map(({ title }) => ({ title, problem: 'Prometheus did not answer' })) }],
      },
      13 * minuteMs,
    ),
    'mitigation-failed': ofCase(
      { ...approved, state: 'failed', finding: 'scale Deployment video-processing/asr-worker: forbidden' },
      { ...planned, journal: journal('done', 'refused'), outcome: outcome('failed') },
    ),
    'mitigation-unknown': ofCase(
      { ...approved, state: 'unknown', finding: 'the connection was reset before the server answered' },
      { ...planned, journal: journal('unknown'), outcome: outcome('unknown') },
    ),
    'mitigation-stale': ofCase({
      ...approved,
      state: 'stale',
      finding: 'Deployment video-processing/gpu-worker was changed by somebody else: replicas are 6, not 3',
    }),
    'mitigation-denied': ofCase({
      state: 'denied',
      finding: 'The autoscaler would undo it.\nRaise its maximum first.',
      endedAt: at(minuteMs),
      votes: [{ by: ben, identity: 'account:ben', choice: 'deny', at: at(minuteMs), digest }],
    }),
    'mitigation-expired': ofCase(
      { state: 'expired', finding: 'nobody decided in time', endedAt: at(15 * minuteMs) },
      planned,
      16 * minuteMs,
    ),
    'mitigation-cancelled': ofCase({ state: 'cancelled', finding: 'cancelled by ana', endedAt: at(minuteMs) }),
    'mitigation-break-glass': ofCase({ ...applied, votes: [], breakGlass: glass, endedAt: at(7 * minuteMs) }, done, 8 * minuteMs),
  };
}

/** The undo of that mitigation. */
export function undoCases(start: Instant, at: At): ExecutionCases {
  const plan = planOf([scale('gpu-worker', 10, 3)], start, { runs: 'operations' });
  const undo = (change: Partial<Execution>) =>
    mitigation(start, {
      number: 4,
      type: 'undo',
      undoOf: 3,
      title: 'Undo of Scale up workers',
      finding: 'scale Deployment video-processing/gpu-worker to 3 replicas',
      ...change,
    });
  return {
    'undo-proposed': { execution: undo({}), document: document({ plan }), afterMs: minuteMs },
    'undo-applied': {
      execution: undo({ state: 'applied', finding: 'all was done', votes: votes(at), endedAt: at(3 * minuteMs) }),
      document: document({ plan, journal: [{ index: 0, state: 'done', at: at(3 * minuteMs) }] }),
      afterMs: 4 * minuteMs,
    },
  };
}
